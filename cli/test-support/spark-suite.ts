// Suites with a database and a home for each test, and builds of the same shop by both engines.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type DatabaseContext, databaseSuite } from '../../fixtures/database-suite.ts';
import { assert } from '../../fixtures/suite.ts';
import type { Client } from '../../sql/pool.ts';
import { buildHere } from './fault-shop.ts';
import { assertSameTables } from './same-tables.ts';
import type { TestSpark } from './spark-install.ts';

export interface SparkContext extends DatabaseContext {
  home: string;
}

export function sparkSuite(title: string) {
  const test = databaseSuite<SparkContext>(title, { timeout: 1_800_000 });
  test.beforeEach(async (context) => {
    context.home = mkdtempSync(path.join(os.tmpdir(), 'couture-spark-'));
  });
  test.afterEach(({ home }) => {
    rmSync(home, { recursive: true, force: true });
  });
  return test;
}

/** Expressions are interpreted: a small build spends a quarter of its CPU on compiling them. */
export const interpreted = ['spark.sql.codegen.wholeStage=false', 'spark.sql.codegen.factoryMode=NO_CODEGEN'];

/** Settings for Spark in one process with two threads. */
export function sparkFlags(spark: TestSpark | undefined) {
  return {
    engine: 'spark',
    ...spark,
    sparkMaster: 'local[2]',
    sparkPartitions: 3,
    // Small jobs end before full compilation and adaptive planning pay off; the UI, which answers questions about progress,
    // takes a tenth of the CPU. The cluster test keeps adaptive planning and the UI, and that of real orders compiled code.
    sparkConf: [
      'spark.sql.shuffle.partitions=4',
      'spark.sql.adaptive.enabled=false',
      'spark.ui.enabled=false',
      ...interpreted,
      'spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC',
    ],
  };
}

/** Fails unless Spark writes the same tables as the local engine and leaves nothing else behind. */
export async function compareEngines(
  context: SparkContext,
  spark: Record<string, unknown>,
  settings: Record<string, unknown>,
): Promise<void> {
  const shop = shopOf(context);
  const local = await buildHere(shop, { flags: settings, force: true });
  const distributed = await buildHere(shop, { flags: { ...spark, ...settings }, force: true });
  assert.ok((await assertSameTables(context.client, local, distributed)) > 50);
  assert.equal(await stagings(context.client), []);
}

export function shopOf({ database, home }: SparkContext): { readonly url: string; readonly home: string } {
  return { url: database.url, home };
}

export async function stagings(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ nspname: string }>(
    `select nspname from pg_namespace where nspname like 'couture\\_spark%'`,
  );
  return rows.map(({ nspname }) => nspname);
}
