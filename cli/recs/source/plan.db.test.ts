import { type TestDatabase, testDatabase } from '../../../fixtures/database.ts';
import { Random } from '../../../fixtures/random.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { loadTinyShop, tinyShop } from '../../../fixtures/tiny-shop.ts';
import { type Client, openClient } from '../../../sql/pool.ts';
import { type DayCount, latestDay, orderDates, orderDatesQuery } from './order-dates.ts';
import { countSource, readSourceDates, resolveSince } from './plan.ts';

interface Context {
  database: TestDatabase;
  client: Client;
}

const test = suite<Context>('plan');

test.before(async (context) => {
  context.database = await testDatabase();
  context.client = await openClient(context.database.url);
});
test.after(async ({ client, database }) => {
  await client?.end();
  await database?.drop();
});

test('counts lines, orders, customers, products and squared lines', async ({ client }) => {
  await loadTinyShop(client, tinyShop, { product: 'int' });
  const { newest, newestAt } = await readSourceDates(client, latestDay());
  const counts = await countSource(client, undefined, newest);
  // Orders of 2, 2, 3, 3, 1, 4 and 1 lines.
  assert.equal(counts, { lines: 16, orders: 7, customers: 3, products: 8, squaredLines: 44 });
  assert.is(newestAt?.toISOString(), '2024-03-09T00:00:00.000Z');
  const since = await countSource(client, new Date('2024-03-09T00:00:00Z'), newest);
  assert.equal([since.lines, since.orders], [5, 2]);
});

test('an empty shop has counts of zero', async ({ client }) => {
  await loadTinyShop(client, { products: [], lines: [], watched: [] });
  const counts = await countSource(client, undefined, Number.NEGATIVE_INFINITY);
  assert.equal(counts, { lines: 0, orders: 0, customers: 0, products: 0, squaredLines: 0 });
  assert.is((await resolveSince(client, { days: 30 }, latestDay())).from, undefined);
});

test('a duration counts back from the newest valid date', async ({ client }) => {
  const line = { order: '1', customer: null, product: '1' };
  const ats = ['2024-03-09', 'infinity', '-infinity', '9999-12-31', '2024-01-01', null];
  for (const at of ['timestamptz', 'timestamp', 'date']) {
    await loadTinyShop(client, { ...tinyShop, lines: ats.map((each) => ({ ...line, at: each })) }, { at });
    await client.query(`set timezone = 'UTC'`);
    const { from } = await resolveSince(client, { days: 30 }, latestDay());
    assert.is(from?.toISOString().slice(0, 10), '2024-02-08', at);
    assert.is(
      (await readSourceDates(client, latestDay())).newestAt?.toISOString().slice(0, 10),
      '2024-03-09',
      at,
    );
  }
  assert.is((await resolveSince(client, 'all', latestDay())).from, undefined);
  const date = new Date('2024-02-02');
  assert.is((await resolveSince(client, { date }, latestDay())).from, date);
});

test('dates that are not believed are neither the newest nor counted', async ({ client }) => {
  const day = (at: number) => new Date(Date.UTC(2022, 0, 1) + at * 86_400_000).toISOString();
  const lines = Array.from({ length: 400 }, (_, at) => ({
    order: String(at),
    customer: 'a',
    product: '1',
    at: day(at),
  }));
  const late = { order: 'late', customer: 'b', product: '1', at: '2024-12-24T12:00:00.123456Z' };
  const future = { order: 'future', customer: 'c', product: '1', at: '2099-01-01' };
  const ancient = { order: 'ancient', customer: 'd', product: '1', at: '0001-01-01' };
  await loadTinyShop(client, {
    ...tinyShop,
    lines: [future, ...lines, late, { ...late, product: '2' }, ancient],
  });
  const dates = await readSourceDates(client, latestDay());
  assert.is(dates.newestAt?.toISOString(), day(399));
  assert.equal(dates.outliers, { from: 9_124, to: 9_124, lines: 2 });
  assert.equal(dates.future, { lines: 1, until: 36_160 });
  const counts = await countSource(client, undefined, dates.newest);
  assert.equal([counts.lines, counts.orders, counts.customers], [401, 401, 2]);
  const { from } = await resolveSince(client, { days: 30 }, latestDay());
  assert.is(from?.toISOString(), day(369));
  // Four orders on that day are a day of trade.
  const more = ['2', '3', '4'].map((order) => ({ ...late, order }));
  await loadTinyShop(client, { ...tinyShop, lines: [...lines, late, ...more] });
  assert.is(
    (await readSourceDates(client, latestDay())).newestAt?.toISOString(),
    '2024-12-24T12:00:00.123Z',
    'rounded down, so that --since leaves no line of that moment out',
  );
});

test('many orders after a pause are no stray ones, few are', async ({ client }) => {
  const day = (at: number) => new Date(Date.UTC(2022, 0, 1) + at * 86_400_000).toISOString();
  const line = (at: number, order: string) => ({ order, customer: 'a', product: '1', at: day(at) });
  const steady = Array.from({ length: 1_000 }, (_, at) => line(Math.floor(at / 10), String(at)));
  const after = (orders: number) => Array.from({ length: orders }, (_, at) => line(170, `late ${at}`));
  for (const [orders, isStray] of [
    [8, false],
    [3, true],
  ] as const) {
    await loadTinyShop(client, { ...tinyShop, lines: [...steady, ...after(orders)] });
    const { stray } = await resolveSince(client, { days: 365 }, latestDay());
    assert.is(stray !== undefined, isStray, `${orders} orders`);
  }
});

test('the rule in SQL equals the rule in TypeScript for random days', async ({ client }) => {
  const random = new Random(5);
  await client.query('create temporary table ordered_day (day int, lines bigint, orders bigint)');
  const seen = { outliers: 0, gap: 0 };
  for (let round = 0; round < 300; round++) {
    const days: DayCount[] = [];
    for (let day = -500, count = 1 + random.below(12); days.length < count; ) {
      day += random.chance(0.5) ? 1 + random.below(360) : 360 + random.below(20) + random.below(900);
      const orders = random.chance(0.5) ? 1 + random.below(4) : 1 + random.below(4_000);
      days.push({ day, orders, lines: orders + random.below(orders) });
    }
    await client.query('truncate ordered_day');
    await client.query('insert into ordered_day select * from unnest($1::int[], $2::int[], $3::int[])', [
      days.map(({ day }) => day),
      days.map(({ lines }) => lines),
      days.map(({ orders }) => orders),
    ]);
    const { rows } = await client.query<Record<string, string | number | null>>(
      orderDatesQuery('ordered_day'),
    );
    const { newest, gap_from, gap_to, gap_lines, all_lines } = rows[0]!;
    const expected = orderDates(days);
    assert.is(newest, expected.newest);
    assert.equal([gap_from, gap_to], [expected.gap?.from ?? null, expected.gap?.to ?? null]);
    if (expected.gap) assert.is(Number(gap_lines) / Number(all_lines), expected.gap.share);
    if (expected.outliers) seen.outliers++;
    if (expected.gap) seen.gap++;
  }
  assert.ok(seen.outliers > 20 && seen.gap > 20, JSON.stringify(seen));
});
