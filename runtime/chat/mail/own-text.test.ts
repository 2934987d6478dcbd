// What people write in answers, in the styles of common mail programs and against texts that are made to take long.
import EmailReplyParser from 'email-reply-parser';
import { assert, suite } from '../../../fixtures/suite.ts';
import { mailWords } from './mail-words.ts';
import { ownText } from './own-text.ts';
import { splitText } from './split-text.ts';

const test = suite('own text of mails');

const parser = new EmailReplyParser();
const own = (text: string) => ownText(text, (each) => parser.parseReply(each));
const quote = (text: string) => text.replaceAll(/^/gm, '> ');

test('answers above the quote, in the styles of common programs', () => {
  for (const locale of ['en', 'de', 'ar']) {
    const { marker } = mailWords(locale);
    const mail = `${marker}\n\nHello Ida,\n\nAnna: We have it.`;
    for (const text of [
      `Yes, please.\n\nOn Mon, Nov 30, 2026 at 9:00 AM The Shop <chat+x@shop.example> wrote:\n\n${quote(mail)}`,
      `Yes, please.\n\nAm 30.11.2026 um 09:00 schrieb The Shop <chat+x@shop.example>:\n${quote(mail)}`,
      `Yes, please.\n\n-----Original Message-----\nFrom: The Shop <chat@shop.example>\nSent: Monday\n\n${mail}`,
      `Yes, please.\r\n\r\nSent from my iPhone\r\n\r\n> ${mail}`,
    ])
      assert.is(own(text), 'Yes, please.', text);
  }
});

test('an answer below or between the lines of a quote arrives', () => {
  const mail = `${mailWords('en').marker}\n\nAnna: Blue or red?\n\nAnna: And which size?`;
  const below = `On Mon, Nov 30, 2026 at 9:00 AM The Shop <chat+x@shop.example> wrote:\n\n${quote(mail)}\n\nBlue, please.`;
  assert.is(own(below), 'Blue, please.');
  const [first, second] = quote(mail).split('\n> \n> Anna: And');
  const between = `The Shop wrote:\n${first}\nBlue, please.\n\n> Anna: And${second}\nMedium.`;
  assert.match(own(between), /Blue, please\.\s+Medium\.$/);
});

test('long lines stay as they are, and long quoted ones go', () => {
  const long = `It is ${'very '.repeat(200)}long.`;
  assert.is(own(`${long}\nReally.\n\n> ${long}`), `${long}\nReally.`);
});

test('a text that is made to take minutes takes a bounded time, and arrives', () => {
  const line = '2026from<'.repeat(400);
  assert.is(own(line), line);
  assert.match(own(`Hello\n${'Op a schreef b\n'.repeat(1_300)}`), /^Hello/);
  assert.match(own(`Hello\n${'abc. \n skrev \n'.repeat(1_300)}`), /^Hello/);
});

test('nothing of a long text is lost: it stays whole, and its parts have all of its words, in order', () => {
  const paragraph = (at: number) => `${at}. ${'We met the parcel at the door. '.repeat(at % 40)}😀`;
  const text = Array.from({ length: 300 }, (_, at) => paragraph(at)).join('\n\n');
  assert.is(own(`${text}\n\n> ${mailWords('en').marker}\n> quoted`), text);
  const words = (parts: readonly string[]) => parts.flatMap((part) => part.split(/\s+/)).join(' ');
  const parts = splitText(text);
  assert.is(words(parts), words([text]));
  assert.ok(parts.every((part) => part.length <= 4_000 && part.endsWith('😀')));
  for (const solid of [
    'x'.repeat(9_001),
    '😀'.repeat(5_001),
    `${' '.repeat(4_500)}x`,
    'a b '.repeat(2_500),
  ]) {
    const pieces = splitText(solid.trim());
    assert.is(pieces.join('').replaceAll(/\s/g, ''), solid.replaceAll(/\s/g, ''));
    assert.ok(
      pieces.every((piece) => piece.length <= 4_000 && !/^[\udc00-\udfff]|[\ud800-\udbff]$/.test(piece)),
    );
  }
  assert.equal(splitText('short'), ['short']);
  assert.equal(splitText(''), []);
});
