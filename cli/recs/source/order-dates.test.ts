import { Random } from '../../../fixtures/random.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { type DayCount, DayCounter, dateWarnings, dayOf, latestDay, orderDates } from './order-dates.ts';

const test = suite('order dates');

/** Orders of two lines on each of these days. */
function shop(...days: ReadonlyArray<readonly [day: number, orders: number]>): DayCount[] {
  return days.map(([day, orders]) => ({ day, orders, lines: orders * 2 }));
}

const daily = (from: number, to: number, orders = 3) =>
  Array.from({ length: to - from }, (_, at) => [from + at, orders] as const);

test('the latest day is tomorrow, in UTC', () => {
  const at = (time: string) => latestDay(Date.parse(time));
  assert.is(at('2026-11-28T00:00:00Z'), dayOf(Date.parse('2026-11-29T12:00:00Z')));
  assert.is(at('2026-11-28T23:59:59Z'), at('2026-11-28T00:00:00Z'));
  assert.is(at('2026-11-29T00:00:00Z'), at('2026-11-28T00:00:00Z') + 1);
});

test('an order more than a year after all others is an outlier', () => {
  const dates = orderDates(shop(...daily(0, 300), [700, 1]));
  assert.is(dates.newest, 299);
  assert.equal(dates.outliers, { from: 700, to: 700, lines: 2 });
  assert.is(dates.gap, undefined);
});

test('several outliers are found, even far apart', () => {
  const dates = orderDates(shop(...daily(0, 300), [700, 1], [1_200, 1], [1_210, 1]));
  assert.is(dates.newest, 299);
  assert.equal(dates.outliers, { from: 700, to: 1_210, lines: 6 });
});

test('more than three orders are outliers only below a thousandth of the lines', () => {
  assert.is(orderDates(shop(...daily(0, 1_000, 9), [1_400, 8])).newest, 999);
  assert.is(orderDates(shop(...daily(0, 1_000, 9), [1_400, 10])).newest, 1_400);
});

test('a few orders months after all others are remarked on, those of a season or a slow shop are not', () => {
  for (const [at, orders] of [
    [370, 1],
    [500, 3],
    [664, 2],
  ] as const) {
    const dates = orderDates(shop(...daily(0, 300), [at, orders]));
    assert.equal([dates.newest, dates.outliers], [at, undefined]);
    assert.equal(dates.stray, { after: 299, from: at, to: at, lines: 2 * orders });
    assert.match(
      dateWarnings(dates, 900, { lines: 0, until: Number.NEGATIVE_INFINITY }).join(),
      `${2 * orders} order lines are dated ${new Date(Date.UTC(2000, 0, 1 + at)).toISOString().slice(0, 10)}, ${at - 299} days after all others`,
    );
  }
  const seasons = [...daily(0, 60, 90), ...daily(365, 425, 90)];
  assert.is(orderDates(shop(...seasons, [730, 1])).stray, undefined);
  const monthly = Array.from({ length: 200 }, (_, at) => [at * 30, 3] as const);
  assert.is(orderDates(shop(...monthly, [6_050, 1])).stray, undefined);
  assert.is(orderDates(shop(...daily(0, 300), ...daily(390, 400))).stray, undefined);
});

test('no order of a very small shop is an outlier', () => {
  const dates = orderDates(shop(...daily(0, 9, 1), [2_000, 1]));
  assert.is(dates.newest, 2_000);
  assert.equal([dates.gap?.from, dates.gap?.to], [8, 2_000], 'but it is remarked on');
});

test('a seasonal shop is believed from the first order of its season', () => {
  const seasons = [...daily(0, 60, 90), ...daily(365, 425, 90)];
  assert.is(orderDates(shop(...seasons, [730, 1])).newest, 730);
});

test('a slow decline is believed up to its last order', () => {
  const tail = Array.from({ length: 12 }, (_, at) => [300 + at * 300, 1] as const);
  const dates = orderDates(shop(...daily(0, 300, 500), ...tail));
  assert.is(dates.newest, 300 + 11 * 300);
  assert.is(dates.outliers, undefined);
});

test('a shop that reopens is believed from its fourth order, at a thousandth of the lines', () => {
  const before = daily(0, 300);
  assert.is(orderDates(shop(...before, [800, 3])).newest, 299);
  assert.is(orderDates(shop(...before, [800, 3], [801, 1])).newest, 801);
});

test('ancient dates do not matter', () => {
  const dates = orderDates(shop([-730_000, 1], [-36_000, 1], ...daily(0, 300)));
  assert.equal([dates.oldest, dates.newest], [-730_000, 299]);
  assert.equal([dates.outliers, dates.gap], [undefined, undefined]);
});

test('a gap followed by less than half of the lines is reported', () => {
  const dates = orderDates(shop(...daily(0, 300), ...daily(9_000, 9_100)));
  assert.equal(dates.gap, { from: 299, to: 9_000, share: 0.25 });
  assert.is(orderDates(shop(...daily(0, 300), ...daily(9_000, 9_400))).gap, undefined);
});

test('handles no day and one day', () => {
  assert.equal(
    [orderDates([]).newest, orderDates([]).oldest],
    [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  );
  assert.equal(orderDates(shop([5, 1])), { newest: 5, oldest: 5, outliers: undefined, gap: undefined });
});

test('for random days, outliers are few, never within a year of other orders, and always the last', () => {
  const random = new Random(17);
  let [left, kept] = [0, 0];
  for (let round = 0; round < 3_000; round++) {
    const days = randomDays(random);
    const { newest, outliers } = orderDates(days);
    const all = days.reduce((sum, { lines }) => sum + lines, 0);
    const out = days.filter(({ day }) => day > newest);
    const lines = out.reduce((sum, each) => sum + each.lines, 0);
    assert.ok(days.some(({ day }) => day === newest));
    assert.is(outliers?.lines ?? 0, lines);
    assert.ok(lines * 100 < all || lines === 0);
    if (all <= 100) assert.is(lines, 0);
    if (out.length > 0) assert.ok(out[0]!.day - newest > 365);
    // Without them, there is nothing more to leave out.
    const again = orderDates(days.filter(({ day }) => day <= newest));
    if (out.length > 0) left++;
    else kept++;
    if (out.length === 0) assert.is(again.newest, newest);
    // An order within a year after the last day that was believed is believed too.
    const next = { day: newest + 1 + random.below(365), lines: 1, orders: 1 };
    const extended = [...days.filter(({ day }) => day <= newest), next];
    if (out.length === 0) assert.is(orderDates(extended).newest, next.day);
  }
  assert.ok(left > 100 && kept > 100, `${left} ${kept}`);
});

test('lines and orders are counted per day in any order', () => {
  const random = new Random(3);
  const orders = daily(0, 300).flatMap(([day, n]) =>
    Array.from({ length: n }, (_, at) => [day, `${day}-${at}`] as const),
  );
  const lines = [...orders, ...orders, [1_000, 'late'], [1_000, 'late'], [1_001, 'later']] as const;
  const counter = new DayCounter();
  for (const [day, order] of lines.toSorted(() => random.next() - 0.5)) counter.add(day, order, 1);
  assert.equal(counter.dates().outliers, { from: 1_000, to: 1_001, lines: 3 });
});

test('the warnings name the dates and the numbers of lines', () => {
  const dates = orderDates(shop([-9_000, 9], ...daily(0, 300), [800, 1]));
  assert.equal(dateWarnings(dates, 900, { lines: 0, until: Number.NEGATIVE_INFINITY }), [
    '2 order lines are dated 2002-03-11, more than a year after all others (up to 2000-10-26), and left out',
  ]);
  const gap = orderDates(shop(...daily(0, 300), ...daily(9_000, 9_100)));
  assert.equal(dateWarnings(gap, 9_100, { lines: 1_200, until: 36_160 }), [
    '1,200 order lines are dated in the future (after 2024-11-30, the latest 2099-01-01) and left out',
    'no order is dated between 2000-10-26 and 2024-08-22; ages count from 2024-11-29, so orders before the gap hardly count. Check ordered_at',
  ]);
});

/** Stretches of trade, and single orders, with gaps that are mostly short. */
function randomDays(random: Random): DayCount[] {
  const days: DayCount[] = [];
  let day = -random.below(2_000);
  for (let stretch = 1 + random.below(5); stretch > 0; stretch--) {
    const length = random.below(4) === 0 ? 1 : 1 + random.below(200);
    const most = random.below(3) === 0 ? 1 : 1 + random.below(30);
    for (let at = 0; at < length; at++) {
      const orders = 1 + random.below(most);
      days.push({ day: (day += 1 + random.below(3)), orders, lines: orders + random.below(orders * 2) });
    }
    day += random.below(3) === 0 ? random.below(366) : random.below(1_200);
  }
  return days;
}
