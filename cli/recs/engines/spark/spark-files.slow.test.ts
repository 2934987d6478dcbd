// Builds on Spark from order lines in files: same tables as the local engine makes from the same lines in Postgres.
import path from 'node:path';
import { generateShop } from '../../../../fixtures/generate/generate-shop.ts';
import { randomShop } from '../../../../fixtures/oracle-shop.ts';
import { assert, rejects } from '../../../../fixtures/suite.ts';
import { loadTinyShop } from '../../../../fixtures/tiny-shop.ts';
import { loadConfig } from '../../../../runtime/core/config.ts';
import { initPreset } from '../../../../sql/source/preset.ts';
import { buildHere, buildStates } from '../../../test-support/fault-shop.ts';
import { assertSameTables } from '../../../test-support/same-tables.ts';
import { findTestSpark, obtainIceberg } from '../../../test-support/spark-install.ts';
import { type SparkContext, shopOf, sparkFlags, sparkSuite } from '../../../test-support/spark-suite.ts';
import { jdbcOptions, jdbcTarget } from './jdbc.ts';
import { openSparkEngine } from './spark-engine.ts';
import { startSparkJob } from './spark-job.ts';

const spark = await findTestSpark();
const iceberg = spark && (await obtainIceberg());
const flags = sparkFlags(spark);
const all = sparkSuite('spark on files');
assert.type(openSparkEngine, 'function');
const test = spark ? all : all.skip;

test('lines in Parquet files, with none in Postgres, give the same tables as the local engine', async (context) => {
  const { client } = context;
  await loadTinyShop(client, randomShop(104));
  await client.query(`insert into tiny.order_line
    select 'late', customer_id, product_id, 1, '2099-01-01'::timestamptz from tiny.order_line limit 2`);
  const settings = {
    similarity: 'llr',
    minSupport: 2,
    minLlr: 1,
    trendingDays: '10.5d',
    bundleSize: 1,
    halfLife: 'none',
    since: '250d',
  };
  const local = await buildHere(shopOf(context), { flags: settings, force: true });
  const folder = path.join(context.home, 'order_line');
  await write(context, flags, `insert overwrite directory '${folder}' using parquet select * from shop_line`);
  await client.query('delete from tiny.order_line');
  const distributed = await buildHere(shopOf(context), {
    flags: { ...flags, ...settings, source: `parquet:${folder}` },
    force: true,
  });
  assert.ok((await assertSameTables(client, local, distributed)) > 50);
});

(iceberg ? test : all.skip)(
  'an Iceberg table: the tables of the local engine; an id of another type is an error',
  async (context) => {
    const { client, home } = context;
    await generateShop(client, { orders: 1_000, products: 80, customers: 150, seed: 7 });
    await initPreset(client, 'sample');
    const lake = {
      ...flags,
      sparkConf: [
        ...flags.sparkConf,
        `spark.jars=${iceberg}`,
        'spark.sql.catalog.lake=org.apache.iceberg.spark.SparkCatalog',
        'spark.sql.catalog.lake.type=hadoop',
        `spark.sql.catalog.lake.warehouse=${path.join(home, 'lake')}`,
        // Its vectorized reader breaks down some releases of Java 17.
        'spark.sql.iceberg.vectorization.enabled=false',
      ],
    };
    await write(
      context,
      lake,
      `create table lake.shop.order_line using iceberg as select * from shop_line;
     create table lake.shop.odd_line using iceberg as
       select concat('x', order_id) as order_id, customer_id, product_id, quantity, ordered_at from shop_line`,
    );
    const local = await buildHere(shopOf(context), {});
    const build = (table: string) =>
      buildHere(shopOf(context), { flags: { ...lake, source: `iceberg:lake.shop.${table}` } });
    assert.ok((await assertSameTables(client, local, await build('order_line'))) > 50);
    await rejects(() => build('odd_line'), /order_id x\d+ is no bigint/);
    assert.equal(await buildStates(client), { 1: 'superseded', 2: 'published', 3: 'failed' });
  },
);

/** Runs a statement over `shop_line`, the lines of the shop as a data platform would have them. */
async function write(
  { database, home }: SparkContext,
  settings: Record<string, unknown>,
  statement: string,
): Promise<void> {
  const target = jdbcTarget(database.url);
  const job = await startSparkJob({
    settings: loadConfig({ directory: home, env: {}, flags: settings }).config,
    script: `create temporary view shop_line using jdbc options (${jdbcOptions(target)}, dbtable "(
        select order_id, customer_id, product_id, quantity,
               -- Files have no infinity: shops write the year 9999 for it.
               case ordered_at when 'infinity' then '9999-12-31' when '-infinity' then null
                    else ordered_at end as ordered_at
        from couture_source.order_line) line");
      ${statement};
      select 'couture: done with files';`,
    targets: [target],
    folder: path.join(home, 'writing'),
    logFile: path.join(home, 'writing.log'),
  });
  await job.reached('files');
  await job.stop();
}
