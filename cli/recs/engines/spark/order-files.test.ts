// The Spark SQL for order lines in files: relations, ids and --since.
import { assert, suite } from '../../../../fixtures/suite.ts';
import { loadConfig } from '../../../../runtime/core/config.ts';
import type { EngineInput } from '../engine.ts';
import { fileParameters } from './order-files.ts';

const test = suite('order files');

function parametersOf(flags: Record<string, unknown>, ids: Partial<EngineInput['ids']> = {}) {
  const { config } = loadConfig({ directory: '/nowhere', env: {}, flags });
  return fileParameters({
    config,
    ids: { order: 'text', customer: 'text', product: 'text', ...ids },
  });
}

test('a path becomes a relation of its format, an Iceberg table a quoted name', () => {
  assert.is(parametersOf({ source: 'parquet:s3a://lake/lines' }).files, 'parquet.`s3a://lake/lines`');
  assert.is(parametersOf({ source: 'iceberg:/lake/lines' }).files, 'iceberg.`/lake/lines`');
  assert.is(parametersOf({ source: 'iceberg:lake.shop.order-line' }).files, '`lake`.`shop`.`order-line`');
});

test('ids are formatted like in Postgres, and invalid ids do not fit', () => {
  const { order_id, order_fits, customer, customer_fits } = parametersOf(
    {},
    { order: 'bigint', customer: 'uuid' },
  );
  assert.is(order_id, 'cast(cast(order_text as bigint) as string)');
  assert.is(order_fits, 'cast(order_text as bigint) is not null');
  assert.is(customer, 'lower(customer_text)');
  assert.is(parametersOf({}, { product: 'uuid' }).product, 'lower(product_text)');
  assert.match(customer_fits!, 'rlike');
});

test('since counts back from the newest line of the files', () => {
  assert.is(parametersOf({ since: 'all' }).since_in_files, 'true');
  assert.match(
    parametersOf({ since: '2d' }).since_in_files!,
    /max\(ordered_at\) from source_file.* 172800\)$/s,
  );
  assert.is(parametersOf({ since: '2d' }).latest_newest, undefined);
  assert.match(parametersOf({ since: '2d', source: 'parquet:/lines' }).latest_newest!, 'source_day');
  assert.is(
    parametersOf({ since: '2026-01-31' }).since_in_files,
    "ordered_at >= timestamp '2026-01-31T00:00:00.000Z'",
  );
});
