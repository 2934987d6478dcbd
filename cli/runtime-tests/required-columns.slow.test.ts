// A shop whose views have the required columns alone, from doctor and build to the widgets' JSON; then with all columns.
import { testDatabase } from '../../fixtures/database.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { loadTinyShop } from '../../fixtures/tiny-shop.ts';
import { signToken } from '../../runtime/auth/sign-token.ts';
import { loadConfig } from '../../runtime/core/config.ts';
import { openLog } from '../../runtime/core/log.ts';
import { startServer } from '../../runtime/server.ts';
import { openClient } from '../../sql/pool.ts';
import { audienceSql, segments } from '../../sql/store/push/segments.ts';
import { runChecks } from '../doctor/checks.ts';
import { runCommand } from '../test-support/run-command.ts';
import { type Body, buildAgain, secret } from '../test-support/sample-server.ts';

const test = suite('required columns');

const requiredViews = `
  drop schema couture_source cascade;
  create schema couture_source;
  create view couture_source.product as select product_id, name, category, price, 5 as inventory from tiny.product;
  create view couture_source.order_line as
    select order_id, customer_id, product_id, quantity, 12.5::numeric as unit_price, ordered_at from tiny.order_line;
  create view couture_source.watchlist as select customer_id, product_id from tiny.watchlist;
  create view couture_source.customer as select distinct customer_id from tiny.order_line where customer_id is not null;`;

/** Adds every optional column. */
const allViews = `
  create or replace view couture_source.product as
    select product_id, name, category, price, 5 as inventory, description, price * 0.8 as discounted_price,
      product_id = 3 as on_sale, '/media/' || product_id || '.jpg' as image_url, 4.5::real as rating, 7 as review_count,
      false as featured, tags, group_id, '/p/' || product_id as url, 'h-' || product_id as handle, 'Maison' as brand,
      1.5 as cost, timestamptz '2024-01-01' as created_at, '{}'::jsonb as attributes, 'All > ' || category as category_path,
      'Navy' as colour, 'M' as size, '#26324f' as swatch
    from tiny.product;
  create or replace view couture_source.order_line as
    select order_id, customer_id, product_id, quantity, 12.5::numeric as unit_price, ordered_at, 'EUR' as currency,
      'web' as channel, 0 as returned_quantity
    from tiny.order_line;
  create or replace view couture_source.customer as
    select distinct customer_id, 'Ada' as name, 'ada@example.com' as email, 'de-AT' as locale, 'Europe/Vienna' as time_zone,
      timestamptz '2024-01-01' as created_at
    from tiny.order_line where customer_id is not null;`;

async function openShop(views: string) {
  const database = await testDatabase();
  const client = await openClient(database.url);
  const product = (id: number, name: string, price: number, category: string) => ({
    id: `${id}`,
    name,
    price,
    category,
  });
  await loadTinyShop(
    client,
    {
      products: [
        product(1, 'Linen Dress', 80, 'Dresses'),
        product(2, 'Silk Dress', 90, 'Dresses'),
        product(3, 'Cotton Belt', 20, 'Belts'),
        product(4, 'Blue Scarf', 25, 'Scarves'),
      ],
      lines: Array.from({ length: 20 }, (_, n) => n).flatMap((order) =>
        (order % 2 ? [2] : [1, 3, 4]).map((id) => ({
          order: `${order + 1}`,
          customer: `${501 + order}`,
          product: `${id}`,
          at: `2024-03-${String(order + 1).padStart(2, '0')}`,
        })),
      ),
      watched: [{ customer: '501', product: '2' }],
    },
    { product: 'bigint', customer: 'bigint', order: 'bigint' },
  );
  await client.query(views);
  await buildAgain(database.url);
  const { config } = loadConfig({
    directory: '/',
    env: {},
    flags: { port: 0, jwtSecret: secret, cardAge: 0 },
  });
  const server = await startServer({ config, databaseUrl: database.url, log: openLog('silent') });
  const token = await signToken(secret, { sub: '501', roles: ['customer'], lifetime: 600 });
  return {
    client,
    config,
    url: database.url,
    async ask(path: string): Promise<Body> {
      const response = await fetch(server.url + path, { headers: { Authorization: `Bearer ${token}` } });
      assert.is(response.status, 200, path);
      return response.json();
    },
    async close() {
      await server.close();
      await client.end();
      await database.drop();
    },
  };
}

type Shop = Awaited<ReturnType<typeof openShop>>;

async function doctorLine(shop: Shop, name: string): Promise<string> {
  const { checks } = await runChecks({
    config: shop.config,
    database: async () => shop.url,
    source: async () => shop.url,
  });
  assert.equal(
    checks.filter(({ state }) => state === 'fail'),
    [],
  );
  return checks.find((check) => check.name === name)!.detail;
}

/** What every reader of products and customers says. */
async function everyReader(shop: Shop): Promise<Record<string, Body>> {
  const answers: Record<string, Body> = {};
  for (const path of [
    '/api/recommendations/similar/1',
    '/api/recommendations/bought-together/1',
    '/api/recommendations/bundle/1',
    '/api/recommendations/trending',
    '/api/recommendations/personalized',
    '/api/products/1',
    '/api/products?q=dress',
    '/api/orders',
    '/api/watchlist',
  ]) {
    answers[path] = await shop.ask(path);
  }
  for (const segment of Object.keys(segments)) {
    const { condition, values } = audienceSql({ segment, argument: '3' }, 1);
    await shop.client.query(`select from couture.push_subscription s where ${condition}`, [...values]);
  }
  const run = (...args: string[]) => runCommand(args, { cwd: '/tmp', env: { DATABASE_URL: shop.url } });
  for (const args of [
    ['recs', 'inspect', 'linen'],
    ['recs', 'inspect', '--customer', '501'],
    ['recs', 'evaluate', '--json', '--folds', '1'],
  ]) {
    const { code, stdout, stderr } = await run(...args);
    assert.ok(!/does not exist/.test(stderr), stderr);
    answers[args.join(' ')] = [code, stdout];
  }
  return answers;
}

test('a shop with the required columns alone is built and served', async () => {
  const shop = await openShop(requiredViews);
  try {
    const answers = await everyReader(shop);
    const together = answers['/api/recommendations/bought-together/1'];
    assert.equal(
      together
        .slice(0, 2)
        .map(({ id }: Body) => id)
        .sort(),
      [3, 4],
    );
    const { name, price, discounted_price, on_sale, image_url, rating } = together.find(
      ({ id }: Body) => id === 3,
    );
    assert.equal(
      { name, price, discounted_price, on_sale, image_url, rating },
      { name: 'Cotton Belt', price: 20, discounted_price: null, on_sale: false, image_url: null, rating: 0 },
    );
    assert.is(answers['/api/products/1'].name, 'Linen Dress');
    assert.match(
      await doctorLine(shop, 'view product'),
      'no column handle: product links by handle aren’t recognized',
    );
  } finally {
    await shop.close();
  }
});

test('columns that the shop adds are served without a restart', async () => {
  const shop = await openShop(requiredViews);
  try {
    const before = (await everyReader(shop))['/api/recommendations/bought-together/1'];
    await shop.client.query(allViews);
    const answers = await everyReader(shop);
    const belt = answers['/api/recommendations/bought-together/1'].find(({ id }: Body) => id === 3);
    assert.equal(
      [belt.discounted_price, belt.on_sale, belt.image_url, belt.rating, belt.colour, belt.size, belt.swatch],
      [16, true, '/media/3.jpg', 4.5, 'Navy', 'M', '#26324f'],
    );
    await buildAgain(shop.url);
    const ids = (list: Body) => list.map(({ id }: Body) => id);
    assert.equal(ids((await everyReader(shop))['/api/recommendations/bought-together/1']), ids(before));
    assert.match(await doctorLine(shop, 'view product'), /^20 valid columns$/);
  } finally {
    await shop.close();
  }
});
