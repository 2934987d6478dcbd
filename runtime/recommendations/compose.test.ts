// How a list is composed: fallback chain, stock, variants, pins, blocks and boosts; the price of a bundle.
import { assert, suite } from '../../fixtures/suite.ts';
import type { CurationRule } from '../../sql/store/lists/curation.ts';
import { becauseMark, type ServedEntry } from '../../sql/store/lists/served-lists.ts';
import type { Card } from '../shop/card-cache.ts';
import { shopId } from '../shop/shop-ids.ts';
import { Wire } from '../shop/wire.ts';
import { compose, type Shown, type Source } from './compose.ts';
import { type CuratedList, ListRules } from './curate.ts';
import { listedProduct } from './list-wire.ts';

const test = suite('composing a list');

const card = (id: string, values: Partial<Card> = {}): Card => ({
  id,
  name: `product ${id}`,
  category: 'Dresses',
  price_cents: 1_000,
  sale_cents: null,
  pay_cents: 1_000,
  image_url: null,
  rating: 0,
  review_count: 0,
  inventory: 5,
  in_stock: true,
  group_id: null,
  url: null,
  colour: null,
  size: null,
  swatch: null,
  ...values,
});
const soldOut = { inventory: 0, in_stock: false };

const entry = (score: number, ...variants: string[]): ServedEntry => ({
  variants,
  score,
  reason: `reason of ${variants[0]}`,
  source: 'orders',
});

interface Setting {
  readonly sources: ServedEntry[][];
  readonly limit?: number;
  readonly soldOut?: string[];
  readonly without?: string[];
  readonly rules?: ReadonlyArray<Partial<CurationRule>>;
  readonly list?: Partial<CuratedList>;
}

/** Composes a list → the products shown and the number of sources read. */
async function composed(setting: Setting): Promise<{ ids: string[]; shown: Shown[]; read: number }> {
  let read = 0;
  const list: CuratedList = { kind: 'similar', subject: ['s'], category: 'Dresses', ...setting.list };
  const rules = new ListRules((setting.rules ?? []).map(rule), list, now);
  const sources: Source[] = setting.sources.map((entries) => () => {
    read += 1;
    return rules.boost(entries);
  });
  const shown = await compose({
    cards: {
      read: async (ids) =>
        new Map([...ids].map((id) => [id, card(id, setting.soldOut?.includes(id) ? soldOut : {})])),
    },
    rules,
    sources,
    limit: setting.limit ?? 3,
    without: new Set(setting.without ?? []),
    variants: async (id) => (id.startsWith('v') ? ['v1', 'v2'] : [id]),
  });
  return { ids: shown.map((each) => each.card.id), shown, read };
}

const now = Date.parse('2026-12-01T00:00:00Z');
const rule = (values: Partial<CurationRule>): CurationRule => ({
  curation_id: 1,
  action: 'block',
  product_id: 'a',
  scope: 'shop',
  subject: '',
  kinds: [],
  place: null,
  factor: null,
  from_at: null,
  until_at: null,
  note: '',
  created_at: new Date(now),
  ...values,
});

const letters = (text: string, first = 100) => [...text].map((id, at) => entry(first - at, id));

test('a list is filled from the fallback chain, reading no more sources than needed', async () => {
  assert.equal(
    await composed({ sources: [letters('abcd'), letters('ef')] }).then(({ ids, read }) => [ids, read]),
    [['a', 'b', 'c'], 1],
  );
  const { ids, read } = await composed({
    sources: [letters('ab'), letters('bcd', -1)],
    soldOut: ['a'],
    limit: 3,
  });
  assert.equal([ids, read], [['b', 'c', 'd'], 2]);
});

test('sold-out products are skipped, however many there are', async () => {
  const { ids } = await composed({ sources: [letters('abcdefghijklmnop')], soldOut: [...'abcdefghijklm'] });
  assert.equal(ids, ['n', 'o', 'p']);
});

test('a product is shown once, in one variant, and the subject never', async () => {
  const { ids } = await composed({
    sources: [
      [entry(3, 'v1', 'v2'), entry(2, 's'), entry(1, 'a')],
      [entry(0, 'v2', 'v1'), entry(0, 'a')],
    ],
    without: ['s'],
  });
  assert.equal(ids, ['v1', 'a']);
});

test('a pin is shown at its position, as the pinned variant', async () => {
  const pin = { action: 'pin', product_id: 'v2', place: 2 } as const;
  const { ids, shown } = await composed({
    sources: [[...letters('ab'), entry(1, 'v1', 'v2')]],
    rules: [pin],
  });
  assert.equal(ids, ['a', 'v2', 'b']);
  assert.equal([shown[1]!.source, shown[1]!.reason], ['pinned', 'picked by the shop']);
  const sold = await composed({ sources: [letters('ab')], rules: [pin], soldOut: ['v2'] });
  assert.equal(sold.ids, ['a', 'v1', 'b'], 'another variant while it is sold out');
  const short = await composed({ sources: [letters('a')], rules: [{ ...pin, place: 9 }] });
  assert.equal(short.ids, ['a', 'v2'], 'at the end of a list that is shorter');
  const many = [1, 1, 3].map((place, at) => ({ ...pin, product_id: 'xyz'[at]!, place }));
  assert.equal((await composed({ sources: [letters('abc')], rules: many })).ids, ['x', 'y', 'z']);
});

test('a block removes the product in every variant, from every source, and as a pin', async () => {
  const rules = [
    { product_id: 'v2' },
    { product_id: 'c' },
    { action: 'pin', product_id: 'c', place: 1 },
  ] as const;
  const { ids } = await composed({
    sources: [[entry(3, 'v1', 'v2'), entry(2, 'a')], letters('cd', -1)],
    rules,
  });
  assert.equal(ids, ['a', 'd']);
});

test('a boost moves a product up or down within its source', async () => {
  const up = { action: 'boost', product_id: 'c', factor: 2 } as const;
  const { ids, shown } = await composed({ sources: [letters('abc')], rules: [up] });
  assert.equal(ids, ['c', 'a', 'b']);
  assert.equal([shown[0]!.score, shown[0]!.reason], [196, 'reason of c, boosted by the shop']);
  const down = { ...up, product_id: 'a', factor: 0.5 };
  assert.equal((await composed({ sources: [letters('abc')], rules: [down] })).ids, ['b', 'c', 'a']);
  // Fallback entries have scores from −1 downwards; a boost moves them closer to 0.
  assert.equal((await composed({ sources: [letters('abc', -1)], rules: [{ ...up, factor: 10 }] })).ids, [
    'c',
    'a',
    'b',
  ]);
});

test('a rule applies to its lists, its subject and its time range', async () => {
  const day = 86_400_000;
  const holds = async (values: Partial<CurationRule>, list: Partial<CuratedList> = {}) =>
    !(await composed({ sources: [letters('a')], rules: [values], list })).ids.includes('a');
  assert.ok(await holds({ kinds: ['similar'] }));
  assert.not.ok(await holds({ kinds: ['bundle'] }));
  assert.ok(await holds({ scope: 'product', subject: 's' }));
  assert.not.ok(await holds({ scope: 'product', subject: 't' }));
  assert.ok(await holds({ scope: 'category', subject: 'Dresses' }));
  assert.not.ok(await holds({ scope: 'category', subject: 'Dresses' }, { category: undefined }));
  assert.not.ok(await holds({ from_at: new Date(now + day) }));
  assert.ok(await holds({ from_at: new Date(now), until_at: new Date(now + day) }));
  assert.not.ok(await holds({ until_at: new Date(now) }));
});

test('a reason names the product by its current name, or leaves it out', async () => {
  const because = {
    ...entry(1, 'a'),
    reason: `because you bought ${becauseMark}`,
    plain: 'because of what you bought',
  };
  const { shown } = await composed({ sources: [[{ ...because, because: 'hat' }]] });
  assert.is(shown[0]!.reason, 'because you bought product hat');
  const gone = await composed({ sources: [[{ ...because, because: null }]] });
  assert.is(gone.shown[0]!.reason, 'because of what you bought');
});

test('a repeat purchase is shown as the variant bought; while that is sold out, another one names it', async () => {
  const again = {
    ...entry(1, 'a', 'a-red'),
    reason: `you bought ${becauseMark} before`,
    plain: 'you bought this before',
  };
  for (const because of ['a', 'a-red']) {
    const { ids, shown } = await composed({ sources: [[{ ...again, because }]] });
    assert.equal([ids[0], shown[0]!.reason], [because, 'you bought this before']);
  }
  const other = await composed({ sources: [[{ ...again, because: 'a-red' }]], soldOut: ['a-red'] });
  assert.equal([other.ids[0], other.shown[0]!.reason], ['a', 'you bought product a-red before']);
});

test('a variant names the product that it belongs to by the same id as its other variants', async () => {
  const variantOf = async (setting: Setting) => {
    const { shown } = await composed(setting);
    return shown.map((each) => listedProduct(wire, each).variant_of);
  };
  const wire = new Wire({ product: 'text', customer: 'text' });
  const sources = [[entry(3, 'v1', 'v2'), entry(2, 'a')]];
  assert.equal(await variantOf({ sources }), ['v1', undefined]);
  assert.equal(await variantOf({ sources, soldOut: ['v1'] }), ['v1', undefined]);
  assert.equal(await variantOf({ sources: [[entry(3, 'v2', 'v1')]] }), ['v1']);
  const pin = { action: 'pin', product_id: 'v2', place: 1 } as const;
  assert.equal(await variantOf({ sources: [], rules: [pin] }), ['v1']);
});

test('ids are JSON numbers if they are safe integers', () => {
  const wire = new Wire({ product: 'bigint', customer: 'text' });
  assert.equal(
    [wire.id('42'), wire.id('9007199254740993'), wire.customerId('42')],
    [42, '9007199254740993', '42'],
  );
  assert.is(shopId('bigint', '007'), '7');
  assert.is(shopId('uuid', '0B5E8F6A-1C2D-4E3F-8A9B-0C1D2E3F4A5B'), '0b5e8f6a-1c2d-4e3f-8a9b-0c1d2e3f4a5b');
  for (const [type, text] of [
    ['bigint', '1.5'],
    ['bigint', '99999999999999999999'],
    ['uuid', 'x'],
    ['text', 'a\0b'],
  ] as const) {
    assert.throws(
      () => shopId(type, text),
      (error: { code: string }) => error.code === 'bad_request',
    );
  }
});

test('only URLs that a page may link to reach clients', () => {
  const wire = new Wire({ product: 'text', customer: 'text' });
  const urls = [
    'https://a.example/1',
    '/product/1',
    'javascript:alert(1)',
    '//evil.example',
    '/\\evil.example',
    'https://[x',
    'data:text/html,x',
    null,
  ];
  assert.equal(
    urls.map((url) => wire.card(card('a b', { url })).url),
    ['https://a.example/1', '/product/1', ...Array(6).fill('/product/a%20b')],
  );
  assert.is(wire.card(card('1', { image_url: 'javascript:x' })).image_url, null);
});
