// Unavailable engines and settings that an engine does not support are rejected before the build changes anything.
import { assert, suite } from '../../../fixtures/suite.ts';
import { loadConfig } from '../../../runtime/core/config.ts';
import { requireEngine } from './open-engine.ts';

const test = suite('engines');

function configOf(flags: Record<string, unknown>) {
  return loadConfig({ directory: '/nowhere', env: {}, flags }).config;
}

test('--source needs the Spark engine', () => {
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

test('a --source of an unknown format, or with a name that would break out of SQL quotes, is rejected', () => {
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
