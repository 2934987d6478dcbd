// `--source` (order lines in files) → parameters of sql/spark/source-files.sql.
import type { IdType } from '../../../../sql/id-types.ts';
import { orderDatesQuery } from '../../source/order-dates.ts';
import type { EngineInput } from '../engine.ts';

export function fileParameters({ config, ids }: Pick<EngineInput, 'config' | 'ids'>): Record<string, string> {
  const order = idOf('order_text', ids.order);
  const customer = idOf('customer_text', ids.customer);
  return {
    files: config.source ? relationOf(config.source) : '',
    order_id: order.value,
    order_fits: order.fits,
    customer: customer.value,
    customer_fits: customer.fits,
    customer_type: ids.customer,
    product: idOf('product_text', ids.product).value,
    ...sinceIn(config),
  };
}

/** `parquet:PATH`, `iceberg:PATH` → Spark's name for a file; `iceberg:catalog.schema.table` → the quoted table name. */
function relationOf(source: string): string {
  const at = source.indexOf(':');
  const [format, place] = [source.slice(0, at), source.slice(at + 1)];
  return format === 'iceberg' && !place.includes('/')
    ? place
        .split('.')
        .map((name) => `\`${name}\``)
        .join('.')
    : `${format}.\`${place}\``;
}

/** SQL for a text column as Postgres would print the id (`value`), and for whether it is a valid id (`fits`). */
function idOf(column: string, type: IdType): { readonly value: string; readonly fits: string } {
  if (type === 'bigint')
    return {
      value: `cast(cast(${column} as bigint) as string)`,
      fits: `cast(${column} as bigint) is not null`,
    };
  if (type === 'uuid')
    return {
      value: `lower(${column})`,
      fits: `${column} rlike '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'`,
    };
  return { value: column, fits: 'true' };
}

/** The `--since` filter. Like `resolveSince`, but relative to the newest believed line of the files. */
function sinceIn({ since, source }: EngineInput['config']): Record<string, string> {
  if (since === 'all') return { since_in_files: 'true' };
  if ('date' in since) return { since_in_files: `ordered_at >= timestamp '${since.date.toISOString()}'` };
  const newest = `select newest from (${orderDatesQuery('source_day')}) d`;
  const end = `timestamp_seconds(946684800 + ((${newest}) + 1) * 86400)`;
  return {
    since_in_files: `ordered_at >= (select max(ordered_at) from source_file where ordered_at < ${end}) - make_dt_interval(0, 0, 0, ${since.days * 86_400})`,
    // For views couture has already computed it.
    ...(source !== undefined && { latest_newest: `(${newest})` }),
  };
}
