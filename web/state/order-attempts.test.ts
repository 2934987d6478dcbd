// Order attempts with any state of storage: an order keeps its idempotency key until it is answered.
import { assert, suite } from '../../fixtures/suite.ts';
import { type Attempt, OrderAttempts } from './order-attempts.ts';
import type { Saved } from './saved.ts';

const test = suite('order attempts');

const order: Attempt['order'] = { items: [{ product_id: '6', quantity: 1 }], bundles: [] };

/** Storage for a copy, which survives a reload; `works` tells whether it accepts writes. */
function place(works = true) {
  const at = { works, kept: undefined as Attempt | undefined };
  let notified = () => {};
  const saved: Saved<Attempt | undefined> = {
    read: () => at.kept,
    stored: () => at.kept,
    write: (value) => {
      if (at.works) at.kept = value;
      return at.works;
    },
    clear: () => {
      if (at.works) at.kept = undefined;
      return at.works;
    },
    watch: (listener) => void (notified = listener),
  };
  return { at, saved, tell: () => notified() };
}

test('an order keeps its key until it is answered; the next one gets a new key', () => {
  const attempts = new OrderAttempts(place().saved, []);
  const first = attempts.begin(order, 'ann');
  const other = { items: [{ product_id: '7', quantity: 2 }], bundles: [] };
  assert.is(attempts.begin(other, 'ben'), first, 'no other order is sent meanwhile');
  assert.equal(attempts.pending, first);
  attempts.end();
  assert.is(attempts.pending, undefined);
  const next = attempts.begin(other, '');
  assert.not.equal(next.key, first.key);
  assert.equal([next.order, next.by], [other, '']);
});

test('after a reload the key is the same if one copy was stored', () => {
  for (const taking of [
    [true, false, false],
    [false, true, false],
    [false, false, true],
  ]) {
    const places = taking.map((works) => place(works));
    const [shared, ...own] = places.map(({ saved }) => saved);
    const { key } = new OrderAttempts(shared, own).begin(order, '');
    const reloaded = new OrderAttempts(shared, own);
    assert.is(reloaded.pending?.key, key, String(taking));
    assert.is(reloaded.begin(order, '').key, key);
    reloaded.end();
    assert.is(new OrderAttempts(shared, own).pending, undefined, 'answered');
  }
});

test('without any copy the key stays in memory, across a failed answer and a second press', () => {
  const attempts = new OrderAttempts(place(false).saved, [place(false).saved]);
  const { key } = attempts.begin(order, '');
  assert.is(attempts.begin(order, '').key, key);
  assert.is(attempts.pending?.key, key);
});

test('the browser asks before closing the only tab that knows of an order, until the order is answered', () => {
  const listening = new Set<string>();
  const { addEventListener, removeEventListener } = globalThis;
  globalThis.addEventListener = ((name: string) => listening.add(name)) as never;
  globalThis.removeEventListener = ((name: string) => listening.delete(name)) as never;
  try {
    new OrderAttempts(place().saved, []).begin(order, '');
    assert.not.ok(listening.has('beforeunload'));
    const alone = new OrderAttempts(place(false).saved, [place().saved]);
    alone.begin(order, '');
    assert.ok(listening.has('beforeunload'));
    alone.end();
    assert.not.ok(listening.has('beforeunload'));
  } finally {
    Object.assign(globalThis, { addEventListener, removeEventListener });
  }
});

test('a tab sees orders and answers of other tabs', () => {
  const { at, saved, tell } = place();
  const attempts = new OrderAttempts(saved, []);
  at.kept = { order, key: 'of-another-tab', by: '' };
  tell();
  assert.is(attempts.begin(order, '').key, 'of-another-tab');
  at.kept = undefined;
  tell();
  assert.is(attempts.pending, undefined);
});

test('a copy older than its answer is not checked again', () => {
  const old = place();
  const attempts = new OrderAttempts(place(false).saved, [old.saved]);
  const begun = attempts.begin(order, '');
  attempts.end();
  old.at.kept = begun;
  assert.is(attempts.pending, undefined, 'another history entry');
});
