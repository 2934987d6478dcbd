// Inspecting lists: products by id and name, variants, stock, reasons with names, and why a list is missing.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestDatabase, testDatabase } from '../../../../fixtures/database.ts';
import { assert, rejects, suite } from '../../../../fixtures/suite.ts';
import { loadTinyShop, type TinyShop } from '../../../../fixtures/tiny-shop.ts';
import type { CoutureError } from '../../../../runtime/core/errors.ts';
import { migrate } from '../../../../sql/migrate.ts';
import { type Client, openClient } from '../../../../sql/pool.ts';
import { buildHere } from '../../../test-support/fault-shop.ts';
import { inspectCustomer } from './customer.ts';
import { type InspectionInput, openInspection } from './inspection.ts';
import { findProduct, inspectProduct, type ProductMatches } from './product.ts';
import { inspectTrending } from './trending.ts';

/** Four dresses, one of them in two sizes; customers 501 to 504 buy dress and belt together. */
const shop: TinyShop = {
  products: [
    { id: '1', name: 'Linen Dress', category: 'Dresses', price: 80, group: 'linen' },
    { id: '2', name: 'Silk Dress', category: 'Dresses', price: 90, salePrice: 85.5 },
    { id: '3', name: '100% Cotton Belt', category: 'Belts', price: 20 },
    { id: '4', name: 'Scarf_blue', category: 'Belts', price: 25 },
    { id: '6', name: 'Coat', category: 'Coats', price: 0 },
    { id: '8', name: 'Linen Dress L', category: 'Dresses', price: 80, group: 'linen' },
  ],
  lines: [501, 502, 503, 504].flatMap((customer) => [
    { order: `${customer}1`, customer: `${customer}`, product: '1', at: '2024-03-01' },
    { order: `${customer}1`, customer: `${customer}`, product: '3', at: '2024-03-01' },
    { order: `${customer}2`, customer: `${customer}`, product: customer < 504 ? '2' : '8', at: '2024-03-05' },
  ]),
  watched: [
    { customer: '504', product: '4' },
    { customer: '600', product: '1' },
  ],
};

interface Context {
  database: TestDatabase;
  client: Client;
  home: string;
}

const test = suite<Context>('inspect');

test.before(async (context) => {
  context.database = await testDatabase();
  context.client = await openClient(context.database.url);
  context.home = mkdtempSync(path.join(os.tmpdir(), 'couture-inspect-'));
  await loadTinyShop(context.client, shop, { order: 'bigint', customer: 'bigint', product: 'bigint' });
  // Product 2 is sold out; of product 1 the other size is left.
  const { rows } = await context.client.query<{ text: string }>(
    `select pg_get_viewdef('couture_source.product'::regclass) as text`,
  );
  const view = rows[0]!.text.replace(
    /1 AS inventory/i,
    'case when product_id in (1, 2) then 0 else 5 end as inventory',
  );
  await context.client.query(`create or replace view couture_source.product as ${view}`);
  await migrate(context.client);
  await context.client.query(
    `insert into couture.watch_entry values ('504', '6'), ('504', 'of a former shop'), ('601', '1'), ('a former customer', '1')`,
  );
  await buildHere(
    { url: context.database.url, home: context.home },
    // In a shop this small, popularity would decide what customers are shown.
    {
      flags: {
        similarity: 'count',
        halfLife: 'none',
        model: { personalized: { repeat: {}, item_knn: {} } },
      },
    },
  );
});
test.after(async ({ client, database, home }) => {
  await client?.end();
  await database?.drop();
  rmSync(home, { recursive: true, force: true });
});

async function inspecting<T>(
  { database }: Context,
  look: (inspection: Awaited<ReturnType<typeof openInspection>>) => Promise<T>,
  input: Partial<InspectionInput> = {},
): Promise<T> {
  const inspection = await openInspection({ databaseUrl: database.url, sourceUrl: database.url, ...input });
  try {
    return await look(inspection);
  } finally {
    await inspection.close();
  }
}

const find = (context: Context, text: string) =>
  inspecting(context, (inspection) => findProduct(inspection, text));

test('a product is found by its id', async (context) => {
  assert.is(await find(context, '3'), '3');
});

test('a product is found by words of its name, in any order and case', async (context) => {
  assert.is(await find(context, 'dress SILK'), '2');
  assert.is(await find(context, '100%'), '3');
  assert.is(await find(context, 'f_b'), '4', 'an underscore is itself, and no wildcard');
});

test('a name shared only by variants finds their representative', async (context) => {
  assert.is(await find(context, 'linen'), '1');
});

test('several matches are listed, one per style, unless one has exactly that name', async (context) => {
  const found = (await find(context, 'dress')) as ProductMatches;
  assert.equal(
    [found.total, found.matches.map((match) => [match.id, match.name, match.price])],
    [
      2,
      [
        [2, 'Silk Dress', 85.5],
        [1, 'Linen Dress', 80],
      ],
    ],
  );
  assert.is(await find(context, 'coat'), '6');
});

test('ids and names that the shop does not have are unknown', async (context) => {
  for (const text of ['velvet', '999', '99999999999999999999', '%%', "'; drop"]) {
    await rejects(
      () => find(context, text),
      (error) => (error as CoutureError).code === 'product_unknown' && error.message.includes(text),
    );
  }
});

test('a product’s lists come with names, prices, counts and reasons', async (context) => {
  const { product, variant_of, lists, missing, build_id } = await inspecting(context, (inspection) =>
    inspectProduct(inspection, '1'),
  );
  assert.equal([build_id, product.id, product.name, variant_of], [1, 1, 'Linen Dress', null]);
  assert.equal(lists.bought_together?.[0], {
    rank: 1,
    id: 3,
    name: '100% Cotton Belt',
    category: 'Belts',
    price: 20,
    in_stock: true,
    score: 4,
    count: 4,
    reason: 'bought together in 4 orders',
    source: 'orders',
    relation: null,
    because_id: null,
  });
  assert.is(lists.similar?.[0]?.reason, '3 customers bought both');
  assert.is(lists.similar?.[0]?.in_stock, false, 'sold out');
  assert.equal([Object.keys(lists), missing], [['similar', 'bought_together', 'bundle'], {}]);
});

test('a variant has the lists of its group, and says so', async (context) => {
  const [one, other] = await inspecting(context, async (inspection) => [
    await inspectProduct(inspection, '1'),
    await inspectProduct(inspection, '8'),
  ]);
  assert.is(other!.product.name, 'Linen Dress L');
  assert.is(other!.variant_of?.id, 1);
  assert.equal(other!.lists, one!.lists);
  assert.is(one!.product.in_stock, true, 'of one of its sizes there is some left');
});

test('--kind and --limit restrict the lists', async (context) => {
  const { lists, missing } = await inspecting(
    context,
    (inspection) => inspectProduct(inspection, '1', ['bought_together']),
    { limit: 1 },
  );
  assert.equal([Object.keys(lists), lists.bought_together?.length, missing], [['bought_together'], 1, {}]);
});

test('a product without lists says why', async (context) => {
  await context.client.query(
    `insert into tiny.product (product_id, name, category, price) values (50, 'Brand New', 'Coats', 10)`,
  );
  const look = (id: string, input = {}) =>
    inspecting(context, async (inspection) => (await inspectProduct(inspection, id)).missing.similar, input);
  assert.is(await look('50'), 'It was added to the shop after build 1.');
  assert.is(await look('6'), 'It has no price above zero, so it cannot be sold.');
  const alone = await inspecting(context, (inspection) => inspectProduct(inspection, '2'));
  assert.is(
    alone.missing.bundle,
    'No product from another category is bought with it more often than by chance.',
  );
  assert.is(alone.lists.bought_together?.[0]?.source, 'category_affinity', 'that list is filled up');
  await buildHere(
    { url: context.database.url, home: context.home },
    { publish: false, flags: { kinds: 'trending' } },
  );
  assert.is(await look('1', { build: '2' }), 'Build 2 was made without this kind of list.');
});

test('a customer’s list names its causes, together with purchases and watch list', async (context) => {
  const found = await inspecting(context, (inspection) => inspectCustomer(inspection, '504'));
  assert.equal(found.customer, { id: 504, name: null });
  assert.equal(
    found.purchases.map((each) => [each.id, each.ordered_at?.slice(0, 10), each.quantity]),
    [
      [8, '2024-03-05', 1],
      [1, '2024-03-01', 1],
      [3, '2024-03-01', 1],
    ],
  );
  assert.equal(
    found.watch_list.map((each) => each.name),
    ['Scarf_blue', 'Coat'],
    'the shop’s own, and what couture keeps',
  );
  const [first] = found.lists.personalized ?? [];
  assert.is(first?.name, 'Silk Dress');
  assert.is(first?.reason, 'because you bought Linen Dress L', 'the variant of the newest order');
  assert.is(first?.because_id, 8);
});

test('a customer with only a watch list has a list because of it', async (context) => {
  const found = await inspecting(context, (inspection) => inspectCustomer(inspection, '600'));
  assert.is(found.lists.personalized?.[0]?.reason, 'because Linen Dress is on your watch list');
  const kept = await inspecting(context, (inspection) => inspectCustomer(inspection, '0601'));
  assert.is(kept.lists.personalized?.[0]?.reason, 'because Linen Dress is on your watch list');
});

test('a customer in no view is unknown; one without history is shown what is trending', async (context) => {
  for (const text of ['777', 'Ada', '']) {
    await rejects(
      () => inspecting(context, (inspection) => inspectCustomer(inspection, text)),
      (error) => (error as CoutureError).code === 'customer_unknown',
    );
  }
  await context.client.query(`create or replace view couture_source.customer as select 888::bigint as customer_id,
    'Ada'::text as name, null::text as email, null::text as locale, null::text as time_zone, null::timestamptz as created_at`);
  const found = await inspecting(context, (inspection) => inspectCustomer(inspection, '888'));
  assert.is(found.customer.name, 'Ada');
  assert.match(String(found.missing.personalized), 'shown what is trending');
});

test('trending and bestsellers are those of the shop, or of a category in any case', async (context) => {
  const [all, belts] = await inspecting(context, async (inspection) => [
    await inspectTrending(inspection, undefined),
    await inspectTrending(inspection, 'belts', ['bestseller']),
  ]);
  assert.equal(
    all!.lists.bestseller?.map((entry) => entry.id),
    [1, 3, 2],
  );
  assert.is(all!.category, null);
  assert.equal(
    [belts!.category, belts!.lists.bestseller?.map((entry) => entry.name)],
    ['Belts', ['100% Cotton Belt']],
  );
  await rejects(
    () => inspecting(context, (inspection) => inspectTrending(inspection, 'Hats')),
    (error) =>
      (error as CoutureError).code === 'bad_option' && /Belts, Dresses/.test((error as CoutureError).hint),
  );
});

test('the shop can be in another database than the lists', async (context) => {
  const replica = await testDatabase();
  const client = await openClient(replica.url);
  try {
    await loadTinyShop(
      client,
      { ...shop, products: shop.products.map((product) => ({ ...product, name: `${product.name} there` })) },
      { order: 'bigint', customer: 'bigint', product: 'bigint' },
    );
    const found = await inspecting(context, (inspection) => inspectProduct(inspection, '1'), {
      sourceUrl: replica.url,
    });
    assert.is(found.product.name, 'Linen Dress there');
    assert.is(found.lists.bought_together?.[0]?.name, '100% Cotton Belt there');
    const customer = await inspecting(context, (inspection) => inspectCustomer(inspection, '504'), {
      sourceUrl: replica.url,
    });
    assert.equal(
      customer.watch_list.map((each) => each.name),
      ['Scarf_blue there', 'Coat there'],
      'what couture keeps is in its own database',
    );
  } finally {
    await client.end();
    await replica.drop();
  }
});

test('a product that the shop no longer has keeps its place, without a name', async (context) => {
  const { rows } = await context.client.query<{ text: string }>(
    `select pg_get_viewdef('couture_source.product'::regclass) as text`,
  );
  const whole = rows[0]!.text.replace(/;\s*$/, '');
  await context.client.query(`create or replace view couture_source.product as
    select * from (${whole}) p where product_id <> 3`);
  try {
    const found = await inspecting(context, (inspection) => inspectProduct(inspection, '1'));
    assert.equal([found.lists.bought_together?.[0]?.id, found.lists.bought_together?.[0]?.name], [3, null]);
    const gone = await inspecting(context, (inspection) => inspectProduct(inspection, '3'));
    assert.is(gone.product.name, null);
  } finally {
    await context.client.query(`create or replace view couture_source.product as ${whole}`);
  }
});

test('a product without entries in a build of bundles alone is not called new', async (context) => {
  await buildHere(
    { url: context.database.url, home: context.home },
    { flags: { kinds: 'bundle', similarity: 'count', halfLife: 'none' }, force: true },
  );
  const { missing, lists } = await inspecting(context, (inspection) => inspectProduct(inspection, '2'));
  assert.equal(lists, {});
  assert.is(missing.bundle, 'No product from another category is bought with it more often than by chance.');
});
