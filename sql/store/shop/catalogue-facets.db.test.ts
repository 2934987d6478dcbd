// Colours and sizes: products filtered by both, counted, found by index; and search results ranked by sales.
import { openWares, type Wares } from '../../../fixtures/catalogue-shop.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { cataloguePage } from './catalogue.ts';
import { catalogueFacets } from './catalogue-facets.ts';
import { refreshCatalogue } from './catalogue-refresh.ts';
import { type CatalogueFilter, noFilter } from './catalogue-selection.ts';

const test = suite<{ wares: Wares }>('catalogue facets');

test.beforeEach(async (context) => {
  context.wares = await openWares();
});
test.afterEach(({ wares }) => wares?.close());

/** A dress in three variants, a coat, boots, and a ring without a colour. */
async function dressUp({ add, pool }: Wares): Promise<void> {
  const dress = { group_id: '1', name: 'Linen Dress', category: 'Dresses', inventory: 3 };
  const navy = { colour: 'Navy', swatch: '#26324F' };
  await add(
    { product_id: '1', ...dress, ...navy, size: 'M' },
    { product_id: '2', ...dress, ...navy, size: 'L', inventory: 0 },
    { product_id: '3', ...dress, colour: 'Rust', swatch: 'red;}', size: 'S' },
    { product_id: '4', name: 'Linen Coat', category: 'Coats', colour: ' navy ', size: 'M', price: 90 },
    { product_id: '5', name: 'Boots', category: 'Shoes', colour: 'Rust', size: '38' },
    { product_id: '6', name: 'Ring', category: 'Rings', size: '52' },
    { product_id: '7', name: 'Bag', category: 'Bags' },
  );
  await refreshCatalogue(pool);
}

async function listed({ pool }: Wares, filter: Partial<CatalogueFilter>): Promise<string> {
  const query = { category: undefined, text: undefined, after: undefined, limit: 24 } as const;
  const page = await cataloguePage(pool, { ...query, sort: 'price', filter: { ...noFilter, ...filter } });
  return page.rows.map((row) => row.variants[0]).join(' ');
}

async function counted(
  { pool }: Wares,
  filter: Partial<CatalogueFilter> = {},
  of: { category?: string; text?: string; loosened?: boolean } = {},
): Promise<string> {
  const { category, text, loosened = false } = of;
  const asked = { category, text, loosened, filter: { ...noFilter, ...filter } };
  const { colours, sizes } = await catalogueFacets(pool, asked);
  return [colours, sizes]
    .map((values) => values.map((each) => `${each.name} ${each.count}`).join(', '))
    .join(' | ');
}

test('a product passes if one of its variants has one of the colours, one of the sizes and stock', async ({
  wares,
}) => {
  await dressUp(wares);
  assert.is(await listed(wares, { colours: ['Navy'] }), '1 4');
  assert.is(await listed(wares, { colours: ['Navy', 'Rust'] }), '1 5 4');
  assert.is(await listed(wares, { sizes: ['S', '38'] }), '1 5');
  // The dress comes in rust and in M, but not in both.
  assert.is(await listed(wares, { colours: ['Rust'], sizes: ['M'] }), '');
  assert.is(await listed(wares, { colours: ['Navy'], sizes: ['L'] }), '1');
  assert.is(await listed(wares, { colours: ['Navy'], sizes: ['L'], inStock: true }), '');
  assert.is(await listed(wares, { sizes: ['M'], inStock: true, maxCents: 2_000 }), '1');
  assert.is(await listed(wares, { colours: ["x' or true --", ''] }), '');
});

test('products are counted, not variants; a facet ignores its own choice and follows all others', async ({
  wares,
}) => {
  await dressUp(wares);
  assert.is(await counted(wares), 'Navy 2, Rust 2 | M 2, 38 1, 52 1, L 1, S 1');
  assert.is(await counted(wares, { colours: ['Rust'] }), 'Navy 2, Rust 2 | 38 1, S 1');
  assert.is(await counted(wares, { sizes: ['M'] }), 'Navy 2 | M 2, 38 1, 52 1, L 1, S 1');
  assert.is(await counted(wares, { inStock: true }), 'Navy 2, Rust 2 | M 2, 38 1, 52 1, S 1');
  assert.is(await counted(wares, { maxCents: 2_000 }), 'Rust 2, Navy 1 | 38 1, 52 1, L 1, M 1, S 1');
  assert.is(await counted(wares, {}, { category: 'Shoes' }), 'Rust 1 | 38 1');
  assert.is(await counted(wares, {}, { text: 'linen' }), 'Navy 2, Rust 1 | M 2, L 1, S 1');
  assert.is(await counted(wares, {}, { text: 'boots ring', loosened: true }), 'Rust 1 | 38 1, 52 1');
  assert.is(await counted(wares, {}, { category: 'Bags' }), ' | ');
});

test('options after the size are choices of their own, and one variant must have what is chosen', async ({
  wares,
}) => {
  const shirt = { group_id: '1', category: 'Shirts' };
  await wares.add(
    { product_id: '1', ...shirt, colour: 'Navy', size: 'M / Linen', inventory: 3 },
    { product_id: '2', ...shirt, colour: 'Navy', size: 'L / Wool', inventory: 0 },
    { product_id: '3', ...shirt, colour: 'Rust', size: 'M / Wool', inventory: 3 },
    { product_id: '4', category: 'Shirts', size: 'L / Linen', price: 90 },
    { product_id: '5', category: 'Shirts', size: 'Linen', price: 95 },
  );
  await refreshCatalogue(wares.pool);
  assert.is(await listed(wares, { sizes: ['M'] }), '1');
  const of = (...names: string[]) => ({ options: [{ title: undefined, names }] });
  assert.is(await listed(wares, of('Linen')), '1 4 5');
  assert.is(await listed(wares, { sizes: ['L'], ...of('Linen') }), '4');
  assert.is(await listed(wares, { sizes: ['L'], ...of('Wool'), inStock: true }), '');
  assert.is(await listed(wares, { colours: ['Navy'], sizes: ['M'], ...of('Wool') }), '');
  assert.is(await listed(wares, { colours: ['Rust'], sizes: ['M', 'L'], ...of('Wool', 'Linen') }), '1');
  const filter = { ...noFilter, sizes: ['L'] };
  const facets = await catalogueFacets(wares.pool, {
    category: 'Shirts',
    text: undefined,
    loosened: false,
    filter,
  });
  assert.equal(
    [facets.sizes, facets.options].map((values) => values.map(({ name, count }) => `${name} ${count}`)),
    [
      ['Linen 3', 'L 2', 'M 1', 'Wool 1'],
      ['L 2', 'Linen 1', 'Wool 1'],
    ],
  );
});

test('options of different titles narrow each other, those of one title do not', async ({ wares }) => {
  const shirt = { group_id: '1', category: 'Shirts' };
  await wares.add(
    { product_id: '1', ...shirt, size: 'M / Fit: Slim / Material: Linen' },
    { product_id: '2', ...shirt, size: 'M / Fit: Wide / Material: Wool' },
    { product_id: '3', category: 'Shirts', size: 'L / Fit: Wide / Material: Linen', price: 90 },
  );
  await refreshCatalogue(wares.pool);
  const material = (...names: string[]) => ({
    title: 'Material',
    names: names.map((name) => `Material: ${name}`),
  });
  const wide = { title: 'Fit', names: ['Fit: Wide'] };
  assert.is(await listed(wares, { options: [material('Linen')] }), '1 3');
  assert.is(await listed(wares, { options: [material('Linen', 'Wool')] }), '1 3');
  assert.is(await listed(wares, { options: [material('Linen'), wide] }), '3');
  assert.is(await listed(wares, { sizes: ['M'], options: [material('Linen'), wide] }), '');
  const { options } = await catalogueFacets(wares.pool, {
    category: 'Shirts',
    text: undefined,
    loosened: false,
    filter: { ...noFilter, options: [material('Linen'), wide] },
  });
  assert.equal(options.map(({ name, count }) => `${name} ${count}`).sort(), [
    'Fit: Slim 1',
    'Fit: Wide 1',
    'L 1',
    'Material: Linen 1',
    'Material: Wool 1',
  ]);
});

test('each option may be as long as a size, so that variants with long names stay apart; blank ones are none', async ({
  wares,
}) => {
  const [fabric, collar] = [
    'Baumwoll-Polyester-Mischgewebe mit Elasthananteil',
    'Stehkragen mit Reißverschluss',
  ];
  await wares.add(
    { product_id: '1', group_id: '1', size: ` ${fabric} / ${collar} ` },
    { product_id: '2', group_id: '1', size: `${fabric} / ${'k'.repeat(110)}` },
    { product_id: '3', group_id: '1', size: 's'.repeat(110) },
    ...['M /  Linen', ' / M / ', ' / '].map((size, at) => ({ product_id: `${4 + at}`, group_id: '1', size })),
  );
  await refreshCatalogue(wares.pool);
  const { rows } = await wares.client.query('select sizes from couture.catalogue');
  const long = [`${fabric} / ${collar}`, `${fabric} / ${'k'.repeat(100)}`, 's'.repeat(100)];
  assert.equal(rows, [{ sizes: [...long, 'M / Linen', 'M', null] }]);
});

test('a colour has one name whatever its case, and a swatch only if that is a colour', async ({ wares }) => {
  await dressUp(wares);
  const facets = await catalogueFacets(wares.pool, {
    category: undefined,
    text: undefined,
    loosened: false,
    filter: noFilter,
  });
  assert.equal(
    facets.colours.map(({ name, swatch }) => [name, swatch]),
    [
      ['Navy', '#26324f'],
      ['Rust', null],
    ],
  );
  const { rows } = await wares.client.query(
    `select option_keys, colours from couture.catalogue where lead_id in ('4', '7') order by lead_id`,
  );
  assert.equal(rows, [
    {
      option_keys: [
        '\u001eNavy\u001f',
        '\u001eNavy\u001fM',
        '\u001e\u001fM',
        'Navy\u001f',
        'Navy\u001fM',
        '\u001fM',
      ].toSorted(),
      colours: ['Navy'],
    },
    { option_keys: [], colours: null },
  ]);
});

test('a search finds the colour of a variant whose name lacks it', async ({ wares }) => {
  await dressUp(wares);
  const query = { category: undefined, after: undefined, limit: 24, sort: 'relevance' } as const;
  const page = await cataloguePage(wares.pool, { ...query, text: 'navy linen' });
  assert.equal([page.loosened, page.rows.map((row) => row.variants[0]).toSorted()], [false, ['1', '4']]);
});

test('of many products, a rare colour is found by its index', async ({ wares }) => {
  await wares.client.query(
    `insert into wares.product (product_id, name, category, price, colour, size)
     select n, 'Product ' || n, 'All', n, case when n % 2000 = 0 then 'Rare' else 'Common' end, 'M' from generate_series(1, 8000) n`,
  );
  await refreshCatalogue(wares.pool);
  assert.is(await listed(wares, { colours: ['Rare'] }), '2000 4000 6000 8000');
  const { rows } = await wares.client.query<Record<string, string>>(
    `explain select from couture.catalogue where option_keys && $1::text[]`,
    [['Rare\u001f']],
  );
  assert.match(JSON.stringify(rows), /Bitmap Index Scan on catalogue_options/);
});

test('reviews that all variants share count once', async ({ wares }) => {
  const five = { rating: 5, review_count: 1 };
  await wares.add({ product_id: '1', ...five });
  for (let at = 2; at < 9; at++)
    await wares.add({ product_id: `${at}`, group_id: '2', size: `${at}`, ...five });
  await refreshCatalogue(wares.pool);
  const { rows } = await wares.client.query('select rating_key from couture.catalogue');
  assert.is(rows[0]!.rating_key, rows[1]!.rating_key);
});

test('of equally relevant products the one that sold more comes first, before a featured and a better rated one', async ({
  wares,
}) => {
  await wares.add(
    { product_id: '1', name: 'Plain Dress', featured: true },
    { product_id: '2', name: 'Plain Dress', rating: 5, review_count: 90 },
    { product_id: '3', name: 'Plain Dress', group_id: '3' },
    { product_id: '4', name: 'Plain Dress', group_id: '3' },
    { product_id: '5', name: 'Plain Dress' },
    { product_id: '6', name: 'Bestseller', description: 'Goes with a dress.' },
  );
  const found = async () => {
    await refreshCatalogue(wares.pool);
    const query = { category: undefined, after: undefined, limit: 24, sort: 'relevance' } as const;
    const page = await cataloguePage(wares.pool, { ...query, text: 'dress' });
    return page.rows.map((row) => row.variants[0]).join(' ');
  };
  assert.is(await found(), '1 2 3 5 6');
  // Build 1 is published, build 2 isn't. A product is in the lists of its category and of the shop.
  await wares.client.query(`
    insert into couture.build (state) values ('published'), ('ready');
    insert into couture.published (build_id) values (1);
    insert into couture.product_key select n, n, n from generate_series(1, 6) n;
    create table couture.trending_list_1 partition of couture.trending_list for values in (1);
    create table couture.trending_list_2 partition of couture.trending_list for values in (2);
    insert into couture.trending_list values
      (1, 'bestseller', '', '{6,4}', '{900,7.0000001}', '{0,0}'), (1, 'bestseller', 'Dresses', '{4,5}', '{7.0000001,3}', '{0,0}'),
      (1, 'trending', '', '{2}', '{99}', '{0}'), (2, 'bestseller', '', '{2}', '{99}', '{0}')`);
  assert.is(await found(), '3 5 1 2 6');
});
