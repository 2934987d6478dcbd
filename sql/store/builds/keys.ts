// couture.product_key and couture.customer_key: dense numbers that stand for the shop's ids in lists.
import type { Readable } from 'node:stream';
import { copyOut } from '../../copy/copy.ts';
import type { CopyEncoder } from '../../copy/copy-encoder.ts';
import { copyRows } from '../../copy/copy-writer.ts';
import type { IdType } from '../../id-types.ts';
import type { Client } from '../../pool.ts';

export type KeyTable = 'product' | 'customer';

/** Streams (key int4, id) of all keys as binary COPY. */
export function streamKeys(client: Client, table: KeyTable): Readable {
  return copyOut(client, `select ${table}_key, ${table}_id from couture.${table}_key`, 'binary');
}

/** Writes an id in the type of the key table. */
function encodeKeyId(encoder: CopyEncoder, type: IdType, id: string): void {
  if (type === 'bigint') encoder.int8(BigInt(id));
  else if (type === 'uuid') encoder.uuid(id);
  else encoder.text(id);
}

/** Adds customers. The caller assigns the keys, above all existing ones. */
export function insertCustomerKeys(
  client: Client,
  type: IdType,
  rows: Iterable<{ readonly key: number; readonly id: string }>,
): Promise<number> {
  return copyRows(client, 'couture.customer_key (customer_key, customer_id)', rows, (writer, row) => {
    writer.row(2);
    writer.int4(row.key);
    encodeKeyId(writer, type, row.id);
  });
}

/** Adds products, each with the representative of its variants. */
export function insertProductKeys(
  client: Client,
  type: IdType,
  rows: Iterable<{ readonly key: number; readonly id: string; readonly representative: number }>,
): Promise<number> {
  return copyRows(
    client,
    'couture.product_key (product_key, product_id, representative_key)',
    rows,
    (writer, row) => {
      writer.row(3);
      writer.int4(row.key);
      encodeKeyId(writer, type, row.id);
      writer.int4(row.representative);
    },
  );
}

/** Updates representatives that changed, for example when a shop regroups its variants. */
export async function updateRepresentatives(
  client: Client,
  keys: readonly number[],
  representatives: readonly number[],
): Promise<void> {
  await client.query(
    `update couture.product_key k set representative_key = n.representative
     from unnest($1::int[], $2::int[]) as n (key, representative)
     where k.product_key = n.key and k.representative_key <> n.representative`,
    [keys, representatives],
  );
}
