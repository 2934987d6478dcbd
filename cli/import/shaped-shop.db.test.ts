// One shop in the forms of several platforms: the same lists from each, found again as planted, and never from undone orders.
import { type TestDatabase, testDatabase } from '../../fixtures/database.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { type Client, openClient } from '../../sql/pool.ts';
import { quietProgress, type TestFolder, testFolder } from '../test-support/import-files.ts';
import { buildAgain } from '../test-support/sample-server.ts';
import {
  plainFiles,
  type ShapedFiles,
  shapedShop,
  shopifyFiles,
  wooCommerceFiles,
} from '../test-support/shaped-shop.ts';
import { parseMapping } from './columns.ts';
import { importOrders } from './import-orders.ts';

interface Context {
  database: TestDatabase;
  client: Client;
  folder: TestFolder;
  plain: Entry[];
}
interface Entry {
  readonly kind: string;
  readonly subject: string;
  readonly rank: number;
  readonly item_id: string;
}

const test = suite<Context>('shaped shop');
const shop = shapedShop();

test.before(async (context) => {
  context.folder = testFolder();
  context.database = await testDatabase();
  context.client = await openClient(context.database.url);
  context.plain = await lists(context, plainFiles(shop));
});
test.after(async ({ client, database, folder }) => {
  await client?.end();
  await database?.drop();
  folder?.remove();
});

async function lists({ client, database, folder }: Context, files: ShapedFiles): Promise<Entry[]> {
  const orders = folder.write('orders.csv', files.orders);
  const products = folder.write('products.csv', files.products);
  const options = { mapping: parseMapping(''), strict: true, replace: true, keepServices: false };
  const report = await importOrders(client, { files: [orders], products, ...options }, quietProgress);
  assert.equal([report.filled.times, report.unlisted_products, report.counted.products], [0, 0, 32]);
  await buildAgain(database.url);
  const { rows } = await client.query<Entry>(
    `select kind, subject, rank, item_id from couture.recommendation
     where build_id = (select build_id from couture.published) order by kind, subject, rank`,
  );
  return rows;
}

function firsts(entries: readonly Entry[], most = 1): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { kind, subject, rank, item_id } of entries) {
    if (kind === 'bought_together' && rank <= most)
      found.set(subject, [...(found.get(subject) ?? []), item_id]);
  }
  return found;
}

test('every product has its planted partner first, and no pair comes from undone orders', ({ plain }) => {
  for (const [sku, partner] of shop.partners) assert.equal(firsts(plain).get(sku), [partner], sku);
  for (const [one, other] of shop.undone) assert.not.ok(firsts(plain, 3).get(one)?.includes(other), one);
  const kinds = new Set(plain.map(({ kind }) => kind));
  for (const kind of ['similar', 'bought_together', 'personalized']) assert.ok(kinds.has(kind), kind);
});

for (const [name, files] of [
  ['Shopify’s form, with order facts on first rows', shopifyFiles(shop)],
  ['Shopify’s form, with order facts on last rows', shopifyFiles(shop, 'last')],
  ['WooCommerce’s form', wooCommerceFiles(shop)],
] as const) {
  test(`${name} gives the same lists as plain files`, async (context) => {
    const entries = await lists(context, files);
    assert.ok(entries.length > 500, `${entries.length} entries`);
    assert.equal(entries, context.plain);
  });
}
