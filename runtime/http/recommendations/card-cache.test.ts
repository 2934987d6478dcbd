// Cards that are taken as read for a moment, reads that are put together, answers that are held.
import { setTimeout as delay } from 'node:timers/promises';
import { assert, rejects, suite } from '../../../fixtures/suite.ts';
import type { CardRow } from '../../../sql/store/product-cards.ts';
import { Rendered } from '../rendered.ts';
import { Answers } from './answers.ts';
import { CardCache, type Reading } from './card-cache.ts';
import { CoalescedReads } from './coalesced-reads.ts';
import { Lease } from './lease.ts';

const test = suite('what is held in memory');

const row = (id: string, price: number): CardRow => ({
  id,
  name: id,
  category: '',
  price_cents: price,
  sale_cents: null,
  image_url: null,
  rating: 0,
  review_count: 0,
  inventory: null,
  group_id: null,
  url: null,
});

/** A shop whose prices count up with each read, and who asked for what. */
function shop(age: number, pause = 0) {
  const asked: string[][] = [];
  let price = 0;
  const cards = new CardCache(
    async (ids) => {
      asked.push([...ids].sort());
      price += 1;
      const now = price;
      await delay(pause);
      return new Map(ids.filter((id) => id !== 'none').map((id) => [id, row(id, now)]));
    },
    { age, most: 100 },
  );
  const prices = async (...ids: string[]) =>
    [...(await cards.read(ids)).values()].map((card) => card.pay_cents);
  return { cards, asked, prices };
}

test('a card is read once while it is fresh, and again when it is not', async () => {
  const { asked, prices } = shop(80);
  assert.equal(await prices('a', 'b'), [1, 1]);
  assert.equal(await prices('b', 'a'), [1, 1]);
  assert.equal(asked, [['a', 'b']]);
  await delay(90);
  assert.equal(await prices('a'), [2]);
});

test('a card counts as old from before it was read', async () => {
  const { prices, asked } = shop(60, 50);
  await prices('a');
  await delay(20);
  await prices('a');
  assert.is(asked.length, 2);
});

test('a product that the shop does not have is not asked for again while that is fresh', async () => {
  const { asked, prices } = shop(1_000);
  assert.equal(await prices('none'), []);
  assert.equal(await prices('none'), []);
  assert.is(asked.length, 1);
});

test('what is forgotten is read anew, also when a read from before is under way', async () => {
  const { cards, prices } = shop(10_000, 30);
  const [version, slow] = [cards.version, prices('a')];
  await delay(10);
  cards.forget(['a']);
  assert.ok(cards.version > version);
  assert.equal(await slow, [1]);
  assert.equal(await prices('a'), [2]);
  assert.equal(await prices('a'), [2]);
});

test('cards that are looked at are renewed before they expire; others are left alone', async () => {
  const { cards, prices, asked } = shop(100);
  cards.start();
  try {
    await prices('idle', 'a');
    for (let look = 0; look < 12; look++) {
      await delay(30);
      await prices('a');
    }
    const before = asked.length;
    assert.ok(before >= 5);
    assert.is(cards.misses, 2, 'nobody had to wait again');
    assert.ok(asked.filter((ids) => ids.includes('idle')).length <= 3);
    await delay(400);
    assert.ok(asked.length <= before + 2, 'a shop that nobody looks at reads nothing');
  } finally {
    cards.close();
  }
});

test('reads that come while others run are put together, and fail together', async () => {
  const asked: string[][] = [];
  let fail = false;
  const reads = new CoalescedReads<string>(
    async (keys) => {
      asked.push(keys);
      await delay(20);
      if (fail) throw new Error('no database');
      return new Map(keys.map((key) => [key, key.toUpperCase()]));
    },
    { atOnce: 1, most: 3 },
  );
  const [first, second, third] = await Promise.all([
    reads.load(['a']),
    reads.load(['a', 'b']),
    delay(5).then(() => Promise.all([reads.load(['c']), reads.load(['d'])])),
  ]);
  assert.equal([first.get('a'), second.get('b'), third[0]!.get('c')], ['A', 'B', 'C']);
  assert.equal(asked, [
    ['a', 'b'],
    ['c', 'd'],
  ]);
  fail = true;
  await rejects(() => reads.load(['x']), /no database/);
  fail = false;
  assert.is((await reads.load(['x'])).get('x'), 'X', 'and goes on after it');
});

test('a batch that is full starts without waiting for those before it', async () => {
  let running = 0;
  let most = 0;
  const reads = new CoalescedReads<number>(
    async (keys) => {
      most = Math.max(most, ++running);
      await delay(20);
      running -= 1;
      return new Map(keys.map((key) => [key, keys.length]));
    },
    { atOnce: 1, most: 10 },
  );
  const keys = Array.from({ length: 35 }, (_, n) => `k${n}`);
  const results = await Promise.all(keys.map((key) => reads.load([key])));
  assert.ok(results.every((each, at) => each.has(keys[at]!)));
  assert.ok(most >= 2);
});

/** A shop whose price is as it is set, and a lease on its product. */
async function leased(age: number, ends?: number) {
  const price = { now: 100 };
  let reads = 0;
  const cards = new CardCache(
    async (ids) => {
      reads += 1;
      return new Map(ids.map((id) => [id, row(id, price.now)]));
    },
    { age, most: 100 },
  );
  const used = new Set<Reading>();
  await cards.read(['a', 'b'], used);
  return { cards, price, lease: new Lease(cards, used, ends), reads: () => reads };
}

test('a lease holds while its cards are renewed and found the same, and ends for good when one has changed', async () => {
  const { cards, price, lease, reads } = await leased(80);
  cards.start();
  try {
    for (let look = 0; look < 10; look++) {
      await delay(25);
      assert.ok(lease.holds(), `look ${look}`);
    }
    assert.ok(reads() >= 4, 'the cards were looked at all the while');
    price.now = 200;
    await delay(90);
    assert.not(lease.holds());
    price.now = 100;
    await cards.read(['a', 'b']);
    assert.not(lease.holds(), 'what was shown before the change is not shown again');
  } finally {
    cards.close();
  }
});

test('a lease ends when nobody renews its cards, when they are forgotten, and at its time', async () => {
  const { lease } = await leased(40);
  assert.ok(lease.holds());
  await delay(50);
  assert.not(lease.holds());

  const sold = await leased(60);
  sold.cards.forget(['a']);
  await sold.cards.read(['a', 'b']);
  await delay(70);
  await sold.cards.read(['a', 'b']);
  assert.not(sold.lease.holds(), 'another reading has taken the place of the one that was forgotten');

  const ruled = await leased(10_000, Date.now() + 40);
  assert.ok(ruled.lease.holds());
  await delay(60);
  assert.not(ruled.lease.holds());
});

test('an older read that ends later does not take the place of a newer one', async () => {
  const pauses = [60, 0];
  let price = 0;
  const cards = new CardCache(
    async (ids) => {
      price += 1;
      const read = new Map(ids.map((id) => [id, row(id, price)]));
      await delay(pauses.shift() ?? 0);
      return read;
    },
    { age: 1_000, most: 10 },
  );
  const slow = cards.read(['a']);
  await delay(10);
  assert.is((await cards.read(['a'])).get('a')?.pay_cents, 2);
  assert.is((await slow).get('a')?.pay_cents, 1);
  assert.is((await cards.read(['a'])).get('a')?.pay_cents, 2);
});

test('an answer is held while its lease holds and nothing has changed', async () => {
  const answers = new Answers(1_000_000);
  const rendered = new Rendered([1], { build: 7, cacheControl: 'no-store' });
  const { lease } = await leased(50);
  answers.set('/x', { rendered, lease, version: 3, route: '/x' });
  assert.is(answers.get('/x', 3)?.rendered, rendered);
  assert.is(answers.get('/x', 4), undefined, 'something was sold, published or curated');
  await delay(60);
  assert.is(answers.get('/x', 3), undefined, 'its cards have expired');
});

test('an answer is made once for all who ask for it at the same time', async () => {
  const answers = new Answers(1_000_000);
  let made = 0;
  const make = async () => {
    made += 1;
    await delay(5);
    return new Rendered(made, { build: 1, cacheControl: 'no-store' });
  };
  const all = await Promise.all(Array.from({ length: 20 }, () => answers.once('k', make)));
  assert.equal([made, new Set(all).size], [1, 1]);
  await answers.once('k', make);
  assert.is(made, 2);
});

test('the tag of an answer is of its build and of what is in it', () => {
  const tag = (value: unknown, build: number) => new Rendered(value, { build, cacheControl: '' }).etag;
  assert.is(tag([1], 1), tag([1], 1));
  assert.is.not(tag([1], 1), tag([1], 2));
  assert.is.not(tag([1], 1), tag([2], 1));
});
