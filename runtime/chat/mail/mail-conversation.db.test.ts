// A chat that goes on by e-mail, over real SMTP and IMAP servers.
import { randomUUID } from 'node:crypto';
import { assert } from '../../../fixtures/suite.ts';
import { until } from '../../../fixtures/until.ts';
import { answerMail } from '../../test-support/mail-servers.ts';
import {
  begin,
  begun,
  bodies,
  mailedSuite,
  mailsTo,
  say,
  unsubscribePath,
} from '../../test-support/mailed-chats.ts';
import { signLink } from './signed-link.ts';

const test = mailedSuite('chat by e-mail');

test('a conversation goes on by two mails each way and ends in the chat, in order, nothing twice', async ({
  mail,
  shop,
}) => {
  const { guest, agent, id } = await begin(shop, 'ida@example.com');
  // Read in the chat, so no mail has it as new.
  await say(agent, id, 'One moment.');
  await guest.ask(`POST /api/chat-messages/${id}-3/mark_read`);
  await say(agent, id, 'We have it in blue.');
  await say(agent, id, 'And in red.');
  const [first] = await mailsTo(mail, 'ida@example.com', 1);
  assert.not.match(first!.mail.text!.split('Earlier in this chat')[0]!, 'One moment.');
  assert.is(first!.mail.subject, 'Reply from The Shop');
  assert.match(first!.mail.text!, 'We have it in blue.\n');
  assert.match(first!.mail.text!, 'And in red.');
  assert.match(first!.mail.text!, 'You: Is it there?');
  assert.is(first!.mail.headers.get('auto-submitted'), 'auto-generated');
  const address = (first!.mail.replyTo as { text: string }).text;
  assert.match(address, /^chat\+[a-z2-9]{20}@shop\.example$/);
  assert.is(first!.from, address, 'a bounce names the chat');

  const answer = answerMail({
    to: `"The Shop" <${address.toUpperCase()}>`,
    messageId: '<one@mail.example>',
    body: `Blue, please.\n\n-- \nIda\n\nOn Mon, Nov 30, 2026 at 9:00 The Shop <chat@shop.example> wrote:\n> ${first!.mail.text!.replaceAll('\n', '\n> ')}`,
  });
  mail.deliver(answer);
  mail.deliver(answer);
  await bodies(agent, id, (texts) => texts.includes('Blue, please.'));
  await say(agent, id, 'It is on its way.');
  const [, second] = await mailsTo(mail, 'ida@example.com', 2);
  assert.is(second!.mail.inReplyTo, first!.mail.messageId);
  assert.not.ok(
    second!.mail.text!.split('Earlier in this chat')[0]!.includes('And in red.'),
    'only what is new',
  );
  mail.deliver(answerMail({ to: address, messageId: '<two@mail.example>', body: 'Thank you!' }));
  await bodies(agent, id, (texts) => texts.includes('Thank you!'));
  const said = await guest.ask('POST /api/chat-messages', {
    session_id: id,
    message: { client_message_id: randomUUID(), body: 'I am back.' },
  });
  assert.is(said.status, 201);
  assert.equal(await bodies(agent, id), [
    'Is it there?',
    'One moment.',
    'We have it in blue.',
    'And in red.',
    'Blue, please.',
    'It is on its way.',
    'Thank you!',
    'I am back.',
  ]);
});

test('the sender is known by the address alone; automatic mails, bounces and large ones become no messages', async ({
  mail,
  shop,
}) => {
  const { agent, id } = await begin(shop, 'una@example.com');
  await say(agent, id, 'Yes.');
  const [sent] = await mailsTo(mail, 'una@example.com', 1);
  const to = (sent!.mail.replyTo as { text: string }).text;
  const wrong = to.replace(/\+./, (start) => (start === '+a' ? '+b' : '+a'));
  mail.deliver(answerMail({ to: wrong, body: 'forged token', headers: ['From: una@example.com'] }));
  mail.deliver(answerMail({ to: 'chat@shop.example', body: 'no token', headers: ['From: una@example.com'] }));
  for (const header of [
    'Auto-Submitted: auto-replied',
    'Precedence: bulk',
    'X-Autoreply: yes',
    'X-Couture-Chat: 1',
    'List-Id: <l.example>',
  ])
    mail.deliver(answerMail({ to, body: `automatic ${header}`, headers: [header] }));
  mail.deliver(answerMail({ to, body: `large ${'x'.repeat(3 * 2 ** 20)}` }));
  mail.deliver(answerMail({ to, body: '> only a quote' }));
  mail.deliver(answerMail({ to, body: 'a person', headers: ['Auto-Submitted: no'] }));
  assert.equal(await bodies(agent, id, (texts) => texts.length > 2), ['Is it there?', 'Yes.', 'a person']);

  mail.deliver(answerMail({ to, body: 'delivery failed', headers: ['Return-Path: <>'] }));
  const bounced = () =>
    shop.client.query('select from couture.chat_mail where session_id = $1 and bounced_at is not null', [id]);
  await until(async () => (await bounced()).rowCount === 1, 'the bounce is recorded');
  assert.is((await bodies(agent, id)).length, 3);
  await say(agent, id, 'Are you there?');
  await begun(shop, mail, 'after-the-bounce@example.com');
  assert.is((await mailsTo(mail, 'una@example.com', 1)).length, 1, 'no mail after a bounce');
});

test('replies of people on holiday, lists, receipts and delays are no messages, and mails go on', async ({
  mail,
  shop,
}) => {
  const { agent, id } = await begin(shop, 'away@example.com');
  await say(agent, id, 'Hello.');
  const [sent] = await mailsTo(mail, 'away@example.com', 1);
  const to = (sent!.mail.replyTo as { text: string }).text;
  const report = (kind: string) => `Content-Type: multipart/report; report-type=${kind}; boundary="b"`;
  const delayed =
    '--b\n\nNot yet.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; a\n\nAction: delayed\n--b--';
  const automatic: Array<readonly [string, string[], string?]> = [
    [
      'Exchange',
      ['Return-Path: <>', 'Auto-Submitted: auto-generated', 'X-MS-Exchange-Inbox-Rules-Loop: a@b.example'],
    ],
    ['Gmail', ['Auto-Submitted: auto-replied', 'Precedence: bulk', 'X-Autoreply: yes']],
    ['Sieve', ['Return-Path: <>', 'Auto-Submitted: auto-replied (vacation)']],
    ['vacation', ['Return-Path: <>', 'Precedence: bulk']],
    ['Outlook', ['Subject: Automatische Antwort: Reply from The Shop']],
    ['a list', ['List-Post: <mailto:l@l.example>', 'Precedence: list']],
    ['a newsletter', ['List-Unsubscribe: <https://n.example/u>']],
    ['receipt', ['Return-Path: <>', report('disposition-notification')], '--b\n\nRead.\n--b--'],
    ['delay', ['Return-Path: <>', report('delivery-status')], delayed],
  ];
  for (const [name, headers, body] of automatic) {
    const source = answerMail({ to, body: body ?? `I am away, says ${name}`, headers });
    const own = headers.some((header) => /^(?:subject|content-type):/i.test(header));
    mail.deliver(
      own ? source.replace(/^Subject: Re: Reply\n/m, '').replace(/^Content-Type: text.*\n/m, '') : source,
    );
  }
  mail.deliver(answerMail({ to, body: 'I am back' }));
  assert.equal(await bodies(agent, id, (texts) => texts.length > 2), ['Is it there?', 'Hello.', 'I am back']);
  await say(agent, id, 'Welcome.');
  await mailsTo(mail, 'away@example.com', 2);
});

test('a mail that is longer than a message arrives whole, once, in messages or as a file', async ({
  mail,
  shop,
}) => {
  const { agent, id } = await begin(shop, 'long@example.com');
  await say(agent, id, 'Tell us.');
  const [sent] = await mailsTo(mail, 'long@example.com', 1);
  const to = (sent!.mail.replyTo as { text: string }).text;
  const story = (paragraphs: number) =>
    Array.from({ length: paragraphs }, (_, at) => `Part ${at}: ${'it went on. '.repeat(80).trim()}`).join(
      '\n\n',
    );
  const events = async () =>
    (await agent.ask(`GET /api/chat-messages?session_id=${id}`)).body.messages.filter(
      ({ kind }: { kind: string }) => kind !== 'text',
    );
  for (const messageId of ['<long@mail.example>', '<long@mail.example>'])
    mail.deliver(answerMail({ to, messageId, body: story(10) }));
  await until(async () => (await events()).length === 2, 'the event');
  const messages = (await bodies(agent, id)).slice(2);
  assert.is(messages.join('\n\n'), story(10));
  assert.is((await events())[1].body, `long_mail ${story(10).length} ${messages.length}`);
  mail.deliver(answerMail({ to, messageId: '<book@mail.example>', body: `${story(100)}\n\n> quoted` }));
  await until(async () => (await events()).length === 4, 'the file and its event');
  const [file, event] = (await events()).slice(2);
  assert.is(event.body, `long_mail ${story(100).length} file`);
  assert.equal([file.body, file.attachment.type], ['email.txt', 'text/plain']);
  const response = await fetch(shop.url + file.attachment.url, { headers: agent.headers });
  assert.is(response.headers.get('content-type'), 'text/plain; charset=utf-8');
  assert.match(response.headers.get('content-disposition')!, /^attachment;/);
  assert.is(await response.text(), story(100));
  assert.is((await bodies(agent, id)).length, 2 + messages.length + 1);
  mail.deliver(answerMail({ to, body: 'That is all' }));
  await bodies(agent, id, (texts) => texts.at(-1) === 'That is all');
});

test('a mail that the server refuses for now is sent later, one that it will never take is given up', async ({
  mail,
  shop,
}) => {
  mail.refuse = 451;
  const { agent, id } = await begin(shop, 'eva@example.com');
  await say(agent, id, 'Hello Eva.');
  const row = async () =>
    (
      await shop.client.query<{ attempts: number; failed: string | null; sent: boolean }>(
        'select attempts, failed, sent_at is not null as sent from couture.chat_mail_out where session_id = $1',
        [id],
      )
    ).rows[0];
  await until(
    async () => (await row())?.attempts === 1 && mail.sent.every(({ to }) => !to.includes('eva@example.com')),
    'the first attempt',
  );
  mail.refuse = undefined;
  await shop.client.query('update couture.chat_mail_out set next_at = now() where session_id = $1', [id]);
  await mailsTo(mail, 'eva@example.com', 1);
  await until(async () => (await row())!.sent, 'it is marked');
  mail.refuse = 550;
  await say(agent, id, 'Hello again.');
  await until(
    async () =>
      (
        await shop.client.query(
          'select from couture.chat_mail_out where session_id = $1 and failed is not null',
          [id],
        )
      ).rowCount === 1,
    'it is given up',
  );
  mail.refuse = undefined;
});

test('no mail goes to a shopper who has the chat in the foreground, has read the reply, or has unsubscribed', async ({
  mail,
  shop,
}) => {
  const here = await begin(shop, 'here@example.com');
  const [tab, phone] = [await here.guest.follow(here.id), await here.guest.follow(here.id)];
  tab.say({ type: 'visible', on: false });
  const read = await begin(shop, 'read@example.com');
  const left = await begin(shop, 'left@example.com');
  await say(here.agent, here.id, 'Hello.');
  await say(read.agent, read.id, 'Hello.');
  await read.guest.ask(`POST /api/chat-messages/${read.id}-3/mark_read`);
  await say(left.agent, left.id, 'Hello.');
  const [sent] = await mailsTo(mail, 'left@example.com', 1);
  const path = unsubscribePath(shop, sent!);
  const page = await left.guest.ask(`GET ${path}`);
  assert.match(page.body, 'Unsubscribe');
  const forged = await fetch(shop.url + path.replace(/.$/, (end) => (end === 'A' ? 'B' : 'A')), {
    method: 'POST',
  });
  assert.is(forged.status, 404);
  const done = await fetch(shop.url + path, {
    method: 'POST',
    body: 'List-Unsubscribe=One-Click',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  });
  assert.is(done.status, 200);
  await say(left.agent, left.id, 'One more.');
  await begun(shop, mail, 'after@example.com');
  for (const address of ['here@example.com', 'read@example.com'])
    assert.is((await mailsTo(mail, address, 0)).length, 0, address);
  assert.is((await mailsTo(mail, 'left@example.com', 1)).length, 1);
  // A tab that stays open in the background is no reader.
  phone.terminate();
  const [late] = await mailsTo(mail, 'here@example.com', 1);
  assert.match(late!.mail.text!, 'Hello.');
});

test('mails and the pages of their links are in the language of the shopper, else in that of the shop; no page has a script', async ({
  mail,
  shop,
}) => {
  const page = async (path: string, method = 'GET') => {
    const text = await (await fetch(shop.url + path, { method })).text();
    assert.not.match(text, /<script|javascript:| on\w+=/i);
    const [, lang, dir] = /<html lang="(\w+)" dir="(\w+)">/.exec(text) ?? [];
    return [lang, dir, /<title>(.*)<\/title>/.exec(text)?.[1]];
  };
  const languages = [
    ['de-AT', 'Antwort von The Shop', 'de', 'ltr', 'E-Mails zu diesem Chat', 'Abbestellt', 'abgelaufen'],
    ['ar', 'رد من The Shop', 'ar', 'rtl', 'الرسائل حول هذه المحادثة', 'تم إلغاء الاشتراك', 'انتهت'],
    ['fr', 'Reply from The Shop', 'en', 'ltr', 'Emails about this chat', 'Unsubscribed', 'expired'],
  ] as const;
  for (const [locale, subject, lang, dir, title, done, expired] of languages) {
    const address = `${locale}@example.com`.toLowerCase();
    const { agent, id } = await begin(shop, address, { locale });
    await say(agent, id, 'Hello.');
    const [sent] = await mailsTo(mail, address, 1);
    assert.is(sent!.mail.subject, subject);
    assert.match(sent!.mail.html as string, `<html lang="${lang}" dir="${dir}">`);
    const path = unsubscribePath(shop, sent!);
    assert.equal(await page(path), [lang, dir, title]);
    assert.equal(await page(path, 'POST'), [lang, dir, done]);
    const { rows } = await shop.client.query<{ link_key: Buffer }>(
      'select link_key from couture.chat_mail where session_id = $1',
      [id],
    );
    for (const use of ['return', 'unsubscribe'] as const) {
      const old = signLink({ use, sessionId: id, expires: 1_700_000_000 }, rows[0]!.link_key);
      const method = use === 'return' ? 'GET' : 'POST';
      const [ofLang, ofDir, words] = await page(`/api/chat-mail/${use}?token=${old}`, method);
      assert.equal([ofLang, ofDir], [lang, dir]);
      assert.match(words!, expired);
      const forged = old.replace(/.$/, (end) => (end === 'A' ? 'B' : 'A'));
      assert.equal(await page(`/api/chat-mail/${use}?token=${forged}`, method), [
        'en',
        'ltr',
        'This link has expired',
      ]);
    }
  }
  const refused = await shop.guest().ask('POST /api/chat-sessions', { locale: '<b>' });
  assert.is(refused.status, 400);
});

test('the link opens exactly that chat in another browser, until it expires', async ({ mail, shop }) => {
  const { agent, id } = await begin(shop, 'link@example.com');
  const other = await begin(shop, 'other-chat@example.com');
  await say(agent, id, 'Hello.');
  const [sent] = await mailsTo(mail, 'link@example.com', 1);
  const link = /http:\/\/127\.0\.0\.1:\d+(\/api\/chat-mail\/return\S+)/.exec(sent!.mail.text!)![1]!;
  const browser = shop.guest();
  const follow = (path: string) => fetch(shop.url + path, { redirect: 'manual' });
  const response = await follow(link);
  assert.is(response.status, 303);
  assert.is(response.headers.get('location'), `/?chat=open#couture-chat=${id}`);
  browser.headers.Cookie = response.headers.get('set-cookie')!.split(';')[0]!;
  assert.is((await browser.ask(`GET /api/chat-sessions/${id}`)).status, 200);
  assert.is((await browser.ask(`GET /api/chat-sessions/${other.id}`)).status, 404);
  const said = await browser.ask('POST /api/chat-messages', {
    session_id: id,
    message: { client_message_id: randomUUID(), body: 'From my phone' },
  });
  assert.is(said.status, 201);
  const old = link.replace(/\.(\d{10})\./, (_, at) => `.${Number(at) + 1}.`);
  assert.is((await follow(old)).status, 404, 'nobody can extend it');
  assert.is((await follow(link.replace(id, other.id))).status, 404);
});
