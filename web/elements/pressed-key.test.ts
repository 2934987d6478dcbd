// Keys as keyboards of other scripts, layouts and input methods send them.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { assert, suite } from '../../fixtures/suite.ts';
import { isSend, pressedKey, shortcutKey } from './pressed-key.ts';

const test = suite('pressed keys');

/** Relative to dist/web/elements. */
const sources = path.resolve(import.meta.dirname, '../../../web');

const pressed = (key: string, code = '', more: Partial<KeyboardEvent> = {}) =>
  ({ key, code, isComposing: false, keyCode: 0, shiftKey: false, altKey: false, ...more }) as KeyboardEvent;

/** The letters of a row of keys from KeyQ, KeyA or KeyZ on. */
const rows = ['QWERTYUIOP', 'ASDFGHJKL', 'ZXCVBNM'];
const layouts: Readonly<Record<string, readonly string[]>> = {
  Russian: ['йцукенгшщз', 'фывапролд', 'ячсмить'],
  Ukrainian: ['йцукенгшщз', 'фівапролд', 'ячсмить'],
  Greek: [';ςερτυθιοπ', 'ασδφγηξκλ', 'ζχψωβνμ'],
  Hebrew: ["/'קראטוןםפ", 'שדגכעיחלך', 'זסבהנמצ'],
  Arabic: ['ضصثقفغعهخح', 'شسيبلاتنم', 'ئءؤرﻻىة'],
  Thai: ['ๆไำพะัีรนย', 'ฟหกดเ้่าส', 'ผปแอิืท'],
  Korean: ['ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ', 'ㅁㄴㅇㄹㅎㅗㅓㅏㅣ', 'ㅋㅌㅊㅍㅠㅜㅡ'],
  Devanagari: ['ौैाीूबहगदज', 'ोे्िुपरकत', 'ॆंमनवलस'],
  Georgian: ['ქწერტყუიოპ', 'ასდფგჰჯკლ', 'ზხცვბნმ'],
};

test('a shortcut is the Latin letter in its place on a keyboard of another script', () => {
  for (const [name, letters] of Object.entries(layouts))
    for (const [row, places] of rows.entries())
      for (const [at, place] of [...places].entries()) {
        const key = [...letters[row]!][at]!;
        // Some have ASCII signs in places of letters: those mean themselves.
        const expected = /^[\x20-\x7e]$/.test(key) ? key : place.toLowerCase();
        assert.is(shortcutKey(pressed(key, `Key${place}`)), expected, `${name} ${key}`);
      }
});

test('on Latin keyboards the letter counts, not its place, also with Caps Lock', () => {
  for (const [key, code, expected] of [
    ['k', 'KeyV', 'k'],
    ['t', 'KeyK', 't'],
    ['a', 'KeyQ', 'a'],
    ['m', 'Semicolon', 'm'],
    ['T', 'KeyT', 't'],
    ['ı', 'KeyI', 'i'],
    ['é', 'Digit2', 'é'],
    ['?', 'Minus', '?'],
    ['؟', 'Slash', '?'],
    ['？', 'Slash', '?'],
    ['Dead', 'BracketLeft', 'Dead'],
    ['Unidentified', '', 'Unidentified'],
    ['Escape', 'Escape', 'Escape'],
  ])
    assert.is(shortcutKey(pressed(key!, code)), expected, key);
  assert.is(shortcutKey(pressed('T', 'KeyT', { shiftKey: true })), 'T');
});

test('no key of an input method means anything', () => {
  for (const key of ['Enter', 'Escape', 'ArrowDown', 'Tab', 'Process', 'Unidentified', 'j', 'и'])
    for (const more of [{ keyCode: 229 }, { isComposing: true }, { isComposing: true, keyCode: 229 }]) {
      assert.is(pressedKey(pressed(key, 'KeyJ', more)), '', key);
      assert.is(shortcutKey(pressed(key, 'KeyJ', more)), '', key);
      assert.is(isSend(pressed(key, 'Enter', more)), false, key);
    }
  for (const [more, sends] of [
    [{}, true],
    [{ ctrlKey: true }, true],
    [{ metaKey: true }, true],
    [{ shiftKey: true }, false],
    [{ altKey: true }, false],
    [{ ctrlKey: true, altKey: true }, false],
  ] as const)
    assert.is(isSend(pressed('Enter', 'Enter', more)), sends, JSON.stringify(more));
});

/** Names of the sources whose text has this. */
function having(isThere: (text: string) => boolean): string[] {
  return readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ts$/.test(name) && !/\.test\.ts$|test-support|pressed-key/.test(name))
    .filter((name) => isThere(readFileSync(path.join(sources, name), 'utf8')));
}

test('every handler of keys asks here', () => {
  const direct = having((text) => /keydown|KeyboardEvent/.test(text) && /\bevent\.key\b(?!, )/.test(text));
  assert.equal(direct, []);
});

test('fields of several lines have the direction of their text, and cut no paste', () => {
  const fields = (text: string) => text.match(/<textarea\b[\s\S]*?<\/textarea>/g) ?? [];
  assert.ok(having((text) => fields(text).length > 0).length > 4);
  assert.equal(
    having((text) => fields(text).some((each) => !/dir="auto"/.test(each) || !/@paste=/.test(each))),
    [],
  );
});

test('what works after a press is not disabled meanwhile: browsers would take the focus from it', () => {
  assert.equal(
    having((text) => /\?disabled=\$\{[^}]*\bbusy\b/.test(text)),
    [],
  );
});
