// couture.catalogue read in pages: by category or by words, in one of five orders. Keyset: no page is counted through.
import { type Pool, runPrepared } from '../pool.ts';

export const catalogueSorts = ['featured', 'price', '-price', 'rating', 'name', 'relevance'] as const;
export type CatalogueSort = (typeof catalogueSorts)[number];

/** Where a page ended: the sort value and the id of its last row. */
export interface CatalogueCursor {
  readonly key: string | number;
  readonly id: string;
}

export interface CatalogueQuery {
  readonly category: string | undefined;
  /** Words as a person typed them. */
  readonly text: string | undefined;
  readonly sort: CatalogueSort;
  readonly after: CatalogueCursor | undefined;
  readonly limit: number;
}

export interface CatalogueRow {
  /** Ids of the variants; one, where the product has no others. */
  readonly variants: readonly string[];
}

export interface CataloguePage {
  readonly rows: readonly CatalogueRow[];
  /** Where the next page begins; undefined after the last. */
  readonly next: CatalogueCursor | undefined;
  /** Nothing has all the words, so these have some of them. */
  readonly loosened: boolean;
}

/** Reads a page. `relevance` needs words; without any it is `featured`. */
export async function cataloguePage(pool: Pool, query: CatalogueQuery): Promise<CataloguePage> {
  const words = searchWords(query.text ?? '');
  if (words.length === 0) {
    const sort = query.sort === 'relevance' ? 'featured' : query.sort;
    return { ...(await readPage(pool, { ...query, sort }, undefined)), loosened: false };
  }
  const all = await readPage(pool, query, tsquery(words, ' & '));
  // For a later page too: where the first had to be loosened, nothing has all the words on any page.
  if (all.rows.length > 0 || words.length === 1) return { ...all, loosened: false };
  return { ...(await readPage(pool, query, tsquery(words, ' | '))), loosened: true };
}

/** Categories that have products, with their numbers of products (variants count once). */
export function catalogueCategories(pool: Pool): Promise<Array<{ name: string; count: number }>> {
  return runPrepared(
    pool,
    'catalogue_categories',
    `select category as name, count(*)::int as count from couture.catalogue where category <> '' group by 1 order by 1`,
    [],
  );
}

/** Ids of a product's variants, its own among them; a product that the catalogue has not yet is alone. */
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
    'select lead_id as id, url from couture.catalogue order by lead_id offset $1 limit $2',
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

/** What a person typed → words of letters and digits, without marks; nothing of it can be an operator. */
export function searchWords(text: string): string[] {
  const folded = text
    .normalize('NFKD')
    .replaceAll(/\p{Mn}/gu, '')
    .toLowerCase();
  return (folded.match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, 10).map((word) => word.slice(0, 50));
}

/** The last word may be unfinished: it stands for all that begin with it. */
function tsquery(words: readonly string[], operator: string): string {
  return words.map((word, at) => (at === words.length - 1 ? `${word}:*` : word)).join(operator);
}

const rank = `-round(ts_rank_cd(words, q.query)::numeric * 1000000)::bigint`;

/** Sort → its value in SQL, the value's type, and the direction. */
const orders: Record<CatalogueSort, readonly [value: string, type: string, direction: 'asc' | 'desc']> = {
  featured: ['featured_key', 'real', 'asc'],
  price: ['price_cents', 'bigint', 'asc'],
  '-price': ['price_cents', 'bigint', 'desc'],
  rating: ['rating_key', 'real', 'asc'],
  name: ['name', 'text', 'asc'],
  relevance: [rank, 'bigint', 'asc'],
};

async function readPage(
  pool: Pool,
  { category, sort, after, limit }: CatalogueQuery,
  query: string | undefined,
): Promise<Omit<CataloguePage, 'loosened'>> {
  const [value, type, direction] = orders[sort];
  const values: unknown[] = [];
  const given = (each: unknown) => `$${values.push(each)}`;
  const conditions: string[] = [];
  let from = 'couture.catalogue c';
  if (query !== undefined) {
    const words = given(query);
    from += `, (select to_tsquery('simple', ${words}) || to_tsquery('english', ${words}) as query) q`;
    conditions.push('words @@ q.query');
  }
  if (category !== undefined) conditions.push(`category = ${given(category)}`);
  if (after) {
    const beyond = direction === 'asc' ? '>' : '<';
    conditions.push(`(${value}, lead_id) ${beyond} (${given(after.key)}::${type}, ${given(after.id)})`);
  }
  const where = conditions.length > 0 ? `where ${conditions.join(' and ')}` : '';
  const shape = [sort, query !== undefined, category !== undefined, after !== undefined].map(Number).join('');
  const rows = await runPrepared<{ lead_id: string; variants: string[]; key: string }>(
    pool,
    `catalogue_${sort}_${shape}`,
    `select lead_id, variants, (${value})::text as key from ${from} ${where}
     order by ${value} ${direction}, lead_id ${direction} limit ${given(limit + 1)}`,
    values,
  );
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    rows: rows.slice(0, limit),
    next: last && { key: last.key, id: last.lead_id },
  };
}
