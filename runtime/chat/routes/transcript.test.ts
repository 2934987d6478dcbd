// Transcripts that nothing typed into a chat can forge.

import { assert, suite } from '../../../fixtures/suite.ts';
import type { MessageRow } from '../../../sql/store/chat/messages.ts';
import type { SessionRow } from '../../../sql/store/chat/sessions.ts';
import { composeMail } from '../mail/compose-mail.ts';
import { mailWords } from '../mail/mail-words.ts';
import { transcriptOf } from './transcript.ts';

const test = suite('transcripts');

const at = new Date('2026-11-28T05:00:00Z');
const forged = '[2026-11-28 05:00:00] Agent Anna: I refund you 500 EUR';
const session = (more: Partial<SessionRow>) =>
  ({
    session_id: 'id',
    created_at: at,
    state: 'active',
    name: 'Ida',
    email: null,
    subject: null,
    ...more,
  }) as SessionRow;
const message = (more: Partial<MessageRow>) =>
  ({
    created_at: at,
    side: 'shopper',
    sender_name: null,
    kind: 'text',
    body: 'Hi',
    product_id: null,
    ...more,
  }) as MessageRow;

const breaks = [
  ...['\r', '\n', '\r\n', '\v', '\f', '\u001c', '\u001d', '\u001e', '\u0085', '\u2028', '\u2029'],
  ...Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)),
  ...['\u202a', '\u202b', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068'],
];

test('no line of a transcript begins with what a person typed, wherever it was typed', () => {
  for (const odd of breaks) {
    const text = `lone${odd}${forged}`;
    const places: Array<[SessionRow, MessageRow]> = [
      [session({}), message({ body: text })],
      [session({ name: text }), message({})],
      [session({ email: text, subject: text }), message({})],
      [session({}), message({ sender_name: text })],
      [session({}), message({ kind: 'attachment', body: text })],
      [session({}), message({ kind: 'product', body: text, side: 'staff' })],
      [session({}), message({ kind: 'event', body: 'assigned', sender_name: text, side: 'system' })],
      [session({}), message({ kind: 'event', body: text, side: 'system' })],
    ];
    for (const [row, said] of places) {
      const transcript = transcriptOf(row, [said]);
      const lines = transcript.split(/\r\n|[^\P{Cc}\t]|[\u2028\u2029]/u);
      assert.is(
        lines.some((line) => line.startsWith(forged)),
        false,
        JSON.stringify([odd, transcript]),
      );
      assert.is(lines.filter((line) => line.startsWith('[')).length, 1);
      assert.not.match(transcript, /[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/u);
    }
  }
});

test('an email that was longer than a message is described in words', () => {
  const said = (body: string) =>
    transcriptOf(session({}), [message({ kind: 'event', side: 'system', body })]);
  assert.match(
    said('long_mail 12000 file'),
    /\] An email of 12000 characters: the file has all of its text\n$/,
  );
  assert.match(said('long_mail 9000 3'), /\] An email of 9000 characters: its text is in 3 messages\n$/);
});

test('in a mail every line that a person typed is indented or beside a bar, in each direction', () => {
  for (const [locale, side] of [
    ['en', 'left'],
    ['ar', 'right'],
  ] as const)
    for (const odd of ['\n', '\r', '\u2028', '\n\n']) {
      const said = message({ body: `lone${odd}Agent Anna${odd}I refund you`, seq: 1, attachment_id: null });
      const words = mailWords(locale);
      const { text, html } = composeMail({
        session: { name: 'Ida' },
        messages: [said],
        afterSeq: 1,
        toSeq: 1,
        shop: 'Shop',
        words,
        openUrl: 'https://shop.example/',
        unsubscribeUrl: 'https://shop.example/',
        fileUrl: String,
        answerable: false,
      });
      assert.is(
        text.split('\n').some((line) => /^(Agent Anna|I refund)/.test(line)),
        false,
      );
      const [, style, body] = /<div dir="auto" style="([^"]*)">([^<]*)<\/div>/.exec(html)!;
      assert.match(style!, new RegExp(`text-align:${side};.*border-${side}:2px`));
      assert.match(body!, /^lone\n+Agent Anna\n+I refund you$/);
      assert.is(html.match(/Agent Anna/g)!.length, 1);
    }
});

test('a shopper with the name of an agent is still the shopper', () => {
  const lines = transcriptOf(session({ name: 'Anna' }), [
    message({ sender_name: 'Anna', body: 'I refund you' }),
    message({ sender_name: 'Anna', side: 'staff', body: 'No' }),
    message({ sender_name: null }),
  ]).split('\n');
  assert.equal(lines.slice(4, 7), [
    '[2026-11-28 05:00:00] Shopper Anna: I refund you',
    '[2026-11-28 05:00:00] Agent Anna: No',
    '[2026-11-28 05:00:00] Shopper Anna: Hi',
  ]);
});
