// The Spark checks of `couture doctor`: Spark present, Spark missing, and a database that rejects the executors.
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { assert } from '../../fixtures/suite.ts';
import { loadConfig } from '../../runtime/core/config.ts';
import { findTestSpark } from '../test-support/spark-install.ts';
import { checkSpark } from './spark-checks.ts';

const spark = await findTestSpark();
const test = databaseSuite('doctor of Spark', { timeout: 1_800_000 });

async function runSparkChecks(url: string, flags: Record<string, unknown>) {
  const { config } = loadConfig({ directory: '/nowhere', env: {}, flags });
  return checkSpark({ config, database: async () => url, source: async () => url });
}

test('a folder without Spark fails with a hint to set SPARK_HOME', async ({ database }) => {
  const checks = await runSparkChecks(database.url, { sparkHome: '/nowhere' });
  const failed = checks.find((check) => check.name === 'Spark')!;
  assert.is(failed.state, 'fail');
  assert.match(failed.detail, '/nowhere');
  assert.match(failed.hint, 'SPARK_HOME');
  assert.not.ok(checks.some((check) => check.name === 'executors'));
});

const title = 'Java, Spark and driver are found, and executors reach the database, or say why not';
if (spark) {
  test(title, async ({ database }) => {
    const checks = await runSparkChecks(database.url, { ...spark, sparkMaster: 'local[1]' });
    assert.equal(
      checks.map(({ name, state }) => [name, state]),
      ['Java', 'Spark', 'JDBC driver', 'executors'].map((name) => [name, 'ok']),
      JSON.stringify(checks),
    );
    const wrong = new URL(database.url);
    wrong.password = 'wrong';
    const refused = (await runSparkChecks(wrong.href, { ...spark, sparkMaster: 'local[1]' })).at(-1)!;
    assert.is(refused.state, 'fail');
    assert.match(refused.detail, 'password authentication failed');
  });
} else {
  test.skip(title);
}
