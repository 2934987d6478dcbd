import { assert, suite } from '../../fixtures/suite.ts';
import { written } from './chat-message.ts';
import {
  codePoints,
  firstPart,
  isStorable,
  isVisible,
  plainText,
  typedCode,
  typedLine,
  typedNumber,
  typedText,
} from './text.ts';

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

test('empty cells at the start of a table keep their tabs, blank lines and spaces at the start go', () => {
  assert.is(typedText('\tS\tM\r\nChest\t88\t92\r\n'), '\tS\tM\nChest\t88\t92');
  assert.is(typedText(' \n\n\u00a0 \t Hello '), '\tHello');
  assert.is(typedText(' \n  Hello\n\tYou'), 'Hello\n\tYou');
  assert.is(typedLine('\tVera\n Klein'), 'Vera Klein');
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

test('a typed number is the same in the digits of every keyboard', () => {
  const zeros = [0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xff10];
  const decimals = ['.', ',', '\u066b', '\uff0c', '\uff0e'];
  for (const zero of zeros) {
    const inScript = (digits: string) =>
      digits.replaceAll(/\d/g, (digit) => String.fromCharCode(zero + Number(digit)));
    for (const number of ['0', '7', '12', '1049', '38', '1234567890']) {
      assert.is(typedNumber(inScript(number)), Number(number), inScript(number));
      assert.is(typedNumber(`\u00a0${inScript(number)}\u202f`), Number(number));
      for (const point of decimals)
        assert.is(typedNumber(inScript(`${number}${point}95`)), Number(`${number}.95`));
    }
  }
  assert.is(typedNumber('1\u00a0049,95'), 1049.95);
  assert.is(typedNumber('\u22123'), -3);
  for (const text of ['', ' ', 'two', '1.2.3', '1e3', '0x10', '٣ or ٤', '€5', '-'])
    assert.ok(Number.isNaN(typedNumber(text)), text);
});

test('addresses and numbers of orders are the same in the letters and digits of any keyboard', () => {
  const wide = (text: string) =>
    text.replaceAll(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));
  for (const code of ['anna.b@example.org', 'R-2026_0042', '#1001', 'a+b@xn--bcher-kva.example']) {
    assert.is(typedCode(code), code);
    assert.is(typedCode(` ${wide(code)}\u200b\n`), code);
    for (const zero of [0x0660, 0x06f0, 0x0966, 0x09e6])
      assert.is(
        typedCode(code.replaceAll(/\d/g, (digit) => String.fromCharCode(zero + Number(digit)))),
        code,
      );
  }
  assert.is(typedCode('ａｎｎａ＠ｅｘａｍｐｌｅ。ｏｒｇ'), 'anna@example.org');
  assert.is(typedCode('bücher@e\u0301.example'), 'bücher@é.example');
});
