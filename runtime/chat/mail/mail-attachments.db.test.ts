// Files of chats by e-mail, in both directions, over real SMTP and IMAP servers.
import { randomUUID } from 'node:crypto';
import { assert } from '../../../fixtures/suite.ts';
import { until } from '../../../fixtures/until.ts';
import { attachmentBytes } from '../../contract/chat-values.ts';
import type { Body, Person } from '../../test-support/chat-server.ts';
import { answerMail, attached } from '../../test-support/mail-servers.ts';
import {
  begin,
  bodies,
  type MailedShop,
  mailedSuite,
  mailsTo,
  say,
} from '../../test-support/mailed-chats.ts';
import { signLink } from './signed-link.ts';

const test = mailedSuite('files of a chat by e-mail');

/** A PNG header, with text that says where the picture was taken. */
function png(width = 800, height = 600, bytes = 2_000): Buffer {
  const content = Buffer.alloc(bytes);
  content.write('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1');
  content.writeUInt32BE(width, 16);
  content.writeUInt32BE(height, 20);
  content.writeUInt32BE(9, 33);
  content.write('tEXt52.5 13.4', 37, 'latin1');
  content.writeUInt32BE(0, 54);
  content.write('IEND', 58, 'latin1');
  return content;
}

/** Everything in the chat but the agent's steps, once `count` messages are there. */
async function said(agent: Person, id: string, count: number): Promise<Body[]> {
  let found: Body[] = [];
  await until(async () => {
    const { body } = await agent.ask(`GET /api/chat-messages?session_id=${id}`);
    found = body.messages.filter(
      ({ kind, body: text }: Body) => kind !== 'event' || text.startsWith('file_'),
    );
    return found.length >= count;
  }, `${count} messages`);
  return found;
}

/** A chat with a first reply that was mailed. */
async function mailed({ mail, shop }: MailedShop, email: string) {
  const chat = await begin(shop, email);
  await say(chat.agent, chat.id, 'Can you send us a picture?');
  const [first] = await mailsTo(mail, email, 1);
  return { ...chat, to: (first!.mail.replyTo as { text: string }).text };
}

test('attachments of an answer become files of the chat, once; those that are refused are named, and the text arrives', async (context) => {
  const { mail, shop } = context;
  const { guest, agent, id, to } = await mailed(context, 'fay@example.com');
  const answer = answerMail({
    to,
    messageId: '<files@mail.example>',
    body: 'Here it is.\n\n-- \nFay',
    parts: [
      attached('scratch 100%.png', png(), 'image/png'),
      attached('run.exe', 'MZ not a picture'),
      attached('huge.png', png(800, 600, attachmentBytes + 1), 'image/png'),
      attached('winmail.dat', 'x', 'application/ms-tnef'),
      attached('smime.p7s', 'x', 'application/pkcs7-signature'),
      attached('Fay.vcf', 'BEGIN:VCARD', 'text/vcard'),
      attached('pixel.png', png(1, 1), 'image/png'),
      attached('bill.exe', '%PDF-1.7\n', 'application/octet-stream'),
    ],
  });
  mail.deliver(answer);
  mail.deliver(answer);
  const done = answerMail({ to, body: 'Did you get it?' });
  mail.deliver(done);
  const messages = await said(agent, id, 9);
  assert.equal(
    messages.slice(2).map(({ side, kind, body }) => [side, kind, body]),
    [
      ['shopper', 'text', 'Here it is.'],
      ['shopper', 'attachment', 'scratch 100%.png'.replace('%', '')],
      ['shopper', 'attachment', 'bill.pdf'],
      ['system', 'event', 'file_refused outlook winmail.dat'],
      ['system', 'event', 'file_refused unsupported run.exe'],
      ['system', 'event', 'file_refused too_large huge.png'],
      ['shopper', 'text', 'Did you get it?'],
    ],
  );
  const file = await agent.ask(`GET ${messages[3].attachment.url}`);
  assert.is(file.status, 200);
  assert.not.match(file.body, '52.5 13.4');
  assert.is((await guest.ask(`GET ${messages[3].attachment.url}`)).status, 200);
  const stored = await shop.client.query('select from couture.chat_attachment where session_id = $1', [id]);
  assert.is(stored.rowCount, 2);
  const transcript = await agent.ask(`GET /api/chat-sessions/${id}/transcript`);
  assert.match(transcript.body, 'Not received by email (too large): huge.png');
});

test('a mail with nothing but files that are refused notifies the agent', async (context) => {
  const { agent, id, to } = await mailed(context, 'gil@example.com');
  context.mail.deliver(answerMail({ to, body: '', parts: [attached('plan.dwg', 'AC1032')] }));
  const messages = await said(agent, id, 4);
  assert.equal(
    messages.slice(2).map(({ side, body }) => [side, body]),
    [
      ['shopper', 'plan.dwg'],
      ['system', 'file_refused unsupported plan.dwg'],
    ],
  );
});

test('after a crash between its messages, a mail stores what is missing and nothing twice', async (context) => {
  const { shop, mail } = context;
  const { agent, id, to } = await mailed(context, 'hal@example.com');
  const parts = [1, 2, 3].map((n) => attached(`${n}.png`, png(600 + n, 500), 'image/png'));
  // As if the process had died when it had stored the first file, and before it sent the second.
  await shop.client.query(`create function die() returns trigger language plpgsql as $$
    begin if new.name = '2.png' then raise exception 'gone' using errcode = '57P01'; end if; return new; end $$`);
  await shop.client.query(
    'create trigger die before insert on couture.chat_attachment for each row execute function die()',
  );
  mail.deliver(answerMail({ to, messageId: '<crash@mail.example>', body: 'Three pictures', parts }));
  await said(agent, id, 4);
  await shop.client.query('drop function die cascade');
  const messages = await said(agent, id, 6);
  assert.equal(
    messages.slice(2).map(({ body }) => body),
    ['Three pictures', '1.png', '2.png', '3.png'],
  );
});

test('a file that Postgres has no space for is named, and the next answer arrives', async (context) => {
  const { shop, mail } = context;
  const { agent, id, to } = await mailed(context, 'jan@example.com');
  await shop.client.query(`create function full() returns trigger language plpgsql as $$
    begin raise exception 'disk full' using errcode = '53100'; end $$`);
  await shop.client.query(
    'create trigger full_disk before insert on couture.chat_attachment for each row execute function full()',
  );
  mail.deliver(answerMail({ to, body: 'A picture', parts: [attached('a.png', png(), 'image/png')] }));
  const messages = await said(agent, id, 4);
  await shop.client.query('drop function "full" cascade');
  assert.equal(
    messages.slice(2).map(({ body }) => body),
    ['A picture', 'file_refused no_space a.png'],
  );
});

test('a mail to the shopper links each file; the link opens this file alone, until it expires or the chat is erased', async (context) => {
  const { shop, mail } = context;
  const { agent, id } = await begin(shop, 'kim@example.com', { locale: 'de' });
  const send = async (name: string, content: Buffer) => {
    const { body: file } = await agent.ask(`POST /api/chat-sessions/${id}/attachments`, content, {
      'File-Name': name,
    });
    const message = { client_message_id: randomUUID(), attachment_id: file.id };
    assert.is((await agent.ask('POST /api/chat-messages', { session_id: id, message })).status, 201);
    return file.id as string;
  };
  const picture = await send('size%20chart.png', png());
  await send('form.pdf', Buffer.from('%PDF-1.7\n<b>'));
  const { body: unsent } = await agent.ask(`POST /api/chat-sessions/${id}/attachments`, png());
  const [sent] = await mailsTo(mail, 'kim@example.com', 1);
  const text = sent!.mail.text!;
  assert.match(text, 'hat die Datei geschickt: size chart.png\n');
  const links = [...text.matchAll(/http:\S+(\/api\/chat-mail\/file\?token=\S+)/g)].map(([, path]) => path!);
  assert.is(links.length, 2);
  assert.match(
    sent!.mail.html as string,
    /<a href="[^"]*\/file\?token=[^"]*" rel="noreferrer">form\.pdf<\/a>/,
  );
  const open = (path: string) => fetch(shop.url + path);
  const [shown, document] = await Promise.all(links.map(open));
  assert.is(shown!.status, 200);
  assert.equal(
    ['content-type', 'x-robots-tag', 'referrer-policy', 'cache-control', 'x-content-type-options'].map(
      (name) => shown!.headers.get(name),
    ),
    ['image/png', 'noindex', 'no-referrer', 'private, no-store', 'nosniff'],
  );
  assert.is(shown!.headers.get('content-security-policy'), "sandbox; default-src 'none'");
  assert.match(document!.headers.get('content-disposition')!, /^attachment/);

  const { rows } = await shop.client.query<{ link_key: Buffer }>(
    'select link_key from couture.chat_mail where session_id = $1',
    [id],
  );
  const key = rows[0]!.link_key;
  const path = (attachmentId: string | undefined, expires: number, use: 'file' | 'return' = 'file') =>
    `/api/chat-mail/file?token=${signLink({ use, sessionId: id, expires, attachmentId }, key)}`;
  const later = Math.floor(Date.now() / 1_000) + 1_000;
  const closed = [
    path(picture, 1_700_000_000),
    path(unsent.id, later),
    path(randomUUID(), later),
    path(undefined, later, 'return'),
    links[0]!.replace(picture, unsent.id),
    links[0]!.replace(/.$/, (end) => (end === 'A' ? 'B' : 'A')),
    '/api/chat-mail/file',
  ];
  for (const each of closed) {
    const response = await open(each);
    assert.equal([response.status, response.headers.get('referrer-policy')], [404, 'no-referrer'], each);
    assert.match(await response.text(), '<meta name="robots" content="noindex">');
  }
  assert.match(await (await open(closed[0]!)).text(), '<title>Dieser Link ist abgelaufen</title>');
  assert.is((await open(links[0]!.replace('/file?', '/return?'))).status, 404, 'it is no way into the chat');
  await shop.client.query('delete from couture.chat_session where session_id = $1', [id]);
  assert.is((await open(links[0]!)).status, 404);
  assert.equal(await bodies(await shop.agent(), id).catch(() => []), []);
});
