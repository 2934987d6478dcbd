// `npm run bench:incremental -- --lines 1000000`: days of 1 % new orders with some edited, cancelled and backdated ones. After
// each, an incremental build and a full one of the same orders: their times by stage, and whether any byte differs. Starts its
// own embedded Postgres; prints one JSON line with the medians.
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { benchFacts, say } from '../../fixtures/bench-facts.ts';
import { benchPostgres, endWithChildren } from '../../fixtures/bench-process.ts';
import { shopOfLines } from '../../fixtures/generate/generate-shop.ts';
import { hashWrittenTables } from '../../fixtures/written-lists.ts';
import { type Client, openClient } from '../../sql/pool.ts';
import { benchBuild, prepareBenchShop } from '../test-support/bench-shop.ts';
import type { BuildSummary } from './build-summary.ts';

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '1000000' },
    products: { type: 'string', default: '50000' },
    workers: { type: 'string' },
    memory: { type: 'string' },
    /** New orders of a day, in percent of all. */
    percent: { type: 'string', default: '1' },
    days: { type: 'string', default: '3' },
    home: { type: 'string' },
  },
});
endWithChildren();
if (values.home) mkdirSync(values.home, { recursive: true });
const postgres = await benchPostgres(values.home);
try {
  const client = await openClient(postgres.url);
  const { orders, customers } = shopOfLines(Number(values.lines));
  await prepareBenchShop(client, { orders, products: Number(values.products), customers });
  const first = await build({ incremental: true });
  say(`first incremental build: ${first.summary.total_ms} ms`);
  const days = [];
  for (let day = 1; day <= Number(values.days); day++) {
    await passDay(client, day, Number(values.percent) / 100);
    const incremental = await build({ incremental: true });
    const full = await build({}, false);
    const ratio = full.summary.total_ms / incremental.summary.total_ms;
    const [one, other] = [
      await hashWrittenTables(client, incremental.summary.build_id),
      await hashWrittenTables(client, full.summary.build_id),
    ];
    const equal = JSON.stringify(one) === JSON.stringify(other);
    days.push({ incremental, full, ratio, equal });
    say(
      `day ${day}: incremental ${incremental.summary.total_ms} ms (${incremental.cpu_ms} of CPU), full ${full.summary.total_ms} ms (${full.cpu_ms}), ratio ${ratio.toFixed(2)}, ${equal ? 'the same bytes' : `DIFFERENT: ${JSON.stringify([one, other])}`}`,
    );
  }
  const unchanged = await build({ incremental: true });
  await client.end();
  days.sort((a, b) => a.ratio - b.ratio);
  const middle = days[Math.floor(days.length / 2)]!;
  console.log(
    JSON.stringify({
      bench: 'incremental',
      ...benchFacts(),
      lines: middle.full.summary.lines,
      products: middle.full.summary.products,
      customers: middle.full.summary.customers,
      percent: Number(values.percent),
      ratio: Number(middle.ratio.toFixed(2)),
      ratios: days.map(({ ratio }) => Number(ratio.toFixed(2))),
      equal: days.every(({ equal }) => equal),
      full_ms: middle.full.summary.total_ms,
      incremental_ms: middle.incremental.summary.total_ms,
      unchanged_ms: unchanged.summary.total_ms,
      cpu_ms: { full: middle.full.cpu_ms, incremental: middle.incremental.cpu_ms },
      stages: { full: middle.full.summary.stages, incremental: middle.incremental.summary.stages },
      peak_rss_bytes: middle.full.summary.peak_rss_bytes,
    }),
  );
} finally {
  await postgres.release();
}

/** A build, and the CPU time of all of its threads; that of Postgres is not in it. */
async function build(
  flags: Record<string, unknown>,
  publish = true,
): Promise<{ summary: BuildSummary; cpu_ms: number }> {
  const { workers, memory } = values;
  const before = process.cpuUsage();
  const summary = await benchBuild(postgres, { workers, memory, keepBuilds: 2, ...flags }, publish);
  const { user, system } = process.cpuUsage(before);
  return { summary, cpu_ms: Math.round((user + system) / 1000) };
}

/**
 * New orders of the day after the newest one, with the products of old ones; and per hundred of them one of each other
 * change.
 */
async function passDay(client: Client, day: number, share: number): Promise<void> {
  const { rows } = await client.query<{ last: string; orders: number; customers: number }>(
    `select max(order_id) as last, count(*)::int as orders, (select count(*)::int from shop.customer) as customers from shop.orders`,
  );
  const { last, orders, customers } = rows[0]!;
  const added = Math.round(orders * share);
  const some = Math.ceil(added / 100);
  await client.query('begin');
  await client.query(`select setseed(${day / 1000})`);
  await client.query(
    `create temp table added on commit drop as
     select ${last} + n as order_id, 1 + floor(random() * ${customers})::bigint as customer_id, n > ${added} as old,
            (select max(created_at) from shop.orders) as newest, 1 + floor(random() * ${last})::bigint as copied
     from generate_series(1, ${added + some}) n`,
  );
  await client.query(
    `insert into shop.orders select order_id, customer_id, 'paid',
            case when old then newest - random() * interval '300 days' else newest + random() * interval '1 day' end
     from added`,
  );
  await client.query(
    `insert into shop.order_line select a.order_id, l.product_id, l.quantity, l.unit_price
     from added a join shop.order_line l on l.order_id = a.copied`,
  );
  const chosen = `select 1 + floor(random() * ${last})::bigint from generate_series(1, ${some})`;
  await client.query(`update shop.orders set status = 'cancelled' where order_id in (${chosen})`);
  await client.query(`update shop.order_line set quantity = quantity + 1 where order_id in (${chosen})`);
  await client.query(
    `update shop.order_line l set product_id = p.product_id
     from (select product_id from shop.product order by product_id offset ${day * 7} limit 1) p where order_id in (${chosen})`,
  );
  await client.query('commit');
  await client.query('analyze shop.orders, shop.order_line');
}
