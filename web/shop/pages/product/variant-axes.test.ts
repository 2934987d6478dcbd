// Variants as colours and sizes: names of the sample shop, of other shops, and names without a pattern.
import { assert, suite } from '../../../../fixtures/suite.ts';
import { unchosenOptions, variantAxes } from './variant-axes.ts';

const test = suite('what variants differ in');

const variant = (id: number, name: string, image_url: string | null, in_stock = true) => ({
  id,
  name,
  image_url,
  in_stock,
});
const socks = [
  variant(1, 'Ankle Socks in White, 36–38', 'white.svg'),
  variant(2, 'Ankle Socks in White, 39–41', 'white.svg', false),
  variant(3, 'Ankle Socks in Navy, 36–38', 'navy.svg'),
  variant(4, 'Ankle Socks in Navy, 39–41', 'navy.svg'),
];
const shown = (variants: Parameters<typeof variantAxes>[0], id: number) =>
  variantAxes(variants, id).map(({ kind, pictured, chosen, choices }) => ({
    kind,
    pictured,
    chosen,
    choices: choices.map((each) => `${each.value} → ${each.variant.id}`),
  }));

test('colours have pictures, sizes have names; each leads to the closest variant', () => {
  assert.equal(shown(socks, 4), [
    { kind: 'colour', pictured: true, chosen: 'Navy', choices: ['White → 2', 'Navy → 4'] },
    { kind: 'size', pictured: false, chosen: '39–41', choices: ['36–38 → 3', '39–41 → 4'] },
  ]);
});

test('an axis with one value is no choice', () => {
  assert.equal(shown(socks.slice(0, 2), 1), [
    { kind: 'size', pictured: false, chosen: '36–38', choices: ['36–38 → 1', '39–41 → 2'] },
  ]);
});

test('without pictures colours are text', () => {
  const bare = socks.map((each) => ({ ...each, image_url: null }));
  assert.equal(
    shown(bare, 1).map(({ kind, pictured }) => [kind, pictured]),
    [
      ['colour', false],
      ['size', false],
    ],
  );
});

test('options that stand after the size are choices of their own', () => {
  const shirts = ['S / Linen', 'M / Linen', 'M / Wool'].map((size, at) => ({
    ...variant(at, 'Shirt', 'same.jpg'),
    size,
  }));
  assert.equal(shown(shirts, 1), [
    { kind: 'size', pictured: false, chosen: 'M', choices: ['S → 0', 'M → 1'] },
    { kind: 'other', pictured: false, chosen: 'Linen', choices: ['Linen → 1', 'Wool → 2'] },
  ]);
  const named = ['S / Material: Linen', 'M / Material: Linen', 'M / Material: Wool'];
  const titled = named.map((size, at) => ({ ...variant(at, 'Shirt', 'same.jpg'), size }));
  assert.equal(shown(titled, 1)[1], {
    kind: 'other',
    pictured: false,
    chosen: 'Linen',
    choices: ['Linen → 1', 'Wool → 2'],
  });
  assert.equal(
    variantAxes(titled, 1).map(({ title }) => title),
    [undefined, 'Material'],
  );
  const rings = ['Metal: 14k Gold', 'Metal: Silver'].map((size, at) => ({
    ...variant(at, 'Ring', null),
    size,
  }));
  assert.equal(
    variantAxes(rings, 0).map(({ kind, title, chosen }) => [kind, title, chosen]),
    [['other', 'Metal', '14k Gold']],
  );
  const phones = ['128 GB', '256 GB'].map((size, at) => ({ ...variant(at, 'Phone', null), size }));
  assert.equal(shown(phones, 0), [
    { kind: 'size', pictured: false, chosen: '128 GB', choices: ['128 GB → 0', '256 GB → 1'] },
  ]);
  const double = ['S / M', 'L / XL'].map((size, at) => ({ ...variant(at, 'Shirt', null), size }));
  assert.equal(shown(double, 1), [
    { kind: 'size', pictured: false, chosen: 'L / XL', choices: ['S / M → 0', 'L / XL → 1'] },
  ]);
  const shoes = ['US 10 / EU 43', 'US 9 / EU 42'].map((size, at) => ({ ...variant(at, 'Boot', null), size }));
  assert.equal(shown(shoes, 0)[0]!.choices, ['US 9 / EU 42 → 1', 'US 10 / EU 43 → 0']);
  const books = ['Hardcover', 'Paperback', 'E-book'].map((size, at) => ({
    ...variant(at, 'Book', null),
    size,
  }));
  assert.equal(
    shown(books, 0)[0]!.choices.map((each) => each.split(' ')[0]),
    ['Hardcover', 'Paperback', 'E-book'],
  );
  const uneven = ['Large', 'Large / Linen'].map((size, at) => ({ ...variant(at, 'Shirt', null), size }));
  assert.is(shown(uneven, 0)[0]!.choices.length, 2);
});

test('"M / Black" is a size and something else', () => {
  const shirts = ['S / Black', 'M / Black', 'M / White'].map((words, at) =>
    variant(at, `Medusa Shirt ${words}`, 'same.jpg'),
  );
  assert.equal(shown(shirts, 1), [
    { kind: 'size', pictured: false, chosen: 'M', choices: ['S → 0', 'M → 1'] },
    { kind: 'other', pictured: false, chosen: 'Black', choices: ['Black → 1', 'White → 2'] },
  ]);
});

test('names without a pattern make one axis, and no variant is lost', () => {
  const odd = ['Coffee', 'Coffee, decaf, 500 g', 'Coffee for espresso'].map((name, at) =>
    variant(at, name, `${at}.jpg`),
  );
  const axes = variantAxes(odd, 0);
  assert.is(axes.length, 1);
  assert.equal(
    axes[0]!.choices.map((each) => each.variant.id),
    [0, 1, 2],
  );
});

test('variants with equal names stay apart', () => {
  const twins = [variant(1, 'Belt', 'a.jpg'), variant(2, 'Belt', 'a.jpg')];
  assert.equal(variantAxes(twins, 1), []);
});

const stated = (
  id: number,
  colour: string | undefined,
  size: string | undefined,
  image_url: string | null,
) => ({
  ...variant(id, 'Juno Sundress', image_url, id !== 3),
  colour,
  size,
});

test('options that are no choice are said beside the choices, and no other', () => {
  const said = (sizes: readonly string[], at = 0) => {
    const shirts = sizes.map((size, id) => ({ ...variant(id, 'Shirt', null), size }));
    return unchosenOptions(sizes[at], variantAxes(shirts, at));
  };
  assert.equal(said(['M / Material: Linen']), ['M', 'Material: Linen']);
  assert.equal(said(['S / Material: Linen', 'M / Material: Linen'], 1), ['Material: Linen']);
  assert.equal(said(['S', 'M']), []);
  assert.equal(said(['Material: Linen / Lining: Silk', 'Material: Wool / Lining: None']), []);
  assert.equal(said(['M / Material: Linen', 'L / Material: Wool']), []);
});

test('stated colours and sizes need no names: sizes are sorted, a sold-out size of the colour is offered as such', () => {
  const dress = [
    stated(1, 'Rust', 'M', 'rust.svg'),
    stated(2, 'Navy', 'M', 'navy.svg'),
    stated(3, 'Rust', 'XS', 'rust.svg'),
    stated(4, 'Rust', 'XL', 'rust.svg'),
    stated(5, 'Navy', 'XS', 'navy.svg'),
  ];
  assert.equal(shown(dress, 1), [
    { kind: 'colour', pictured: true, chosen: 'Rust', choices: ['Rust → 1', 'Navy → 2'] },
    { kind: 'size', pictured: false, chosen: 'M', choices: ['XS → 3', 'M → 1', 'XL → 4'] },
  ]);
  // Navy has no XL: another colour has.
  assert.equal(shown(dress, 2)[1]!.choices, ['XS → 5', 'M → 2', 'XL → 4']);
});

test('colours that share one picture are no pictures', () => {
  const shirts = [stated(1, 'Black', 'S', 'shirt.jpg'), stated(2, 'White', 'S', 'shirt.jpg')];
  assert.equal(shown(shirts, 1), [
    { kind: 'colour', pictured: false, chosen: 'Black', choices: ['Black → 1', 'White → 2'] },
  ]);
});

test('a shop may state one of both: names say the rest, and what repeats the colour is left out', () => {
  const socks = [
    { ...variant(1, 'Socks in White, 36–38', 'w.svg'), colour: 'White' },
    { ...variant(2, 'Socks in White, 39–41', 'w.svg'), colour: 'White' },
    { ...variant(3, 'Socks in Navy, 36–38', 'n.svg'), colour: 'Navy' },
  ];
  assert.equal(shown(socks, 1), [
    { kind: 'colour', pictured: true, chosen: 'White', choices: ['White → 1', 'Navy → 3'] },
    { kind: 'size', pictured: false, chosen: '36–38', choices: ['36–38 → 1', '39–41 → 2'] },
  ]);
  const sizes = [stated(1, undefined, 'S', null), stated(2, undefined, 'M', null)];
  assert.equal(
    shown(sizes, 2).map(({ kind, chosen }) => [kind, chosen]),
    [['size', 'M']],
  );
});

test('a variant that lacks a size makes the names speak', () => {
  const odd = [
    { ...variant(1, 'Belt, short', null), size: '85' },
    { ...variant(2, 'Belt, long', null), size: undefined },
  ];
  assert.equal(
    shown(odd, 1).map(({ kind, chosen, choices }) => [kind, chosen, choices.length]),
    [['other', 'short', 2]],
  );
});
