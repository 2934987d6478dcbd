// The content checks name what a newcomer's views over Vendure get wrong: one mistake at a time, and all at once.
import { databaseSuite } from '../../../fixtures/database-suite.ts';
import { assert, rejects } from '../../../fixtures/suite.ts';
import { loadConfig } from '../../../runtime/core/config.ts';
import { CoutureError } from '../../../runtime/core/errors.ts';
import type { Client } from '../../../sql/pool.ts';
import { requireSource } from '../../../sql/source/source-views.ts';
import { plantShop } from '../../test-support/platforms/planted-shop.ts';
import { fillFile, loadTables, shopFile } from '../../test-support/platforms/platform-shop.ts';
import { buildAgain } from '../../test-support/sample-server.ts';
import { checkContent } from './check-content.ts';
import type { Finding } from './findings.ts';

const test = databaseSuite('content checks', { timeout: 120_000 });

const { config } = loadConfig({ directory: '/nowhere', env: {}, flags: {} });

/** Parts of the views, as somebody writes them who knows Vendure. */
const right = {
  // Dense, as the ids of a shop that never deleted a variant: they overlap with those of products.
  variantId: 'v.dense',
  soldId: 'v.dense',
  languages: `and pt."languageCode" = 'en'`,
  price: 's."priceWithTax" / 100.0',
  paid: 's."priceWithTax" / 100.0',
  category: `'Kind ' || p.id % 5`,
  picture: 'a.preview',
  url: `'/product/' || pt.slug`,
  inventory: '(select sum("stockOnHand")::int from stock_level k where k."productVariantId" = v.id)',
  placed: `where o."orderPlacedAt" is not null and o.state <> 'Cancelled'`,
  orderedAt: `o."orderPlacedAt" at time zone 'UTC'`,
  customer: 'o."customerId"',
  orderId: 'o.id',
};

type Parts = typeof right;

/** Mistake → what it does to the views, and the check that names it. */
const mistakes: Record<string, { parts: Partial<Parts>; check: string; level?: 'warn'; words: string }> = {
  'prices in cents': {
    parts: { price: 's."priceWithTax"', paid: 's."priceWithTax"' },
    check: 'price unit',
    level: 'warn',
    words: 'may be in cents',
  },
  'cents in the order lines only': {
    parts: { paid: 's."priceWithTax"' },
    check: 'unit price',
    words: 'unit_price is 100 ×',
  },
  'cents in the products only': {
    parts: { price: 's."priceWithTax"' },
    check: 'unit price',
    words: 'unit_price is 0.01 ×',
  },
  'rows of every language': {
    parts: { languages: '' },
    check: 'one row per product',
    words: 'rows for 300 products, such as',
  },
  'no category': { parts: { category: `''` }, check: 'categories', words: `category is '' for all` },
  'no stock': { parts: { inventory: '0' }, check: 'in stock', words: '0.0 %' },
  'no picture': { parts: { picture: 'null::text' }, check: 'pictures', level: 'warn', words: '0.0 %' },
  'no url': {
    parts: { url: 'null::text' },
    check: 'addresses',
    level: 'warn',
    words: 'no product has a url',
  },
  'ids that match by chance': {
    parts: { soldId: 'v."productId"' },
    check: 'ids',
    words: 'find their products by chance',
  },
  'prices without meaning, of ids that cannot match by chance': {
    parts: { variantId: `'variant_' || v.id`, soldId: `'variant_' || v.id`, paid: '10 + (l.id * 7919) % 50' },
    check: 'ids',
    level: 'warn',
    words: 'prices paid fit those of the products',
  },
  'carts and cancelled orders': {
    parts: { placed: '', orderedAt: 'o."updatedAt"' },
    check: 'statuses',
    words: 'AddingItems',
  },
  'carts without a date': {
    parts: { placed: '' },
    check: 'dates',
    level: 'warn',
    words: 'as those of carts',
  },
  'one date': { parts: { orderedAt: `now() - interval '1 day'` }, check: 'dates', words: 'one date for all' },
  'no customers': {
    parts: { customer: 'null::int' },
    check: 'customers',
    words: 'no order line has a customer',
  },
  'customers by another id': {
    parts: { customer: 'o."customerId" + 1000' },
    check: 'known customers',
    words: '0.0 %',
  },
  'an order per line': { parts: { orderId: 'l.id' }, check: 'order size', words: '0.0 % of the orders' },
};

async function createViews(client: Client, changes: Partial<Parts> = {}): Promise<void> {
  const part = { ...right, ...changes };
  await client.query(`
    drop schema if exists couture_source cascade;
    create schema couture_source;
    create view couture_source.product as
      select ${part.variantId} as product_id, pt.name, pt.description, ${part.category} as category, ${part.price} as price,
             null::numeric as discounted_price, false as on_sale, ${part.picture} as image_url, 0::real as rating, 0 as review_count,
             false as featured, ${part.inventory} as inventory, '{}'::text[] as tags, null::int as group_id, ${part.url} as url
      from public.variant v join product p on p.id = v."productId"
      join product_translation pt on pt."baseId" = p.id ${part.languages}
      join search_index_item s on s."productVariantId" = v.id and s."channelId" = 1 and s."languageCode" = 'en'
      left join asset a on a.id = p."featuredAssetId";
    create view couture_source.order_line as
      select ${part.orderId} as order_id, ${part.customer} as customer_id, ${part.soldId} as product_id, l.quantity,
             ${part.paid} as unit_price, ${part.orderedAt} as ordered_at
      from order_line l join "order" o on o.id = l."orderId" join public.variant v on v.id = l."productVariantId"
      join search_index_item s on s."productVariantId" = v.id and s."channelId" = 1 and s."languageCode" = 'en' ${part.placed};
    create view couture_source.customer as
      select id as customer_id, "firstName" as name, "emailAddress" as email, null::text as locale, null::text as time_zone,
             "createdAt" as created_at from customer;
    create view couture_source.watchlist as
      select c.id as customer_id, ${part.variantId} as product_id from customer c, public.variant v where false`);
  await requireSource(client);
}

/** Findings that are not ok, by check. */
async function problems(client: Client): Promise<Map<string, Finding>> {
  const findings = await checkContent(client, config);
  return new Map(findings.filter((each) => each.level !== 'ok').map((each) => [each.check, each]));
}

async function fillVendure(client: Client, tables: string): Promise<void> {
  await loadTables(client, tables);
  await plantShop(client, { outfits: 20, kinds: 5, sizes: 3, customers: 150, orders: 1_200, noise: 0.15 });
  await client.query(fillFile('vendure-fill.sql'));
  await client.query(
    'create table public.variant as select *, (row_number() over (order by id))::int as dense from product_variant; analyze',
  );
}

const schema = shopFile('vendure.schema.sql');
if (!schema) test.skip('views over Vendure (vendure.schema.sql is not there)');
else {
  test('right views pass; each mistake alone is named by one check', async ({ client }) => {
    await fillVendure(client, schema);
    await createViews(client);
    assert.equal([...(await problems(client)).values()], []);
    for (const [mistake, { parts, check, level = 'fail', words }] of Object.entries(mistakes)) {
      await createViews(client, parts);
      const found = await problems(client);
      const finding = found.get(check);
      assert.ok(finding, `${mistake}: ${[...found.keys()]}`);
      assert.is(finding.level, level, mistake);
      assert.match(finding.words, words);
      assert.ok(finding.remedy.length > 20, mistake);
    }
  });

  test('all mistakes of a first try are named at once, and nothing is published', async ({
    client,
    database,
  }) => {
    await fillVendure(client, schema);
    const all = [
      'prices in cents',
      'rows of every language',
      'no category',
      'no stock',
      'no picture',
      'no url',
      'ids that match by chance',
      'carts and cancelled orders',
      'one date',
      'no customers',
    ].map((name) => mistakes[name]!);
    await createViews(client, Object.assign({}, ...all.map(({ parts }) => parts)));
    const found = await problems(client);
    assert.equal(
      all.filter(({ check, level = 'fail' }) => found.get(check)?.level !== level),
      [],
    );
    const error = await rejects(
      () => buildAgain(database.url, {}, false),
      (each) => each instanceof CoutureError && each.code === 'source_implausible',
    );
    const stopping = ['one row per product', 'ids', 'unit price', 'in stock', 'statuses'];
    for (const { check, level } of all)
      if (!level && stopping.includes(check)) assert.match(error.message, `- ${check}: `);
    assert.ok(stopping.filter((check) => error.message.includes(`- ${check}: `)).length >= 3, error.message);
    for (const check of ['categories', 'dates', 'customers']) assert.not.match(error.message, `- ${check}: `);
    const { rows } = await client.query('select count(*)::int as builds from couture.build');
    assert.equal(rows, [{ builds: 0 }]);
  });
}

/** Views of 60 products and 9 customers; order lines come from `createLines`. */
async function createPlainShop(client: Client, price: string): Promise<void> {
  await client.query(`
    create schema couture_source;
    create view couture_source.product as
      select n as product_id, 'P' || n as name, 'C' || n % 3 as category, ${price} as price, null::int as inventory,
             'https://shop.example/p.jpg' as image_url, 'https://shop.example/' || n as url from generate_series(1, 60) n;
    create view couture_source.customer as select n as customer_id from generate_series(1, 9) n;
    create view couture_source.watchlist as select 1 as customer_id, 1 as product_id where false`);
}

async function createLines(client: Client, unitPrice: string, currency: string): Promise<void> {
  await client.query(`create or replace view couture_source.order_line as
    select n / 2 as order_id, 1 + n % 9 as customer_id, 1 + n % 60 as product_id, 1 as quantity, ${unitPrice} as unit_price,
           now() - n * interval '5 hours' as ordered_at, ${currency} as currency from generate_series(1, 400) n`);
}

test('high prices without fractions are a warning, and normal in a currency without decimals', async ({
  client,
}) => {
  await createPlainShop(client, '1980 + n * 37');
  await createLines(client, '1980 + (1 + n % 60) * 37', `'JPY'`);
  assert.equal([...(await problems(client)).keys()], ['currencies'], 'prices are shown in EUR');
  await createLines(client, '1980 + (1 + n % 60) * 37', `'EUR'`);
  assert.equal(
    [...(await problems(client)).values()].map(({ check, level }) => [check, level]),
    [['price unit', 'warn']],
  );
});

test('unit prices of other currencies are not compared with prices', async ({ client }) => {
  // Half of the lines are in yen, at 150 for a euro.
  const paid = '(20.5 + n % 60) * case when n / 2 % 2 = 0 then 150 else 1 end';
  await createPlainShop(client, '19.5 + n');
  await createLines(client, paid, `case when n / 2 % 2 = 0 then ' jpy ' else 'EUR' end`);
  const found = await problems(client);
  assert.equal([...found.keys()], ['currencies']);
  assert.match(
    found.get('currencies')!.words,
    /^order lines are in 2 currencies: (?:EUR|JPY) 50(?:\.\d)? %, (?:EUR|JPY) 50(?:\.\d)? %; prices are compared in EUR alone$/,
  );
  await createLines(client, paid, 'null::text');
  const mixed = await problems(client);
  assert.ok(mixed.has('unit price') || mixed.has('ids'), [...mixed.keys()].join());
  assert.not.ok(mixed.has('currencies'));
});

test('ids of lines that only differ in writing from those of the products are named', async ({ client }) => {
  await createPlainShop(client, '19.5 + n');
  await createLines(client, '20.5 + n % 60', `'EUR'`);
  const { rows } = await client.query<{ product: string; line: string }>(
    `select pg_get_viewdef('couture_source.product') as product, pg_get_viewdef('couture_source.order_line') as line`,
  );
  const definitions = rows[0]!;
  const writings: ReadonlyArray<readonly [ofProducts: string, ofLines: string]> = [
    [`'sku-' || product_id`, `case when random() < 0.5 then 'SKU-' else 'sku-' end || product_id`],
    [`'A' || product_id`, `'A' || product_id || repeat(' ', (product_id % 2)::int)`],
    [`product_id::text`, `lpad(product_id::text, 6, '0')`],
    [`'0' || product_id`, `product_id::text`],
  ];
  for (const [ofProducts, ofLines] of writings) {
    await client.query(`
      drop view couture_source.product, couture_source.order_line;
      create view couture_source.product as select (${ofProducts})::text as product_id, name, category, price, inventory, image_url, url
        from (${definitions.product.replace(';', '')}) p;
      create view couture_source.order_line as select order_id, customer_id, (${ofLines})::text as product_id, quantity, unit_price, ordered_at, currency
        from (${definitions.line.replace(';', '')}) l;
      create or replace view couture_source.watchlist as select 1 as customer_id, 1 as product_id where false`);
    const finding = (await problems(client)).get('known products');
    assert.is(finding?.level, 'fail', ofLines);
    assert.match(finding!.words, 'in letter case, spaces or leading zeros only');
  }
});

test('refunds in tables that the view of order lines does not read are named, with what takes them off', async ({
  client,
}) => {
  await createPlainShop(client, '19.5 + n');
  await client.query(`
    create table public.orders (order_id int primary key, placed timestamptz, state text);
    insert into public.orders select n, now() - n * interval '5 hours', case when n % 10 = 0 then 'cancelled' else 'paid' end from generate_series(1, 200) n;
    create table public.order_item (id int primary key, order_id int references public.orders, sku int, quantity int);
    insert into public.order_item select n, 1 + n / 2, 1 + n % 60, 2 from generate_series(1, 398) n;
    create table public.payment (id int primary key, order_id int references public.orders);
    insert into public.payment select 1000 + order_id, order_id from public.orders`);
  const createView = (columns = '', where = '') =>
    client.query(`
      drop view if exists couture_source.order_line;
      create view couture_source.order_line as
        select o.order_id, 1 + l.id % 9 as customer_id, l.sku as product_id, l.quantity, 19.5 + l.sku as unit_price, o.placed as ordered_at ${columns}
        from public.order_item l join public.orders o using (order_id) where o.state <> 'cancelled' ${where}`);
  const finding = async () => (await problems(client)).get('returns');
  await createView();
  assert.is(await finding(), undefined, 'no refunds');

  await client.query(`
    create table public.return_reason (id int primary key, order_id int references public.orders);
    insert into public.return_reason select order_id, order_id from public.orders;
    create table public.order_note (id int primary key, order_id int references public.orders);
    insert into public.order_note select order_id, order_id from public.orders;
    create table public.refund (id int primary key, payment_id int references public.payment, amount numeric);
    insert into public.refund select order_id, 1000 + order_id, 5 from public.orders where state = 'cancelled'`);
  assert.is(await finding(), undefined, 'only of orders that do not count');
  await client.query(
    'insert into public.refund select n, 1000 + n, 5 from generate_series(1, 19) n where n <> 10',
  );
  const ofPayments = await finding();
  assert.is(ofPayments?.level, 'warn');
  assert.match(ofPayments!.words, '10.0 % of the orders that count have rows in public.refund (18 of 180)');
  assert.match(
    ofPayments!.remedy,
    'not exists (select from public.refund r join public.payment t1 on t1.id = r.payment_id where t1.order_id = o.order_id',
  );

  await client.query(`
    create table public.returned_item (order_item_id int references public.order_item, returned_qty int, state text);
    insert into public.returned_item select n, 1, 'accepted' from generate_series(1, 9) n`);
  const ofLines = await finding();
  assert.match(ofLines!.words, 'public.returned_item, public.refund');
  assert.match(ofLines!.remedy, /The column state may tell/);
  const [returned] = /coalesce\(.* as returned_quantity/.exec(ofLines!.remedy)!;
  await createView(`, ${returned}`);
  assert.is(await finding(), undefined, 'the view as the remedy says');

  await createView();
  await client.query(`
    drop table public.refund, public.returned_item;
    create table public.ps_order_slip (id_order_slip int primary key, id_order int);
    insert into public.ps_order_slip select n, n from generate_series(1, 9) n`);
  assert.match((await finding())!.remedy, 'from public.ps_order_slip r where r.id_order = o.order_id');
  await client.query('alter table public.order_item add column refunded_qty int not null default 0');
  await createView('', 'and l.quantity > l.refunded_qty');
  assert.is(await finding(), undefined, 'the view reads what was refunded of a line');
  await createView('', 'and not exists (select from public.ps_order_slip s where s.id_order = o.order_id)');
  assert.is(await finding(), undefined, 'the view reads them');
});
