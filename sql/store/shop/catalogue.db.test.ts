// Pages of the catalogue: every sort order, by keyset and by index; searches as people type them.

import { openWares, type Wares } from '../../../fixtures/catalogue-shop.ts';
import { testDatabase } from '../../../fixtures/database.ts';
import { generateShop } from '../../../fixtures/generate/generate-shop.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { migrate } from '../../migrate.ts';
import { openClient, openPool, type Pool } from '../../pool.ts';
import { initPreset } from '../../source/preset.ts';
import {
  type CatalogueQuery,
  catalogueCategories,
  cataloguePage,
  catalogueSize,
  catalogueSorts,
  catalogueUrls,
  catalogueVariants,
  isCatalogueKey,
} from './catalogue.ts';
import { refreshCatalogue } from './catalogue-refresh.ts';

const large = suite<{ pool: Pool; close(): Promise<void> }>('catalogue of thousands');

large.before(async (context) => {
  const database = await testDatabase();
  const client = await openClient(database.url);
  try {
    await generateShop(client, { orders: 500, products: 4_000, customers: 200, seed: 11 });
    await initPreset(client, 'sample');
    await migrate(client);
  } finally {
    await client.end();
  }
  context.pool = openPool(database.url, { max: 2 });
  context.close = () => context.pool.end().then(() => database.drop());
  await refreshCatalogue(context.pool);
});
large.after((context) => context.close?.());

const first: CatalogueQuery = {
  category: undefined,
  text: undefined,
  sort: 'featured',
  after: undefined,
  limit: 24,
};

/** Ids of all pages in order. */
async function walk(pool: Pool, query: Partial<CatalogueQuery>): Promise<string[]> {
  const found: string[] = [];
  let after: CatalogueQuery['after'];
  do {
    const page = await cataloguePage(pool, { ...first, ...query, after });
    found.push(...page.rows.map((row) => row.variants[0]!));
    after = page.next;
  } while (after);
  return found;
}

interface Row {
  readonly lead_id: string;
  readonly category: string;
  /** Position by name, as the database sorts text. */
  readonly by_name: number;
  readonly cents: number;
  readonly featured_key: number;
  readonly rating_key: number;
}

async function rowsOf(pool: Pool): Promise<Row[]> {
  const { rows } = await pool.query<Row>(
    `select lead_id, category, row_number() over (order by name, lead_id)::int as by_name, price_cents::int as cents,
       featured_key, rating_key from couture.catalogue`,
  );
  return rows;
}

const byText = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

/** The reference: all rows, sorted in JavaScript. */
const orders: Record<string, (one: Row, other: Row) => number> = {
  featured: (one, other) => one.featured_key - other.featured_key || byText(one.lead_id, other.lead_id),
  price: (one, other) => one.cents - other.cents || byText(one.lead_id, other.lead_id),
  '-price': (one, other) => other.cents - one.cents || byText(other.lead_id, one.lead_id),
  rating: (one, other) => one.rating_key - other.rating_key || byText(one.lead_id, other.lead_id),
  name: (one, other) => one.by_name - other.by_name,
};

large('in every sort order, the pages hold each row once, in that order', async ({ pool }) => {
  const rows = await rowsOf(pool);
  const category = rows[0]!.category;
  for (const [sort, order] of Object.entries(orders) as Array<[CatalogueQuery['sort'], typeof orders.name]>) {
    const sorted = rows.toSorted(order!);
    assert.equal(
      await walk(pool, { sort, limit: 701 }),
      sorted.map((row) => row.lead_id),
      sort,
    );
    const within = sorted.filter((row) => row.category === category).map((row) => row.lead_id);
    assert.ok(within.length > 100);
    assert.equal(await walk(pool, { sort, category, limit: 48 }), within, `${sort} in ${category}`);
  }
});

large('in every sort order, the pages of a search hold each row once', async ({ pool }) => {
  const { rows } = await pool.query<{ id: string }>(
    `select lead_id as id from couture.catalogue where words @@ 'linen | linens' order by 1`,
  );
  const matching = rows.map((row) => row.id);
  assert.ok(matching.length > 100);
  for (const sort of catalogueSorts) {
    const found = await walk(pool, { sort, text: 'linen', limit: 47 });
    assert.equal(found.toSorted(byText), matching, sort);
  }
  const loosened = await walk(pool, { sort: 'relevance', text: 'quetzalcoatl linen', limit: 47 });
  assert.equal(loosened.toSorted(byText), matching);
});

large('a search can be limited to a category', async ({ pool }) => {
  const category = (await rowsOf(pool)).find((row) => row.category.includes('Dresses'))!.category;
  const all = await walk(pool, { text: 'linen', sort: 'price' });
  const within = await walk(pool, { text: 'linen', sort: 'price', category });
  const known = new Map((await rowsOf(pool)).map((row) => [row.lead_id, row.category]));
  assert.equal(
    within,
    all.filter((id) => known.get(id) === category),
  );
  assert.ok(within.length > 0 && within.length < all.length);
});

/** The query plans of all statements that `work` sends. */
async function plansOf(pool: Pool, work: (pool: Pool) => Promise<unknown>): Promise<string[]> {
  const sent: Array<{ text: string; values: unknown[] }> = [];
  const watched = {
    query: (given: string | { text: string; values: unknown[] }, values: unknown[] = []) => {
      sent.push(typeof given === 'string' ? { text: given, values } : given);
      return pool.query(given as string, values.length > 0 ? values : undefined);
    },
  } as unknown as Pool;
  await work(watched);
  const plans: string[] = [];
  for (const { text, values } of sent) {
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values);
    plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
  }
  return plans;
}

large('every page is read from an index, without sorting', async ({ pool }) => {
  const category = (await rowsOf(pool))[0]!.category;
  for (const sort of catalogueSorts.filter((each) => each !== 'relevance')) {
    for (const within of [undefined, category]) {
      const page = await cataloguePage(pool, { ...first, sort, category: within });
      for (const after of [undefined, page.next]) {
        const [plan] = await plansOf(pool, (watched) =>
          cataloguePage(watched, { ...first, sort, category: within, after }),
        );
        const index = `catalogue_${within ? 'category_' : ''}${sort.replace('-', '')}`;
        assert.match(
          plan!,
          new RegExp(`Index (Only )?Scan (Backward )?using ${index} `),
          `${sort} ${within}`,
        );
        assert.not.match(plan!, /Seq Scan|Sort/);
      }
    }
  }
});

large('searches and lookups use an index', async ({ pool }) => {
  const [search] = await plansOf(pool, (watched) =>
    cataloguePage(watched, { ...first, text: 'linen dungaree', sort: 'relevance' }),
  );
  assert.match(search!, /Bitmap Index Scan on catalogue_words/);
  const [variants] = await plansOf(pool, (watched) => catalogueVariants(watched, '17'));
  assert.match(variants!, /Bitmap Index Scan on catalogue_variants/);
  const [urls] = await plansOf(pool, (watched) => catalogueUrls(watched, 1, 500));
  assert.not.match(urls!, /Seq Scan|Sort/);
});

large('the parts of a sitemap contain each product once', async ({ pool }) => {
  const rows = await rowsOf(pool);
  assert.is(await catalogueSize(pool), rows.length);
  const parts = [];
  for (let part = 0; part * 1_500 < rows.length; part++)
    parts.push(...(await catalogueUrls(pool, part, 1_500)));
  assert.equal(
    parts.map((each) => each.id),
    rows.map((row) => row.lead_id).toSorted(byText),
  );
  assert.ok(parts.every(({ id, url }) => url === `/product/${id}`));
  assert.equal(await catalogueUrls(pool, 99, 1_500), []);
});

large('categories are counted', async ({ pool }) => {
  const counts = new Map<string, number>();
  for (const { category } of await rowsOf(pool)) counts.set(category, (counts.get(category) ?? 0) + 1);
  assert.equal(new Map((await catalogueCategories(pool)).map(({ name, count }) => [name, count])), counts);
});

const small = suite<{ wares: Wares }>('catalogue search');

small.before(async (context) => {
  context.wares = await openWares();
  await context.wares.add(
    {
      product_id: '1',
      group_id: '1',
      name: 'Clémentine Sundress in White',
      category: 'Dresses',
      tags: ['linen'],
    },
    {
      product_id: '2',
      group_id: '1',
      name: 'Clémentine Sundress in Black',
      category: 'Dresses',
      tags: ['linen'],
    },
    {
      product_id: '3',
      name: 'Bruna Shirt',
      description: 'Goes with a sundress. Cotton/linen.',
      category: 'Tops',
    },
    { product_id: '4', name: 'Marlow Wrap Dresses', category: 'Dresses', rating: 5, review_count: 9 },
    { product_id: '5', name: 'Astrid Knit Dress', category: 'Dresses' },
    { product_id: '6', name: 'Noor Dress', category: 'Dresses', featured: true },
    { product_id: '7', name: '红色连衣裙', category: 'Robes' },
    { product_id: '8', name: 'Żółty Sweter', category: 'Tops' },
    { product_id: '9', name: 'The In Crowd', category: '' },
  );
  await refreshCatalogue(context.wares.pool);
});
small.after(({ wares }) => wares?.close());

async function found({ pool }: Wares, text: string, query: Partial<CatalogueQuery> = {}): Promise<string> {
  const page = await cataloguePage(pool, { ...first, sort: 'relevance', ...query, text });
  return (page.loosened ? '~ ' : '') + page.rows.map((row) => row.variants.join('+')).join(' ');
}

/** Words → products found, best first; ~ marks a loosened search. */
const searches: Record<string, string> = {
  clementine: '1+2',
  'CLÉMENTINE  sundr': '1+2',
  'black sundress': '1+2',
  'sundress in black': '1+2',
  // Matches in the name rank before matches in the description.
  sundress: '1+2 3',
  sundresses: '1+2 3',
  // Both contain the stem; then featured products, then well rated ones.
  dress: '6 4 5 1+2',
  linen: '1+2 3',
  'knit dress': '5',
  'knit dresses': '5',
  'dress kni': '5',
  // Only the last word matches as a prefix.
  'kni dress': '~ 6 4 5 1+2',
  'noor sundress': '~ 6 1+2 3',
  连衣裙: '7',
  zolty: '8',
  Żółty: '8',
  'the in': '9',
  in: '1+2 9',
  'crowd the': '9',
  'sundress in nothing': '~ 1+2 3',
  quetzalcoatl: '',
  'quetzalcoatl &': '',
  'nothing whatever': '~ ',
};

small('people find what they type', async ({ wares }) => {
  for (const [text, expected] of Object.entries(searches))
    assert.is(await found(wares, text), expected, text);
});

small('without words there is no search, and relevance falls back to featured', async ({ wares }) => {
  const all = await found(wares, '');
  assert.match(all, /^6 4 /);
  for (const text of [' ', '&|!', '\0', '()*:', "'", '👗', '—'])
    assert.is(await found(wares, text), all, text);
});

small('no input acts as an operator or causes an error', async ({ wares }) => {
  for (const text of [
    "'",
    "a'b",
    'a & !b',
    'noor | knit',
    '!noor',
    'noor:*A',
    '<->',
    'noor <2> dress',
    '\\',
    "noor\\'",
    'a:b',
    '\0noor',
    '\ud800',
    '%s $1',
    ':*',
    '"noor dress" -dress',
    'x'.repeat(5_000),
    '💥 noor',
  ]) {
    for (const sort of catalogueSorts) await found(wares, text, { sort });
  }
  assert.is(await found(wares, '!noor'), '6');
  assert.is(await found(wares, 'noor | knit'), '~ 6 5');
  assert.is(await found(wares, 'noor:*k'), '~ 6 5');
});

small('a strict search stays strict to its last page, a loosened one stays loosened', async ({ wares }) => {
  const strict = await cataloguePage(wares.pool, {
    ...first,
    text: 'noor dress',
    sort: 'relevance',
    limit: 1,
  });
  assert.is(strict.next, undefined);
  const beyond = { key: '999999999', id: 'z', loosened: false };
  const after = await cataloguePage(wares.pool, {
    ...first,
    text: 'noor dress',
    sort: 'relevance',
    after: beyond,
  });
  assert.equal([after.rows, after.loosened], [[], false]);
  const loose = await cataloguePage(wares.pool, { ...first, text: 'noor knit', sort: 'price', limit: 1 });
  assert.equal([loose.loosened, loose.next?.loosened], [true, true]);
  const rest = await cataloguePage(wares.pool, {
    ...first,
    text: 'noor knit',
    sort: 'price',
    after: loose.next,
  });
  assert.equal([rest.rows.map((row) => row.variants[0]), rest.loosened], [['6'], true]);
});

small(
  'the variants of a product are found by any of their ids; a product not in the catalogue yet has none',
  async ({ wares }) => {
    for (const id of ['1', '2']) assert.equal(await catalogueVariants(wares.pool, id), ['1', '2']);
    assert.equal(await catalogueVariants(wares.pool, '5'), ['5']);
    assert.equal(await catalogueVariants(wares.pool, '77'), ['77']);
  },
);

small(
  'products without a category appear in no category; each category names its first product',
  async ({ wares }) => {
    const categories = await catalogueCategories(wares.pool);
    assert.equal(categories, [
      { name: 'Dresses', count: 4, variants: ['6'] },
      { name: 'Robes', count: 1, variants: ['7'] },
      { name: 'Tops', count: 2, variants: ['3'] },
    ]);
  },
);

small(
  'every key that a page returns is accepted; keys that Postgres would reject are not',
  async ({ wares }) => {
    for (const sort of catalogueSorts) {
      for (const limit of [1, 2, 3]) {
        const page = await cataloguePage(wares.pool, { ...first, sort, text: 'dress', limit });
        assert.ok(page.next && isCatalogueKey(sort, page.next.key), `${sort} ${page.next?.key}`);
      }
    }
    for (const key of ['1.5', '9'.repeat(19), 'NaN', '', '1e5', ' 1', "1'"])
      assert.not(isCatalogueKey('price', key), key);
    for (const key of ['NaN', '1e400', '1e-99', 'Infinity', '', '--1'])
      assert.not(isCatalogueKey('rating', key), key);
    assert.not(isCatalogueKey('name', 'a\0'));
  },
);
