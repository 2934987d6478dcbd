// What is asked of an engine that is not there, or that cannot do it, is refused before anything is touched.
import { assert, suite } from '../../../fixtures/suite.ts';
import { loadConfig } from '../../../runtime/core/config.ts';
import { requireEngine } from './open-engine.ts';

const test = suite('engines');

function configOf(flags: Record<string, unknown>) {
  return loadConfig({ directory: '/nowhere', env: {}, flags }).config;
}

test('files are for Spark alone', () => {
  const source = 'parquet:/lake/order_line';
  assert.throws(
    () => requireEngine(configOf({ source })),
    /--source parquet:\/lake\/order_line is for Spark/,
  );
  assert.throws(
    () => requireEngine(configOf({ source, engine: 'spark', sparkHome: '/nowhere' })),
    /no Spark in \/nowhere/,
  );
  requireEngine(configOf({}));
});

test('files whose name would end a name in SQL, or of another kind, are refused', () => {
  for (const source of [
    '/lake/order_line',
    'csv:/lake',
    'parquet:',
    'parquet:/a`b',
    "parquet:/a'b",
    'parquet:/a;b',
    'iceberg:a b',
  ])
    assert.throws(() => configOf({ source }), /source/i, source);
  for (const source of ['parquet:s3a://lake/order_line/', 'iceberg:lake.shop.order_line'])
    assert.is(configOf({ source }).source, source);
});
