// Builds on Spark in one process with two threads: same tables as the local engine; failed and aborted builds
// leave nothing.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { generateShop } from '../../../../fixtures/generate/generate-shop.ts';
import { randomShop } from '../../../../fixtures/oracle-shop.ts';
import { assert, rejects } from '../../../../fixtures/suite.ts';
import { loadTinyShop } from '../../../../fixtures/tiny-shop.ts';
import { until } from '../../../../fixtures/until.ts';
import type { Client } from '../../../../sql/pool.ts';
import { initPreset } from '../../../../sql/source/preset.ts';
import { buildHere, buildStates, listTablesOf } from '../../../test-support/fault-shop.ts';
import { plantSockShop } from '../../../test-support/sock-shop.ts';
import { findTestSpark } from '../../../test-support/spark-install.ts';
import {
  compareEngines,
  type SparkContext,
  shopOf,
  sparkFlags,
  sparkSuite,
  stagings,
} from '../../../test-support/spark-suite.ts';
import { openSparkEngine } from './spark-engine.ts';

const spark = await findTestSpark();
const flags = sparkFlags(spark);
const test = sparkSuite('spark engine');

onSpark(
  'orders in the future, and one long after all others: the tables of the local engine',
  async (context) => {
    const { client } = context;
    const until = new Date('2024-11-01');
    await generateShop(client, { orders: 3_000, products: 150, customers: 400, seed: 7, until });
    await initPreset(client, 'sample');
    await client.query(`
    update shop.orders set created_at = '2099-01-01' where order_id in (20, 30);
    update shop.orders set created_at = '2026-11-01' where order_id = 40`);
    // Both engines count back from the newest plausible day.
    await compareEngines(context, flags, {
      maxOrderLines: 6,
      maxHistory: 20,
      halfLife: '30d',
      since: '300d',
    });
  },
);

onSpark('socks bought in turn: the tables of the local engine, and substitutes', async (context) => {
  await plantSockShop(context.client);
  await compareEngines(context, flags, {});
  const { rows } = await context.client.query(
    `select subject, item_id from couture.recommendation where reason like 'bought instead%' order by 1`,
  );
  assert.equal(rows, [
    { subject: '1', item_id: '2' },
    { subject: '2', item_id: '1' },
  ]);
});

onSpark(
  'odd lines, returned lines, ids of text, a model of two terms: the tables of the local engine',
  async (context) => {
    await loadTinyShop(context.client, randomShop(100));
    await context.client.query(`create or replace view couture_source.order_line as
      select order_id, customer_id, product_id, quantity, 1.00 as unit_price, ordered_at,
        case hashtext(order_id || product_id) % 3 when 0 then quantity when 1 then 1 end as returned_quantity
      from tiny.order_line`);
    const personalized = {
      item_knn: {
        similarity: 'cosine',
        weighting: 'tfidf',
        shrink: 2,
        neighbours: 6,
        nearest: 'recommended',
      },
      popularity: { weight: 1, half_life_days: 60 },
    };
    await compareEngines(context, flags, { maxOrderLines: 4, seed: 5, model: { personalized } });
  },
);

onSpark(
  'orders whose ids are uuids, a model of three terms: the tables of the local engine',
  async (context) => {
    const shop = randomShop(102);
    const uuid = (id: string) => createHash('md5').update(id).digest('hex');
    const lines = shop.lines.map((line) => ({
      ...line,
      order: line.order === null ? null : uuid(line.order),
    }));
    await loadTinyShop(context.client, { ...shop, lines }, { order: 'uuid' });
    const personalized = {
      profile: { recency: 0.9, length: 200 },
      repeat: { weight: 1, decay: 0.8 },
      item_knn: { weighting: 'root', damping: 0.5, row_damping: 0.4, neighbours: 8, normalise: false },
    };
    await compareEngines(context, flags, { maxOrderLines: 3, maxHistory: 8, model: { personalized } });
  },
);

onSpark('a job that fails leaves nothing, and gives the cause and the path of its log', async (context) => {
  await loadTinyShop(context.client, randomShop(100));
  await changeQuantity(context.client, 'quantity / (quantity - quantity)');
  const error = await rejects(() => build(context), /The Spark job failed: .*division by zero/s);
  const log = /is in (\S+\.log)\./.exec((error as Error & { hint: string }).hint)![1]!;
  assert.match(readFileSync(log, 'utf8'), 'division by zero');
  await rejects(() => build(context, { source: 'parquet:/nowhere' }), /Path does not exist.*\/nowhere/);
  await assertNothingLeft(context);
});

onSpark(
  'the password is on no command line and in no log; a job that is stopped leaves nothing',
  async (context) => {
    await loadTinyShop(context.client, randomShop(100));
    // Reading takes a minute and more: it is seen, and it is what is stopped.
    await context.client.query(`
      create function slowly(quantity int) returns int language plpgsql stable
      as 'begin perform pg_sleep(.05); return quantity; end'`);
    await changeQuantity(context.client, 'slowly(quantity)');
    const stop = new AbortController();
    const running = build(context, { signal: stop.signal });
    running.catch(() => {});
    const commands = await untilReading(context);
    const password = decodeURIComponent(new URL(context.database.url).password);
    assert.ok(password.length > 8);
    assert.not.match(commands.join('\n'), password);
    stop.abort(new Error('stopped by hand'));
    await rejects(() => running, /stopped by hand/);
    assert.not.match(readFileSync(path.join(context.home, 'spark-build-1.log'), 'utf8'), password);
    assert.equal(await commandsOf(context.home), []);
    await assertNothingLeft(context);
  },
);

/** Declares a test that needs Spark. */
function onSpark(title: string, run: (context: SparkContext) => Promise<void>): void {
  assert.type(openSparkEngine, 'function');
  if (spark) test(title, run);
  else test.skip(title);
}

function build(context: SparkContext, { source, signal }: { source?: string; signal?: AbortSignal } = {}) {
  return buildHere(shopOf(context), { flags: { ...flags, source }, ...(signal && { signal }) });
}

/** Gives each line a quantity that is computed when it is read; not volatile, which would be computed for other queries, too. */
async function changeQuantity(client: Client, quantity: string): Promise<void> {
  await client.query(
    `create or replace view couture_source.order_line as
     select order_id, customer_id, product_id, ${quantity} as quantity, unit_price, ordered_at
     from (select *, 1.00 as unit_price from tiny.order_line) line`,
  );
}

async function assertNothingLeft({ client }: SparkContext): Promise<void> {
  for (const [build, state] of Object.entries(await buildStates(client))) {
    assert.is(state, 'failed');
    assert.equal(await listTablesOf(client, Number(build)), []);
  }
  assert.equal(await stagings(client), []);
}

/** Waits until Spark reads from the database; returns all command lines. */
async function untilReading({ client, home }: SparkContext): Promise<string[]> {
  const reads = async () => {
    // Postgres keeps the first kilobyte of a statement, which does not reach as far as the name of the view.
    const { rowCount } = await client.query(
      `select from pg_stat_activity where application_name = 'couture build on spark' and datname = current_database()
       and state = 'active' and query like 'SELECT %product_id%'`,
    );
    return rowCount;
  };
  await until(reads, 'Spark to read', 300_000);
  const commands = await commandsOf(home);
  assert.ok(commands.length > 0);
  return commands;
}

/** Command lines of this build; those of other tests may contain the URL of the server that all tests share. */
async function commandsOf(home: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['axww', '-o', 'args'], { maxBuffer: 1 << 24 });
  return stdout.split('\n').filter((line) => line.includes(home));
}
