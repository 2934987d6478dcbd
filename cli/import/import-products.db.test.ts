// Refreshing prices and stock of imported products: what the file says changes, all else stays, and a running server sees it.
import { type TestDatabase, testDatabase } from '../../fixtures/database.ts';
import { djangoTables } from '../../fixtures/django-shop.ts';
import { assert, rejects, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { loadConfig } from '../../runtime/core/config.ts';
import { openLog } from '../../runtime/core/log.ts';
import { startServer } from '../../runtime/server.ts';
import { type Client, openClient } from '../../sql/pool.ts';
import { initPreset } from '../../sql/source/preset.ts';
import { quietProgress, type TestFolder, testFolder } from '../test-support/import-files.ts';
import { buildAgain } from '../test-support/sample-server.ts';
import { parseMapping } from './columns.ts';
import { importOrders } from './import-orders.ts';
import { type ImportProductsReport, importProducts } from './import-products.ts';

interface Context {
  database: TestDatabase;
  client: Client;
  folder: TestFolder;
}

const test = suite<Context>('import products');

test.beforeEach(async (context) => {
  context.folder = testFolder();
  context.database = await testDatabase();
  context.client = await openClient(context.database.url);
});
test.afterEach(async ({ client, database, folder }) => {
  await client?.end();
  await database?.drop();
  folder?.remove();
});

const catalogue =
  'sku,name,category,price,sale price,stock,tags,vendor\nA,Coat,Coats,90,,5,"warm, new",Lind\nB,Scarf,Scarves,20,,5,,Lind\nC,Hat,Hats,15,,0,,\n';

async function shop(context: Context): Promise<void> {
  const orders = Array.from(
    { length: 20 },
    (_, at) => `${at},c${at % 7},A,2024-03-01\n${at},c${at % 7},B,2024-03-01`,
  );
  const files = [context.folder.write('orders.csv', `order_id,customer_id,sku,date\n${orders.join('\n')}\n`)];
  const products = context.folder.write('products.csv', catalogue);
  const options = { mapping: parseMapping(''), strict: true, replace: false, keepServices: false };
  await importOrders(context.client, { files, products, ...options }, quietProgress);
}

function refresh(
  context: Context,
  text: string,
  options: { complete?: boolean; map?: string } = {},
): Promise<ImportProductsReport> {
  const file = context.folder.write('new.csv', text);
  const { complete = false, map = '' } = options;
  return importProducts(context.client, { file, mapping: parseMapping(map), complete });
}

async function products(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(
    `select concat_ws(' ', product_id, name, category, price, discounted_price, on_sale, inventory, tags, brand) as line
     from couture_source.product order by product_id`,
  );
  return rows.map(({ line }) => line);
}

test('columns of the file are set, all others stay, new products are added', async (context) => {
  await shop(context);
  const report = await refresh(context, 'sku,price,stock\nA,80,3\nB,20,5\nD,7.50,\n');
  const { added, changed, unchanged, absent, sold_out, sets } = report;
  assert.equal(
    { added, changed, unchanged, absent, sold_out },
    { added: 1, changed: 1, unchanged: 1, absent: 1, sold_out: 0 },
  );
  assert.equal(sets, ['price', 'inventory']);
  assert.equal(await products(context.client), [
    'A Coat Coats 80 f 3 {warm,new} Lind',
    'B Scarf Scarves 20 f 5 {} Lind',
    'C Hat Hats 15 f 0 {}',
    'D D 7.5 f 1 {}',
  ]);
});

test('a sale begins and ends with the file', async (context) => {
  await shop(context);
  await refresh(context, 'sku,price,sale price\nA,90,70\n');
  assert.is((await products(context.client))[0], 'A Coat Coats 90 70 t 5 {warm,new} Lind');
  await refresh(context, 'sku,price,sale price\nA,90,\n');
  assert.is((await products(context.client))[0], 'A Coat Coats 90 f 5 {warm,new} Lind');
});

test('a price at or below the sale price ends the sale', async (context) => {
  await shop(context);
  await refresh(context, 'sku,price,sale price\nA,90,70\n');
  await refresh(context, 'sku,price\nA,60\n');
  assert.is((await products(context.client))[0], 'A Coat Coats 60 f 5 {warm,new} Lind');
});

test('--complete takes what the file lacks out of stock', async (context) => {
  await shop(context);
  const { absent, sold_out } = await refresh(context, 'sku,stock\nA,4\n', { complete: true });
  assert.equal([absent, sold_out], [2, 1]);
  const { rows } = await context.client.query(
    'select product_id, inventory from couture_source.product order by 1',
  );
  assert.equal(
    rows.map(({ inventory }) => inventory),
    [4, 0, 0],
  );
});

test('a file with none of the known ids changes nothing, and the ids may stand in another column', async (context) => {
  await shop(context);
  const error = await rejects(
    () => refresh(context, 'sku,stock\nX1,4\nX2,5\n'),
    /No product of .*new\.csv \(X1, X2\)/,
  );
  assert.match((error as Error & { hint: string }).hint, '--map product_id');
  const report = await refresh(context, 'id,sku,stock\n71,A,9\n72,B,9\n73,C,9\n');
  assert.equal([report.changed, report.columns.product_id], [3, 'sku']);
});

test('without imported orders, the error says what to do first', async (context) => {
  const error = await rejects(() => refresh(context, 'sku,stock\nA,4\n'), /no imported orders/);
  assert.match((error as Error & { hint: string }).hint, 'couture import orders');
});

test('a database whose source views read a shop is refused, with imported products or without', async (context) => {
  const { client } = context;
  const refused = () => rejects(() => refresh(context, 'sku,price\nA,80\n'), /read the tables of a shop/);
  await client.query(djangoTables);
  await initPreset(client, 'django');
  await refused();
  await client.query('drop schema couture_source cascade');
  await shop(context);
  await initPreset(client, 'django', { replace: true });
  await refused();
});

test('a product file without products is refused by both commands', async (context) => {
  const file = context.folder.write('header.csv', 'sku,price\n');
  const orders = context.folder.write('o.csv', 'order_id,sku,date\n1,A,2024-03-01\n');
  const options = { mapping: parseMapping(''), strict: true, replace: true, keepServices: false };
  await rejects(
    () => importOrders(context.client, { files: [orders], products: file, ...options }, quietProgress),
    /header\.csv lists no product/,
  );
  await shop(context);
  await rejects(() => refresh(context, 'sku,price\n'), /new\.csv lists no product/);
});

test('a running server shows new prices and stock without a build', async (context) => {
  await shop(context);
  await buildAgain(context.database.url);
  const { config } = loadConfig({ directory: '/', env: {}, flags: { port: 0, rateLimit: 1e6, drain: 0 } });
  const server = await startServer({ config, databaseUrl: context.database.url, log: openLog('silent') });
  try {
    const together = async () => {
      const response = await fetch(`${server.url}/api/recommendations/bought-together/A`);
      return (await response.json()) as Array<{ id: string; price: number }>;
    };
    assert.equal(
      (await together()).map(({ id, price }) => [id, price]),
      [['B', 20]],
    );
    await refresh(context, 'sku,price\nB,24.5\n');
    await until(async () => (await together())[0]?.price === 24.5, 'the new price');
    await refresh(context, 'sku,stock\nB,0\n');
    await until(
      async () => (await together()).every(({ id }) => id !== 'B'),
      'the sold-out product to leave',
    );
  } finally {
    await server.close();
  }
});

test('a sold product that the product file lacks is in no list that a server answers', async (context) => {
  const orders = Array.from({ length: 40 }, (_, at) =>
    ['A', 'OLD', ...(at % 4 === 0 ? ['B'] : [])].map(
      (sku) => `${at},c${at % 9},${sku},2024-03-0${1 + (at % 9)}\n`,
    ),
  ).flat();
  const file = context.folder.write('orders.csv', `order_id,customer_id,sku,date\n${orders.join('')}`);
  const products = context.folder.write('products.csv', catalogue);
  const options = { mapping: parseMapping(''), strict: true, replace: false, keepServices: false };
  const report = await importOrders(context.client, { files: [file], products, ...options }, quietProgress);
  assert.is(report.unlisted_products, 1);
  await buildAgain(context.database.url);
  const { config } = loadConfig({ directory: '/', env: {}, flags: { port: 0, rateLimit: 1e6, drain: 0 } });
  const server = await startServer({ config, databaseUrl: context.database.url, log: openLog('silent') });
  const ask = async (path: string) => (await fetch(`${server.url}/api/${path}`)).json();
  try {
    const [first] = (await ask('recommendations/bought-together/A')) as Array<{ id: string }>;
    assert.is(first?.id, 'B', 'although OLD was bought with A four times as often');
    for (const list of [
      'bought-together/A',
      'bought-together/B',
      'similar/A',
      'you-may-like/A',
      'trending',
      'bundle/A',
    ])
      assert.not.match(JSON.stringify(await ask(`recommendations/${list}`)), 'OLD', list);
    // Orders still show it, and its page answers.
    const product = (await ask('products/OLD')) as { in_stock: boolean };
    assert.is(product.in_stock, false);
  } finally {
    await server.close();
  }
});
