import { assert, suite } from '../../fixtures/suite.ts';
import { written } from './chat-message.ts';
import { codePoints, firstPart, isStorable, isVisible, plainText, typedLine, typedText } from './text.ts';

const test = suite('text');

const everyCharacter = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code));

test('line breaks become a line feed, other control characters a space', () => {
  assert.is(plainText('a\u000bb\u000cc\u0085d\u2028e\u2029f\rg\r\nh\ni\tj'), 'a\nb\nc\nd\ne\nf\ng\nh\ni\tj');
  assert.is(plainText('a\u0007b\u001fc\u007fd\u009be'), 'a b c d e');
  assert.is(plainText('\u202e5 EUR\u202d'), '5 EUR');
  for (const text of ['Grüße 🧥 漢字', '!أهلا', 'e\u0301', '👩\u200d🚀', 'x\u00a0y', '\ufdfa'.repeat(4_000)])
    assert.is(plainText(text), text);
});

test('the server accepts any typed text after cleaning, unless nothing in it is visible', () => {
  const taken = written(4_000);
  for (const character of everyCharacter) {
    for (const text of [`a${character}b`, character]) {
      const typed = typedText(text);
      if (typed === '') assert.is(isVisible(text), false, JSON.stringify(text));
      else assert.is(taken.safeParse(typed).data, typed, JSON.stringify(text));
      assert.not.match(typedLine(text), /[\n\r\t]/);
    }
  }
});

test('the server accepts exactly the text that Postgres can store', () => {
  const taken = written(4_000);
  for (const character of everyCharacter) {
    const text = `a${character}b`;
    assert.is(taken.safeParse(text).success, isStorable(text), JSON.stringify(text));
  }
  assert.is(taken.safeParse('👩 \ud83d\ude00').success, true);
  for (const half of ['\ud800', 'a\udc00', '\ude00\ud83d', '\0']) assert.is(isStorable(half), false);
});

test('text without a visible character is neither sent nor accepted', () => {
  for (const text of [
    '',
    ' \n\t',
    '\u200b',
    '\u200b\ufeff \u2060',
    '\u3164',
    '\u2800\ufe0f',
    '\u00ad',
    '\u000b\u0085',
  ]) {
    assert.is(typedText(text), '', JSON.stringify(text));
    assert.is(written(10).safeParse(text).success, false, JSON.stringify(text));
  }
  for (const text of ['.', '☀️', '👩‍🚀', '\ue000', '\u0301', '\ufffd']) assert.ok(isVisible(text), text);
});

test('the server counts characters as codePoints does', () => {
  for (const each of ['x', '\ufdfa', '😀', 'e\u0301', '👩‍🚀', '😀x'])
    for (const times of [1, 3, 7]) {
      const text = each.repeat(times);
      assert.is(codePoints(text), [...text].length);
      for (const most of [codePoints(text) - 1, codePoints(text)])
        if (most > 0) assert.is(written(most).safeParse(text).success, codePoints(text) <= most);
    }
  assert.is(codePoints('\ud83d'), 1);
});

test('firstPart does not split a surrogate pair', () => {
  assert.is(firstPart('ab😀', 3), 'ab');
  assert.is(firstPart('ab😀', 4), 'ab😀');
});
