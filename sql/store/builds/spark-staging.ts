// The staging schema of one build on Spark: the input of the job, and the results that it leaves for couture.
import { copyRows } from '../../copy/copy-writer.ts';
import { batchesOf } from '../../cursor.ts';
import type { Client, Queryable } from '../../pool.ts';

/** Tables that the job fills. A task that ran twice may write a row twice: readers take each key once. */
const written = {
  total: 'name text, value bigint',
  order_count:
    'item int, orders bigint, order_weight bigint, order_pairs bigint, recent bigint, recent_weighted bigint, earlier bigint, popularity bigint',
  customer_count:
    'item int, customers bigint, customer_weight bigint, history_pairs bigint, returners bigint, rebuyers bigint',
  gap_count: 'item int, bucket int, closed bigint, open bigint',
  order_pair: 'row_item int, columns int[], counts int[], weights float8[]',
  customer_pair: 'row_item int, columns int[], counts int[], weights float8[]',
  order_category: 'item int, together bigint',
  customer_category: 'item int, expected float8',
  affinity: 'row_category int, column_category int, orders bigint',
  held_out: 'items int[], weight real',
  buyer: 'customer text',
  history:
    'customer text, items int[], taste real[], habit real[], bought int[], last int[], first int[], times int[], chances int[]',
} as const;

export type StagingTable = keyof typeof written;

export interface StagedProduct {
  readonly id: string;
  /** Dense index of the product. */
  readonly product: number;
  readonly item: number;
  /** Whether the item also stands for other products. */
  readonly variant: boolean;
}

/** A pair whose counts Spark returns in any case. */
export interface StagedCandidate {
  readonly item: number;
  readonly other: number;
}

export interface StagedItem {
  readonly item: number;
  readonly category: number;
  readonly price: number;
}

export function stagingSchema(buildId: number): string {
  return `couture_spark_b${Number(buildId)}`;
}

/** Creates the schema with the job's input. Its tables are unlogged: nothing in it survives a crash of the server. */
export async function createStaging(
  client: Client,
  buildId: number,
  {
    products,
    items,
    candidates,
  }: {
    readonly products: Iterable<StagedProduct>;
    readonly items: Iterable<StagedItem>;
    readonly candidates: Iterable<StagedCandidate>;
  },
): Promise<void> {
  const schema = stagingSchema(buildId);
  await client.query(`create schema ${schema}`);
  const tables = {
    ...written,
    product: 'product_id text, item int, variant int',
    item: 'item int, category int, price float8',
    candidate: 'item int, other int',
  };
  for (const [name, columns] of Object.entries(tables))
    await client.query(`create unlogged table ${schema}.${name} (${columns})`);
  await copyRows(client, `${schema}.product`, products, (writer, { id, product, item, variant }) => {
    writer.row(3);
    writer.text(id);
    writer.int4(item);
    if (variant) writer.int4(product);
    else writer.null();
  });
  await copyRows(client, `${schema}.item`, items, (writer, { item, category, price }) => {
    writer.row(3);
    writer.int4(item);
    writer.int4(category);
    writer.float8(price);
  });
  await copyRows(client, `${schema}.candidate`, candidates, (writer, { item, other }) => {
    writer.row(2);
    writer.int4(item);
    writer.int4(other);
  });
}

/** Where the results of a build's job are read. */
export interface Staging {
  readonly client: Client;
  readonly buildId: number;
  readonly signal: AbortSignal;
}

/** Yields rows of a table that the job has filled, as arrays in the order of its columns; int8 as numbers. */
export async function* stagedRows<Row extends unknown[]>(
  { client, buildId, signal }: Staging,
  table: StagingTable,
  batchRows = 5_000,
): AsyncGenerator<Row[], void, undefined> {
  // Counts stay far below 2^53, where float8 is exact.
  const columns = written[table]
    .split(', ')
    .map((column) => column.split(' ') as [string, string])
    .map(([name, type]) => (type === 'bigint' ? `${name}::float8` : name));
  const text = `select ${columns.join(', ')} from ${stagingSchema(buildId)}.${table}`;
  yield* batchesOf<Row>(client, text, [], { signal, batchRows });
}

/** Drops the staging schemas of all builds. Call it with the build lock held. */
export async function dropStagings(client: Queryable): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select nspname as name from pg_namespace where nspname ~ '^couture_spark_b[0-9]+$'`,
  );
  for (const { name } of rows) await client.query(`drop schema ${name} cascade`);
}
