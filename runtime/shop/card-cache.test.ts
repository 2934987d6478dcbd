// Cards cached for a moment, coalesced reads, cached responses.
import { setTimeout as delay } from 'node:timers/promises';
import { assert, rejects, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import type { CardRow } from '../../sql/store/shop/product-cards.ts';
import { Answers } from './answers.ts';
import { CardCache, type Reading } from './card-cache.ts';
import { CoalescedReads } from './coalesced-reads.ts';
import { Lease } from './lease.ts';
import { Rendered } from './rendered.ts';

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
  colour: null,
  size: null,
  swatch: null,
});

/** A clock that the test advances. */
function clock() {
  let time = 1_000;
  return { now: () => time, goOn: (milliseconds: number) => void (time += milliseconds) };
}

/** Something that a read waits for until it is let through. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A shop whose prices count up with each read, and who asked for what. @param pause how long a read takes */
function shop(age: number, pause = 0) {
  const asked: string[][] = [];
  const { now, goOn } = clock();
  let price = 0;
  const cards = new CardCache(
    async (ids) => {
      asked.push([...ids].sort());
      price += 1;
      const read = new Map(ids.filter((id) => id !== 'none').map((id) => [id, row(id, price)]));
      await nextTurn();
      goOn(pause);
      return read;
    },
    { age, max: 100, now },
  );
  const prices = async (...ids: string[]) =>
    [...(await cards.read(ids)).values()].map((card) => card.pay_cents);
  return { cards, asked, prices, goOn };
}

test('a card is read once while it is fresh, and again when it is not', async () => {
  const { asked, prices, goOn } = shop(80);
  assert.equal(await prices('a', 'b'), [1, 1]);
  goOn(79);
  assert.equal(await prices('b', 'a'), [1, 1]);
  assert.equal(asked, [['a', 'b']]);
  goOn(1);
  assert.equal(await prices('a'), [2]);
});

test('the age of a card counts from before it was read', async () => {
  const { prices, asked, goOn } = shop(60, 50);
  await prices('a');
  goOn(20);
  await prices('a');
  assert.is(asked.length, 2);
});

test('a missing product is not queried again while that result is fresh', async () => {
  const { asked, prices } = shop(1_000);
  assert.equal(await prices('none'), []);
  assert.equal(await prices('none'), []);
  assert.is(asked.length, 1);
});

test('a forgotten card is read again, even while an earlier read is in flight', async () => {
  const { cards, prices, asked, goOn } = shop(10_000, 30);
  const [version, slow] = [cards.version, prices('a')];
  await Promise.resolve();
  assert.is(asked.length, 1, 'under way');
  cards.forget(['a']);
  assert.ok(cards.version > version);
  assert.equal(await slow, [1]);
  goOn(1);
  assert.equal(await prices('a'), [2]);
  assert.equal(await prices('a'), [2]);
});

test('requested cards are refreshed before they expire; others are not', async () => {
  const { cards, prices, asked, goOn } = shop(100);
  await prices('idle', 'a');
  for (let halfLife = 0; halfLife < 10; halfLife++) {
    goOn(50);
    await prices('a');
    await cards.refresh();
  }
  const before = asked.length;
  assert.is(before, 11);
  assert.is(cards.misses, 2, 'nobody had to wait again');
  assert.is(asked.filter((ids) => ids.includes('idle')).length, 3);
  for (let halfLife = 0; halfLife < 10; halfLife++) await cards.refresh();
  assert.ok(asked.length <= before + 2, 'a shop without visitors reads nothing');
});

test('cards are refreshed in the background until the cache is closed', async () => {
  const { cards, prices, asked } = shop(10);
  cards.start();
  await prices('a');
  await until(() => asked.length >= 2, 'the card to be renewed');
  cards.close();
  const before = asked.length;
  await prices('b');
  await delay(30);
  assert.ok(asked.length <= before + 1);
});

test('reads that arrive while others run are coalesced, and fail together', async () => {
  const asked: string[][] = [];
  let fail = false;
  const { open, opened } = gate();
  const reads = new CoalescedReads<string>(
    async (keys) => {
      asked.push(keys);
      await opened;
      if (fail) throw new Error('no database');
      return new Map(keys.map((key) => [key, key.toUpperCase()]));
    },
    { maxRunning: 1, maxKeys: 3 },
  );
  const early = [reads.load(['a']), reads.load(['a', 'b'])];
  await nextTurn();
  assert.equal(asked, [['a', 'b']]);
  const late = [reads.load(['c']), reads.load(['d'])];
  await nextTurn();
  open();
  const [[first, second], [third]] = await Promise.all([Promise.all(early), Promise.all(late)]);
  assert.equal([first!.get('a'), second!.get('b'), third!.get('c')], ['A', 'B', 'C']);
  assert.equal(asked, [
    ['a', 'b'],
    ['c', 'd'],
  ]);
  fail = true;
  await rejects(() => reads.load(['x']), /no database/);
  fail = false;
  assert.is((await reads.load(['x'])).get('x'), 'X', 'and goes on after it');
});

test('a full batch starts without waiting for earlier ones', async () => {
  let running = 0;
  let most = 0;
  const reads = new CoalescedReads<number>(
    async (keys) => {
      most = Math.max(most, ++running);
      await nextTurn();
      running -= 1;
      return new Map(keys.map((key) => [key, keys.length]));
    },
    { maxRunning: 1, maxKeys: 10 },
  );
  const keys = Array.from({ length: 35 }, (_, n) => `k${n}`);
  const results = await Promise.all(keys.map((key) => reads.load([key])));
  assert.ok(results.every((each, at) => each.has(keys[at]!)));
  assert.ok(most >= 2);
});

/** A shop whose price is as it is set, and a lease on its product. */
async function leased(age: number, ends?: number) {
  const price = { now: 100 };
  const { now, goOn } = clock();
  const cards = new CardCache(async (ids) => new Map(ids.map((id) => [id, row(id, price.now)])), {
    age,
    max: 100,
    now,
  });
  const used = new Set<Reading>();
  await cards.read(['a', 'b'], used);
  return { cards, price, lease: new Lease(cards, used, ends), goOn };
}

test('a lease is valid while refreshes find its cards unchanged, and ends for good when one changes', async () => {
  const { cards, price, lease, goOn } = await leased(80);
  for (let look = 0; look < 10; look++) {
    goOn(40);
    await cards.refresh();
    assert.ok(lease.holds(), `look ${look}`);
  }
  price.now = 200;
  goOn(40);
  await cards.refresh();
  assert.ok(lease.holds(), 'for as long as what was read last');
  goOn(40);
  await cards.refresh();
  assert.not(lease.holds());
  price.now = 100;
  await cards.read(['a', 'b']);
  assert.not(lease.holds(), 'what was shown before the change is not shown again');
});

test('a lease ends when its cards expire, when they are forgotten, and at its end time', async () => {
  const { lease, goOn } = await leased(40);
  assert.ok(lease.holds());
  goOn(40);
  assert.not(lease.holds());

  const sold = await leased(60);
  sold.cards.forget(['a']);
  await sold.cards.read(['a', 'b']);
  sold.goOn(70);
  await sold.cards.read(['a', 'b']);
  assert.not(sold.lease.holds(), 'another reading has taken the place of the one that was forgotten');

  assert.ok((await leased(10_000, Date.now() + 600_000)).lease.holds());
  assert.not((await leased(10_000, Date.now() - 1)).lease.holds());
});

test('an older read that finishes later does not replace a newer one', async () => {
  const { open, opened } = gate();
  const { now, goOn } = clock();
  let price = 0;
  const cards = new CardCache(
    async (ids) => {
      price += 1;
      const read = new Map(ids.map((id) => [id, row(id, price)]));
      if (price === 1) await opened;
      return read;
    },
    { age: 1_000, max: 10, now },
  );
  const slow = cards.read(['a']);
  await nextTurn();
  goOn(10);
  assert.is((await cards.read(['a'])).get('a')?.pay_cents, 2);
  open();
  assert.is((await slow).get('a')?.pay_cents, 1);
  assert.is((await cards.read(['a'])).get('a')?.pay_cents, 2);
});

test('a response is cached while its lease is valid and nothing has changed', async () => {
  const answers = new Answers(1_000_000);
  const rendered = new Rendered([1], { build: 7, cacheControl: 'no-store' });
  const { lease, goOn } = await leased(50);
  answers.set('/x', { rendered, lease, version: 3, route: '/x' });
  assert.is(answers.get('/x', 3)?.rendered, rendered);
  assert.is(answers.get('/x', 4), undefined, 'something was sold, published or curated');
  goOn(60);
  assert.is(answers.get('/x', 3), undefined, 'its cards have expired');
});

test('a response is rendered once for all concurrent requests', async () => {
  const answers = new Answers(1_000_000);
  let made = 0;
  const make = async () => {
    made += 1;
    await nextTurn();
    return new Rendered(made, { build: 1, cacheControl: 'no-store' });
  };
  const all = await Promise.all(Array.from({ length: 20 }, () => answers.once('k', make)));
  assert.equal([made, new Set(all).size], [1, 1]);
  await answers.once('k', make);
  assert.is(made, 2);
});

test('the ETag of a response depends on its build and content', () => {
  const tag = (value: unknown, build: number) => new Rendered(value, { build, cacheControl: '' }).etag;
  assert.is(tag([1], 1), tag([1], 1));
  assert.is.not(tag([1], 1), tag([1], 2));
  assert.is.not(tag([1], 1), tag([2], 1));
});
