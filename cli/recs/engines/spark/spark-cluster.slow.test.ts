// Builds on a Spark cluster with two workers: same tables as the local engine, also if an executor is killed on the way.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { type DatabaseContext, databaseSuite } from '../../../../fixtures/database-suite.ts';
import { generateShop } from '../../../../fixtures/generate/generate-shop.ts';
import { assert } from '../../../../fixtures/suite.ts';
import { until } from '../../../../fixtures/until.ts';
import type { Client } from '../../../../sql/pool.ts';
import { initPreset } from '../../../../sql/source/preset.ts';
import { buildHere, buildStates } from '../../../test-support/fault-shop.ts';
import { assertSameTables } from '../../../test-support/same-tables.ts';
import { startCluster, type TestCluster } from '../../../test-support/spark-cluster.ts';
import { findTestSpark } from '../../../test-support/spark-install.ts';
import { openSparkEngine } from './spark-engine.ts';

interface Context extends DatabaseContext {
  home: string;
  cluster: TestCluster;
}

const spark = await findTestSpark();
const test = databaseSuite<Context>('spark cluster', { timeout: 1_800_000 });

test.beforeEach(async (context) => {
  context.home = mkdtempSync(path.join(os.tmpdir(), 'couture-cluster-'));
  context.cluster = await startCluster(spark!.sparkHome, context.home);
});
test.afterEach(async ({ home, cluster }) => {
  await cluster?.stop();
  rmSync(home, { recursive: true, force: true });
});

const title =
  'two workers make the tables of the local engine; one is killed -9, then the executor of the other';
if (spark) test(title, survives);
else test.skip(title);

async function survives({ client, database, home, cluster }: Context): Promise<void> {
  assert.type(openSparkEngine, 'function');
  await generateShop(client, { orders: 3_000, products: 150, customers: 400, seed: 7 });
  await initPreset(client, 'sample');
  const shop = { url: database.url, home };
  const local = await buildHere(shop);
  const stages: string[] = [];
  const killed: Promise<void>[] = [];
  const distributed = await buildHere(shop, {
    flags: {
      engine: 'spark',
      ...spark,
      sparkMaster: cluster.master,
      sparkPartitions: 3,
      sparkConf: ['spark.sql.shuffle.partitions=4', 'spark.executor.memory=700m'],
    },
    display: {
      stage(name) {
        stages.push(name);
        // What the dead had cached has to be read once more, in the same snapshot.
        if (name === 'count orders') killed.push(killWorker(client, cluster));
        if (name === 'count customers') killed.push(killExecutor(cluster));
        return { update() {}, end() {} };
      },
    },
  });
  assert.is(killed.length, 2);
  await Promise.all(killed);
  assert.ok(stages.includes('publish'));
  assert.ok((await assertSameTables(client, local, distributed)) > 50);
  assert.equal(await buildStates(client), { 1: 'superseded', 2: 'published' });
}

/** Kills a worker, and changes the shop: what is read from now on outside of the snapshot would be seen. */
async function killWorker(client: Client, cluster: TestCluster): Promise<void> {
  assert.is((await cluster.executors()).length, 2, 'both workers have an executor');
  const { rowCount } = await client.query(
    `update shop.orders set status = 'cancelled' where order_id % 2 = 0`,
  );
  assert.ok(rowCount! > 1_000);
  cluster.killWorker();
  await until(async () => (await cluster.executors()).length === 1, 'the killed worker to be gone');
}

/** The worker that is left starts another one, with nothing cached. */
async function killExecutor(cluster: TestCluster): Promise<void> {
  const [executor, ...others] = await cluster.executors();
  assert.equal(others, []);
  process.kill(executor!, 'SIGKILL');
  await until(async () => !(await cluster.executors()).includes(executor!), 'the killed executor to be gone');
}
