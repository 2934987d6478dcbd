// Simulates shops in Postgres, as events and orders with a known effect, and checks the intervals of the report.
import { databaseSuite } from '../../../fixtures/database-suite.ts';
import { assert } from '../../../fixtures/suite.ts';
import type { Client } from '../../../sql/pool.ts';
import { createOrderLines } from '../../test-support/order-lines.ts';
import { measureUplift, type UpliftReport } from './uplift.ts';

const test = databaseSuite('uplift', { migrated: true });

test.beforeEach(({ client }) => createOrderLines(client));

const [from, to] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-02-01T00:00:00Z')];

function report(client: Client): Promise<UpliftReport> {
  const signal = new AbortController().signal;
  return measureUplift({ client, source: client, from, to, windowDays: 7, detect: 0.05, signal });
}

/** Fills the shop: a fifth of the visitors in the holdout group, one in four buys one to three times, amounts vary by person. */
async function simulate(client: Client, seed: number, visitors: number, lift: number): Promise<void> {
  await client.query('truncate couture.recommendation_event, public.line');
  await client.query('select setseed($1)', [seed / 1_000]);
  await client.query(
    `with person as materialized (
       select n, random() < 0.2 as held, random() < 0.25 as buys, 1 + floor(random() * 3)::int as orders,
              exp(3 + 0.5 * (random() + random() + random() + random() - 2) * sqrt(3)) as taste
       from generate_series(1, $1::int) n
     ), event as (
       insert into couture.recommendation_event (at, type, kind, item, place, customer, visitor, arm)
       select $3::timestamptz + interval '1 day', 'impression', 'similar', '1', 1, n::text, 'v' || n,
              case when held then 'holdout' else 'standard' end
       from person
     )
     insert into public.line
     select n * 10 + k, n, 1, 1, (taste * exp(0.3 * (random() - 0.5)) * case when held then 1 else 1 + $2::float8 end)::numeric,
            $3::timestamptz + interval '2 days' + k * interval '1 day'
     from person, generate_series(1, orders) k where buys`,
    [visitors, lift, from],
  );
}

for (const lift of [0, 0.06]) {
  test(`about 19 of 20 intervals contain the true effect of ${lift} on order value`, async ({ client }) => {
    let [held, better] = [0, 0];
    for (let seed = 1; seed <= 20; seed++) {
      await simulate(client, seed, 2_000, lift);
      const [comparison] = (await report(client)).comparisons;
      const { low, high, significant, relative } = comparison!.order_value;
      if (low! <= lift && lift <= high!) held++;
      if (significant && relative! > 0) better++;
    }
    assert.ok(held >= 17, `${held} of 20 contain ${lift}`);
    assert.ok(lift > 0 || better <= 2, `${better} of 20 report a false positive`);
  });
}

test('with enough visitors an effect of 6 % is significant', async ({ client }) => {
  await simulate(client, 5, 60_000, 0.06);
  const { arms, comparisons, left_out } = await report(client);
  assert.is(arms.standard!.visitors + arms.holdout!.visitors, 60_000);
  assert.is(left_out, 0);
  const [{ order_value, conversion }] = comparisons as [UpliftReport['comparisons'][number]];
  assert.ok(
    order_value.significant && order_value.low! < 0.06 && order_value.high! > 0.06,
    JSON.stringify(order_value),
  );
  assert.not(conversion.significant);
});

test('clicks of the holdout group earn the lists nothing', async ({ client }) => {
  await client.query(
    `insert into couture.recommendation_event (at, type, kind, item, place, customer, visitor, arm) values
       ('2026-01-02', 'impression', 'similar', '7', 1, '1', 'vis', 'standard'),
       ('2026-01-02', 'impression', 'similar', '9', 1, '2', 'held', 'holdout'),
       ('2026-01-02', 'click', 'similar', '9', 1, '2', 'held', 'holdout'),
       ('2026-01-02', 'click', 'similar', '5', 1, '3', 'no-arm', null)`,
  );
  await client.query(
    `insert into public.line values (1, 2, 9, 1, 1000, '2026-01-03'), (2, 3, 5, 1, 4, '2026-01-03')`,
  );
  const { lists, arms } = await report(client);
  const [similar] = lists;
  assert.equal(
    [similar!.clicks, similar!.attributed_lines, similar!.attributed_revenue],
    [1, 1, 4],
    'the group saw bestsellers in place of the list',
  );
  assert.is(arms.holdout!.revenue, 1_000);
});

test('an order within the attribution window is credited to the last click of its customer', async ({
  client,
}) => {
  await client.query(
    `insert into couture.recommendation_event (at, type, kind, item, place, customer, visitor, arm) values
       ('2026-01-02', 'impression', 'similar', '7', 1, null, 'vis', 'standard'),
       ('2026-01-02', 'click', 'similar', '7', 1, null, 'vis', 'standard'),
       ('2026-01-03', 'add_to_cart', 'bundle', '7', 1, '1', 'vis', 'standard'),
       ('2026-01-03', 'impression', 'bundle', '8', 2, '1', 'vis', 'standard'),
       ('2026-01-04', 'click', 'similar', '9', 1, null, 'vis', 'standard'),
       ('2026-01-04', 'impression', 'similar', '9', 1, null, 'other', 'holdout'),
       ('2026-01-05', 'impression', 'similar', '9', 1, '2', 'both', 'holdout'),
       ('2026-01-06', 'impression', 'similar', '9', 1, '2', 'phone', 'standard'),
       ('2026-01-06', 'impression', 'similar', '9', 1, null, null, null)`,
  );
  await client.query(
    `insert into public.line values
       (1, 1, 7, 2, 10, '2026-01-04'), (1, 1, 8, 1, 99, '2026-01-04'), (2, 1, 9, 1, 5, '2026-01-20'),
       (3, 2, 9, 1, 1000, '2026-01-07'), (4, 1, 7, 1, 1, '2026-01-01')`,
  );
  const { lists, arms, left_out } = await report(client);
  const of = (kind: string) => lists.find((list) => list.kind === kind)!;
  assert.equal([of('bundle').attributed_lines, of('bundle').attributed_revenue], [1, 20]);
  assert.equal(
    [of('similar').attributed_lines, of('similar').attributed_revenue],
    [0, 0],
    'the order was placed after the attribution window',
  );
  assert.equal([of('similar').impressions, of('similar').clicks, of('bundle').adds], [3, 2, 1]);
  assert.is(left_out, 1, 'customer 2 was in both arms');
  // Order 4 was placed before the first impression.
  assert.equal(arms.standard, { visitors: 1, buyers: 1, orders: 2, revenue: 124 });
  assert.equal(arms.holdout, { visitors: 1, buyers: 0, orders: 0, revenue: 0 });
});
