// Dense indexes of one build → couture's permanent keys: known ids keep theirs, new ids get the next free ones.
import { CopyDecoder, int32 } from '../../../sql/copy/copy-decoder.ts';
import { batchesOf } from '../../../sql/cursor.ts';
import type { IdType } from '../../../sql/id-types.ts';
import type { Client } from '../../../sql/pool.ts';
import { inTransaction } from '../../../sql/pool.ts';
import {
  insertCustomerKeys,
  insertProductKeys,
  streamKeys,
  updateRepresentatives,
} from '../../../sql/store/builds/keys.ts';
import { sharedInt32 } from '../shared-arrays.ts';
import type { Catalog } from '../source/catalog.ts';
import { encodeId, type IdTable } from '../source/id-table.ts';

export interface ProductKeys {
  /** Item index → key of the product that represents it. */
  readonly itemKey: Int32Array;
  /** Product index → key. */
  readonly productKey: Int32Array;
}

/** Assigns a key to every product of the catalog. Call with the build lock held. */
export async function assignProductKeys(client: Client, catalog: Catalog): Promise<ProductKeys> {
  const { products, itemOfProduct, items, idType } = catalog;
  const keyOf = sharedInt32(products.size).fill(-1);
  const productOf = new Map<number, number>();
  const known: Array<readonly [product: number, key: number, representative: number]> = [];
  let nextKey = 1;
  const text = 'select product_key, product_id::text, representative_key from couture.product_key';
  for await (const rows of batchesOf<[number, string, number]>(client, text)) {
    for (const [key, id, representative] of rows) {
      nextKey = Math.max(nextKey, key + 1);
      const bytes = encodeId(idType, id);
      const product = products.find(bytes, 0, bytes.length);
      if (product < 0) continue;
      keyOf[product] = key;
      productOf.set(key, product);
      known.push([product, key, representative]);
    }
  }
  const fresh = [...keyOf.keys()].filter((product) => keyOf[product]! < 0);
  for (const product of fresh) keyOf[product] = nextKey++;

  // A group keeps its representative, so that the lists of older builds stay valid.
  const representative = catalog.representative.slice();
  for (const [product, , representativeKey] of known) {
    const item = itemOfProduct[product]!;
    const before = productOf.get(representativeKey);
    if (item >= 0 && before !== undefined && itemOfProduct[before] === item) representative[item] = before;
  }
  const itemKey = sharedInt32(items);
  for (let item = 0; item < items; item++) itemKey[item] = keyOf[representative[item]!]!;
  const standsFor = (product: number) =>
    itemOfProduct[product]! >= 0 ? itemKey[itemOfProduct[product]!]! : keyOf[product]!;

  await inTransaction(client, async () => {
    const rows = fresh.map((product) => ({
      key: keyOf[product]!,
      id: products.text(product),
      representative: standsFor(product),
    }));
    await insertProductKeys(client, idType, rows);
    const moved = known.filter(([product, , before]) => standsFor(product) !== before);
    if (moved.length > 0) {
      await updateRepresentatives(
        client,
        moved.map(([, key]) => key),
        moved.map(([product]) => standsFor(product)),
      );
    }
  });
  return { itemKey, productKey: keyOf };
}

/** Assigns a key to every customer: index → key. Reads known keys by binary COPY, since they are the largest table. */
export async function assignCustomerKeys(
  client: Client,
  customers: IdTable,
  idType: IdType,
): Promise<Int32Array> {
  const keyOf = sharedInt32(customers.size).fill(-1);
  let nextKey = 1;
  const decoder = new CopyDecoder(2);
  for await (const chunk of streamKeys(client, 'customer')) {
    decoder.push(chunk as Buffer);
    while (decoder.next()) {
      const { bytes, start, length } = decoder;
      const key = int32(bytes, start[0]!);
      if (key >= nextKey) nextKey = key + 1;
      const customer = customers.find(bytes, start[1]!, length[1]!);
      if (customer >= 0) keyOf[customer] = key;
    }
  }
  decoder.finish();
  await inTransaction(client, () => insertCustomerKeys(client, idType, fresh()));
  return keyOf;

  function* fresh() {
    for (let customer = 0; customer < keyOf.length; customer++) {
      if (keyOf[customer]! >= 0) continue;
      keyOf[customer] = nextKey++;
      yield { key: keyOf[customer]!, id: customers.text(customer) };
    }
  }
}
