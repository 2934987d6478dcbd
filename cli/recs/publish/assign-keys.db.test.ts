import { databaseSuite } from '../../../fixtures/database-suite.ts';
import { assert } from '../../../fixtures/suite.ts';
import { loadTinyShop, type TinyProduct } from '../../../fixtures/tiny-shop.ts';
import { adoptIdTypes, type IdType } from '../../../sql/id-types.ts';
import type { Client } from '../../../sql/pool.ts';
import { readCatalog } from '../source/catalog.ts';
import { encodeId, openIdTable } from '../source/id-table.ts';
import { assignCustomerKeys, assignProductKeys } from './assign-keys.ts';

const test = databaseSuite('assign keys', { migrated: true });

test('a product keeps its key forever; new products get the next keys, and no key is reused', async ({
  client,
}) => {
  assert.equal(await productKeys(client, ['b', 'd']), { b: 1, d: 2 });
  assert.equal(await productKeys(client, ['a', 'b', 'c', 'd']), { a: 3, b: 1, c: 4, d: 2 });
  assert.equal(await productKeys(client, ['a']), { a: 3 });
  assert.equal(await productKeys(client, ['a', 'd', 'e']), { a: 3, d: 2, e: 5 }, 'gone products keep theirs');
});

test('a product keeps representing its variants even if one with a lower id is added', async ({ client }) => {
  assert.equal(await productKeys(client, ['m', 'n'], { m: 'g', n: 'g' }), { m: 1 });
  assert.equal(
    await productKeys(client, ['a', 'm', 'n'], { a: 'g', m: 'g', n: 'g' }),
    { a: 1 },
    'the item is a, its key that of m',
  );
  assert.equal(await representatives(client), { a: 'm', m: 'm', n: 'm' });
});

test('a product that leaves its group represents itself; one without a price represents none', async ({
  client,
}) => {
  await productKeys(client, ['m', 'n', 'o'], { m: 'g', n: 'g', o: 'g' });
  await productKeys(client, ['m', 'n', 'o'], { m: 'g', o: 'g' });
  assert.equal(await representatives(client), { m: 'm', n: 'n', o: 'm' });
  await productKeys(client, ['m', 'n', 'o'], { m: 'g', n: 'g', o: 'g' }, ['m']);
  assert.equal(await representatives(client), { m: 'm', n: 'n', o: 'n' });
});

for (const [type, ids] of [
  ['bigint', ['-1', '9007199254740993', '5']],
  ['uuid', ['0190a5b4-1c2d-7e3f-8a4b-000000000001', '0190a5b4-1c2d-7e3f-8a4b-000000000000']],
  ['text', ['', 'ü', 'a\tb', 'x'.repeat(3_000)]],
] as const) {
  test(`customers with ${type} ids keep their keys`, async ({ client }) => {
    await loadTinyShop(client, { products: [], lines: [], watched: [] }, { customer: type });
    await adoptIdTypes(client);
    const first = await customerKeys(client, type, ids.slice(0, 1));
    assert.equal(first, [1]);
    assert.equal(
      await customerKeys(client, type, [...ids].reverse()),
      [...ids.keys()].reverse().map((at) => (at === 0 ? 1 : ids.length - at + 1)),
    );
    const { rows } = await client.query(
      'select customer_id::text as id from couture.customer_key order by 1',
    );
    assert.equal(rows.map((row) => row.id).sort(), [...ids].sort());
  });
}

test('keys of 200,000 customers are read back for any chunking of the stream', async ({ client }) => {
  const ids = Array.from({ length: 200_000 }, (_, n) => `customer ${n.toString(36)}`);
  const keys = await customerKeys(client, 'text', ids);
  assert.equal([keys[0], keys.at(-1)], [1, 200_000]);
  const again = await customerKeys(client, 'text', [...ids].reverse());
  assert.ok(again.every((key, at) => key === 200_000 - at));
});

/** Assigns keys to a catalog of these products; representative → key. */
async function productKeys(
  client: Client,
  ids: readonly string[],
  groups: Readonly<Record<string, string>> = {},
  free: readonly string[] = [],
): Promise<Record<string, number>> {
  const products = ids.map(
    (id): TinyProduct => ({
      id,
      price: free.includes(id) ? 0 : 1,
      ...(groups[id] ? { group: groups[id] } : {}),
    }),
  );
  await loadTinyShop(client, { products, lines: [], watched: [] });
  const catalog = await readCatalog(client, 'text', new AbortController().signal);
  const { itemKey: keys } = await assignProductKeys(client, catalog);
  return Object.fromEntries(
    Array.from(catalog.representative, (product, item) => [catalog.products.text(product), keys[item]!]),
  );
}

async function representatives(client: Client): Promise<Record<string, string>> {
  const { rows } = await client.query<{ id: string; stands: string }>(
    `select k.product_id as id, r.product_id as stands
     from couture.product_key k join couture.product_key r on r.product_key = k.representative_key order by 1`,
  );
  return Object.fromEntries(rows.map((row) => [row.id, row.stands]));
}

async function customerKeys(client: Client, type: IdType, ids: readonly string[]): Promise<number[]> {
  const table = openIdTable(type);
  for (const id of ids) {
    const bytes = encodeId(type, id);
    table.add(bytes, 0, bytes.length);
  }
  return Array.from(await assignCustomerKeys(client, table, type));
}
