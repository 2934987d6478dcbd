import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Random } from '../../fixtures/random.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { backgrounds, brandColours, contrast, minContrast } from './brand-colours.ts';

const test = suite('brand colours');
const tokens = readFileSync(path.resolve(import.meta.dirname, '../../../web/styles/tokens.css'), 'utf8');
const pairs = ['paper', 'surface', 'tint'].map(
  (name) =>
    new RegExp(`--couture-${name}: light-dark\\((#\\w+), (#\\w+)\\)`).exec(tokens)!.slice(1) as [
      string,
      string,
    ],
);

test('any colour of a shop is readable on every background, and so is the text on it', () => {
  const random = new Random(7);
  const any = () =>
    `#${Math.floor(random.next() * 0x1000000)
      .toString(16)
      .padStart(6, '0')}`;
  const edges = ['#000000', '#ffffff', '#ffff00', '#0000ff', '#777777', '#2563eb'];
  for (const colour of [...edges, ...Array.from({ length: 5_000 }, any)]) {
    const { light, dark, fill, on_light, on_dark, on_fill } = brandColours(colour);
    assert.is(fill, colour);
    assert.ok(contrast(on_fill, fill) >= minContrast, `${on_fill} on ${fill}`);
    for (const [onLight, onDark] of pairs) {
      assert.ok(contrast(light, onLight) >= minContrast, `${colour} → ${light} on ${onLight}`);
      assert.ok(contrast(dark, onDark) >= minContrast, `${colour} → ${dark} on ${onDark}`);
    }
    assert.ok(contrast(on_light, light) >= minContrast, `${on_light} on ${light}`);
    assert.ok(contrast(on_dark, dark) >= minContrast, `${on_dark} on ${dark}`);
  }
});

test('a colour that is readable as it is stays as it is', () => {
  assert.is(brandColours('#7a1f3d').light, '#7a1f3d');
  assert.is(brandColours('#ffd9a0').dark, '#ffd9a0');
});

test('the contrast is that of WCAG, and the backgrounds are those of the pages', () => {
  assert.is(contrast('#000000', '#ffffff'), 21);
  assert.is(contrast('#777777', '#ffffff').toFixed(2), '4.48');
  assert.equal(pairs.at(-1), [backgrounds.light, backgrounds.dark]);
});
