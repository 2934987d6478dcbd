// couture_source.order_line → line batches, by binary COPY or by pg-cursor; both yield the same batches.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { int32 } from '../../../sql/copy/copy-decoder.ts';
import { readCopy, type TakeBytes } from '../../../sql/copy/read-copy.ts';
import { batchesOf } from '../../../sql/cursor.ts';
import { hashBytes } from '../../../sql/hash32.ts';
import type { Client } from '../../../sql/pool.ts';
import { encodeId } from './id-table.ts';
import {
  batchCapacity,
  emptyBatch,
  type LineBatch,
  lastDay,
  lineFault,
  lineQuantity,
  quantityFault,
  tickMicroseconds,
} from './line-batch.ts';
import { type DecoderTables, LineDecoder, soldProduct } from './line-decoder.ts';

export type ReaderName = 'copy' | 'cursor';

export interface ReadOptions {
  readonly reader: ReaderName | 'auto';
  /** The order lines for `from`, to be followed by an alias. */
  readonly orderLines: string;
  /** Only lines ordered at or after this moment. */
  readonly from?: Date | undefined;
  /** Also read each line's range, and only these ranges if `only` is given. */
  readonly ranges?: { readonly expression: string; readonly only?: LinesOfRanges | undefined };
  /** Lines dated after this day (days since 2000-01-01) are counted and skipped. */
  readonly latestDay: number;
  readonly signal: AbortSignal;
  /** Called with the lines read so far. */
  readonly onProgress?: (lines: number) => void;
}

/** Some ranges, and the days around all of them, which an index on the date can find. */
export interface LinesOfRanges {
  readonly ranges: readonly number[];
  readonly from?: Date | undefined;
  /** Exclusive. */
  readonly to?: Date | undefined;
}

/** SQLSTATEs with which servers, proxies and compatible databases refuse COPY. */
const copyRefusals = new Set(['0A000', '42601', '08P01', '42501']);

/**
 * Streams all order lines into `consume`, batch by batch, in constant memory. Run it inside the build's snapshot.
 * Returns the reader that was used: `auto` falls back from COPY to the cursor when COPY is refused.
 * @throws CoutureError `copy_refused` with the reader `copy`
 */
export async function readOrderLines(
  client: Client,
  tables: DecoderTables,
  consume: (batch: LineBatch) => void,
  options: ReadOptions,
): Promise<ReaderName> {
  const text = lineQuery(options);
  if (options.reader === 'cursor') return byCursor(client, text, tables, consume, options);
  if (options.reader === 'copy') return byCopy(client, text, tables, consume, options);
  // A refused COPY aborts the transaction that holds the snapshot; roll back to a savepoint instead.
  await client.query('savepoint before_copy');
  try {
    return await byCopy(client, text, tables, consume, options);
  } catch (error) {
    if (!(error instanceof CoutureError) || error.code !== 'copy_refused') throw error;
    await client.query('rollback to savepoint before_copy');
    return byCursor(client, text, tables, consume, options);
  }
}

/** The query over order lines. A cast to a column's own type costs nothing. */
export function lineQuery({
  from,
  orderLines,
  ranges,
}: Pick<ReadOptions, 'from' | 'orderLines' | 'ranges'>): string {
  const only = ranges?.only;
  const bounds = [
    from && `ordered_at >= '${from.toISOString()}'`,
    only?.from && `ordered_at >= '${only.from.toISOString()}'`,
    only?.to && `ordered_at < '${only.to.toISOString()}'`,
  ].filter(Boolean);
  const where = bounds.length > 0 ? ` where ${bounds.join(' and ')}` : '';
  const lines = `select order_id, customer_id, product_id, ${lineQuantity} as quantity, ordered_at::timestamptz from ${orderLines} line${where}`;
  if (!ranges) return lines;
  const { expression } = ranges;
  // A subquery becomes a hash table; Postgres before 14 compares with every element of an array.
  const among = only ? ` where ${expression} in (select unnest('{${only.ranges.join()}}'::int4[]))` : '';
  return `select order_id, customer_id, product_id, quantity, ordered_at, ${expression} as line_range from (${lines}) every${among}`;
}

async function byCopy(
  client: Client,
  text: string,
  tables: DecoderTables,
  consume: (batch: LineBatch) => void,
  { signal, onProgress, ranges }: ReadOptions,
): Promise<ReaderName> {
  let lines = 0;
  const decoder = new LineDecoder(
    tables,
    (batch) => {
      lines += batch.length;
      consume(batch);
      onProgress?.(lines);
    },
    ranges !== undefined,
  );
  try {
    const take: TakeBytes = (bytes, from, to) => decoder.push(bytes, from, to);
    await readCopy(client, castIds(text, tables), take, signal);
  } catch (error) {
    const { code = '' } = error as { code?: string };
    if (lines === 0 && copyRefusals.has(code)) {
      throw new CoutureError(
        'copy_refused',
        `COPY was refused: ${(error as Error).message}`,
        'Use --reader cursor, or grant COPY to the role.',
        { cause: error },
      );
    }
    throw error;
  }
  decoder.finish();
  return 'copy';
}

async function byCursor(
  client: Client,
  text: string,
  tables: DecoderTables,
  consume: (batch: LineBatch) => void,
  { signal, onProgress, ranges }: ReadOptions,
): Promise<ReaderName> {
  type Row = [
    order: string | null,
    customer: string | null,
    product: string | null,
    quantity: number | null,
    day: number | null,
    seconds: number | null,
    range: number,
  ];
  const batch = emptyBatch();
  let lines = 0;
  // Compute the day in Postgres: a timestamp read as a JavaScript Date loses microseconds and infinity.
  const query = `select order_id::text, customer_id::text, product_id::text, quantity,
    case when isfinite(ordered_at) then floor((extract(epoch from ordered_at) - 946684800) / 86400)::int end,
    case when isfinite(ordered_at) then extract(epoch from ordered_at at time zone 'UTC' - date_trunc('day', ordered_at at time zone 'UTC'))::float8 end, ${ranges ? 'line_range' : '0'}
    from (${text}) line`;
  for await (const rows of batchesOf<Row>(client, query, [], { batchRows: batchCapacity, signal })) {
    for (const [order, customer, product, quantity, day, seconds, range] of rows) {
      const row = batch.length++;
      const id = order === null ? undefined : encodeId(tables.orderType, order);
      const exact = tables.orderType === 'bigint';
      batch.orderHigh[row] = id ? (exact ? int32(id, 0) : hashBytes(id, 0, id.length, 0x9e3779b9)) : 0;
      batch.orderLow[row] = id ? (exact ? int32(id, 4) : hashBytes(id, 0, id.length, 0)) : 0;
      batch.customer[row] = customer === null || customer === '' ? -1 : addId(tables, customer);
      batch.day[row] = day ?? 0;
      batch.tick[row] = Math.floor(Math.round((seconds ?? 0) * 1e6) / tickMicroseconds);
      batch.range[row] = range;
      batch.product[row] = !id
        ? lineFault.noOrder
        : day === null || Math.abs(day) > lastDay
          ? lineFault.noDate
          : day > tables.latestDay
            ? lineFault.futureDate
            : productOf(tables, product, quantity);
    }
    lines += batch.length;
    consume(batch);
    batch.length = 0;
    onProgress?.(lines);
  }
  return 'cursor';
}

function productOf(tables: DecoderTables, product: string | null, quantity: number | null): number {
  const fault = quantityFault(quantity ?? 0);
  if (fault !== undefined) return fault;
  if (product === null) return lineFault.unknownProduct;
  const id = encodeId(tables.productType, product);
  return soldProduct(tables, tables.products.find(id, 0, id.length));
}

function addId(tables: DecoderTables, text: string): number {
  const id = encodeId(tables.customerType, text);
  return tables.customers.add(id, 0, id.length);
}

/** The binary decoder needs bigint ids of eight bytes and text without padding: let Postgres cast other column types. */
function castIds(text: string, tables: DecoderTables): string {
  const cast = { bigint: 'int8', uuid: 'uuid', text: 'text' } as const;
  return text
    .replace('order_id', `order_id::${cast[tables.orderType]}`)
    .replace('customer_id', `customer_id::${cast[tables.customerType]}`)
    .replace('product_id', `product_id::${cast[tables.productType]}`);
}
