// Builds on Spark from real orders: same tables as the local engine.
import { findRealOrders, loadRealOrders, realOrders } from '../../../../fixtures/real-orders.ts';
import { assert } from '../../../../fixtures/suite.ts';
import { findTestSpark } from '../../../test-support/spark-install.ts';
import { compareEngines, interpreted, sparkFlags, sparkSuite } from '../../../test-support/spark-suite.ts';
import { openSparkEngine } from './spark-engine.ts';

const spark = await findTestSpark();
const flags = sparkFlags(spark);
const small = { ...flags, sparkConf: flags.sparkConf.filter((each) => !interpreted.includes(each)) };
// On large sets full JIT compilation pays off: Ta-Feng takes 82 s instead of 116 s.
const large = { ...small, sparkConf: small.sparkConf.filter((each) => !each.includes('TieredStopAtLevel')) };
const test = sparkSuite('spark on real orders');

/** The others take minutes each: COUTURE_TEST_SPARK=all runs them too. */
const short = ['bakery_breadbasket', 'google_merch_store'];

for (const { name } of realOrders) {
  if (!short.includes(name) && process.env.COUTURE_TEST_SPARK !== 'all') continue;
  const title = `${name}: the tables of the local engine`;
  const set = spark && findRealOrders(name);
  if (!set) {
    test.skip(title);
    continue;
  }
  test(title, async (context) => {
    assert.type(openSparkEngine, 'function');
    await loadRealOrders(context.client, set);
    await compareEngines(context, short.includes(name) ? small : large, {});
  });
}
