// Reads couture.catalogue in pages: by category or by words, in one of five sort orders. Keyset pagination, no OFFSET.
import { type Pool, runPrepared } from '../../pool.ts';
import { type CatalogueFilter, selection, type Tsquery, tsqueryOf } from './catalogue-selection.ts';
import { searchWords } from './search-words.ts';
import type { Synonyms } from './synonyms.ts';

export const catalogueSorts = ['featured', 'price', '-price', 'rating', 'name', 'relevance'] as const;
export type CatalogueSort = (typeof catalogueSorts)[number];

/** Where a page ended: the sort value and id of its last row, and whether the search was loosened. */
export interface CatalogueCursor {
  readonly key: string;
  readonly id: string;
  /** The previous pages matched any of the words; so do the following ones. */
  readonly loosened: boolean;
  /** The previous pages matched these words instead of the misspelt ones; so do the following ones. */
  readonly corrected?: string | undefined;
}

export interface CatalogueQuery {
  readonly category: string | undefined;
  /** The search text as typed. */
  readonly text: string | undefined;
  /** Terms that mean the same. */
  readonly synonyms?: Synonyms | undefined;
  /** Corrects words that no product has; undefined if none is misspelt. */
  readonly correct?: ((words: readonly string[]) => Promise<readonly string[] | undefined>) | undefined;
  readonly filter?: CatalogueFilter | undefined;
  readonly sort: CatalogueSort;
  readonly after: CatalogueCursor | undefined;
  readonly limit: number;
}

export interface CatalogueRow {
  /** Ids of the variants; the product's own id alone if it has no others. */
  readonly variants: readonly string[];
}

export interface CataloguePage {
  readonly rows: readonly CatalogueRow[];
  /** Start of the next page; undefined after the last. */
  readonly next: CatalogueCursor | undefined;
  /** No product matched all words, so these match some of them. */
  readonly loosened: boolean;
  /** No product matched the words as typed, so these match the corrected ones. */
  readonly corrected?: string | undefined;
}

/** Reads a page. `relevance` needs words; without them it falls back to `featured`. */
export async function cataloguePage(pool: Pool, query: CatalogueQuery): Promise<CataloguePage> {
  const words = searchWords(query.after?.corrected ?? query.text ?? '');
  if (words.length === 0) return readPage(pool, query, undefined, false);
  const tsquery = (typed: readonly string[], operator: ' & ' | ' | ') =>
    tsqueryOf(typed, operator, query.synonyms);
  if (query.after?.loosened) return readPage(pool, query, tsquery(words, ' | '), true);
  const all = await readPage(pool, query, tsquery(words, ' & '), false);
  // Only the first page may correct or loosen the search; a later one would repeat rows that were shown.
  if (all.rows.length > 0 || query.after) return withCorrection(all, query.after?.corrected);
  const better = await query.correct?.(words);
  if (better) {
    const page = await readPage(pool, query, tsquery(better, ' & '), false);
    if (page.rows.length > 0) return withCorrection(page, better.join(' '));
  }
  if (words.length === 1) return all;
  return readPage(pool, query, tsquery(words, ' | '), true);
}

function withCorrection(page: CataloguePage, words: string | undefined): CataloguePage {
  if (words === undefined) return page;
  return { ...page, corrected: words, next: page.next && { ...page.next, corrected: words } };
}

/** The sort order that a page actually uses. */
export function catalogueSort(asked: CatalogueSort | undefined, text: string | undefined): CatalogueSort {
  const searching = searchWords(text ?? '').length > 0;
  if (asked === undefined) return searching ? 'relevance' : 'featured';
  return asked === 'relevance' && !searching ? 'featured' : asked;
}

/** Returns whether the text is a valid sort value of that order; Postgres would reject the statement otherwise. */
export function isCatalogueKey(sort: CatalogueSort, key: string): boolean {
  if (sort === 'name') return !key.includes('\0');
  if (orders[sort].type === 'bigint') return /^-?\d{1,18}$/.test(key);
  return /^-?\d{1,5}(\.\d{1,12})?(e-0\d)?$/.test(key);
}

export interface CatalogueCategory {
  readonly name: string;
  /** Number of products; variants count once. */
  readonly count: number;
  /** Ids of the variants of the product that is featured first. */
  readonly variants: readonly string[];
}

/** Lists non-empty categories, each with its product count and its first product. */
export function catalogueCategories(pool: Pool): Promise<CatalogueCategory[]> {
  return runPrepared<CatalogueCategory>(
    pool,
    'catalogue_categories',
    `select g.name, g.count, f.variants
     from (select category as name, count(*)::int as count from couture.catalogue where category <> '' group by 1) g
     cross join lateral (select variants from couture.catalogue where category = g.name
       order by featured_key, lead_id limit 1) f
     order by 1`,
    [],
  );
}

/** Ids of a product's variants, including its own; just its own if the catalogue doesn't have the product yet. */
export async function catalogueVariants(pool: Pool, id: string): Promise<readonly string[]> {
  const rows = await runPrepared<{ variants: string[] }>(
    pool,
    'catalogue_variants',
    'select variants from couture.catalogue where variants @> array[$1]',
    [id],
  );
  return rows[0]?.variants ?? [id];
}

/** Addresses of product pages for a sitemap: part n (from 0) of parts of `size`. */
export function catalogueUrls(
  pool: Pool,
  part: number,
  size: number,
): Promise<Array<{ id: string; url: string | null }>> {
  return runPrepared(
    pool,
    'catalogue_urls',
    // An index-only scan skips the earlier parts.
    `select lead_id as id, url from couture.catalogue
     where lead_id >= (select lead_id from couture.catalogue order by lead_id offset $1 limit 1)
     order by lead_id limit $2`,
    [part * size, size],
  );
}

export async function catalogueSize(pool: Pool): Promise<number> {
  const rows = await runPrepared<{ size: number }>(
    pool,
    'catalogue_size',
    'select count(*)::int as size from couture.catalogue',
    [],
  );
  return rows[0]!.size;
}

/** Rounded to two decimals: of about equally relevant products the one that sells most comes first, then a featured one. */
const rank = `(-round(least(ts_rank_cd(words, q.query), 900)::numeric * 100) * 10000000000000 - least(sold, 900000)::bigint * 10000000
  + round(featured_key::numeric * 1000))::bigint`;

interface Order {
  readonly value: string;
  readonly type: 'real' | 'bigint' | 'text';
  readonly direction: 'asc' | 'desc';
}

const orders: Record<CatalogueSort, Order> = {
  featured: { value: 'featured_key', type: 'real', direction: 'asc' },
  price: { value: 'price_cents', type: 'bigint', direction: 'asc' },
  '-price': { value: 'price_cents', type: 'bigint', direction: 'desc' },
  rating: { value: 'rating_key', type: 'real', direction: 'asc' },
  name: { value: 'name', type: 'text', direction: 'asc' },
  relevance: { value: rank, type: 'bigint', direction: 'asc' },
};

async function readPage(
  pool: Pool,
  { category, text, filter, sort: asked, after, limit }: CatalogueQuery,
  query: Tsquery | undefined,
  loosened: boolean,
): Promise<CataloguePage> {
  const sort = catalogueSort(asked, text);
  const { value, type, direction } = orders[sort];
  const values: unknown[] = [];
  const given = (each: unknown) => `$${values.push(each)}`;
  const { from, conditions } = selection({ category, filter, query, loosened }, given);
  if (after) {
    const beyond = direction === 'asc' ? '>' : '<';
    conditions.push(`(${value}, lead_id) ${beyond} (${given(after.key)}::${type}, ${given(after.id)})`);
  }
  const where = conditions.length > 0 ? `where ${conditions.join(' and ')}` : '';
  const statement = `select lead_id, variants, (${value})::text as key from ${from} ${where}
     order by ${value} ${direction}, lead_id ${direction} limit ${given(limit + 1)}`;
  const rows = await run(pool, statement, values, query === undefined && !filter ? sort : undefined);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    rows: rows.slice(0, limit),
    next: last && { key: last.key, id: last.lead_id, loosened },
    loosened,
  };
}

interface FoundRow {
  readonly lead_id: string;
  readonly variants: string[];
  readonly key: string;
}

/**
 * Plain pages use a prepared statement. Filtered pages and searches are planned each time: a generic plan for any words
 * takes 550 ms instead of 70 to rank "s" (48 k rows), and scans by price to the end for a word that matches nothing.
 */
async function run(
  pool: Pool,
  statement: string,
  values: unknown[],
  sort: CatalogueSort | undefined,
): Promise<FoundRow[]> {
  if (sort === undefined) return (await pool.query<FoundRow>(statement, values)).rows;
  // With or without a category and a start key: 1 to 4 values.
  return runPrepared<FoundRow>(pool, `catalogue_${sort}_${values.length}`, statement, values);
}
