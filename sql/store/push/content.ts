// What personal messages are made of, for many customers per statement: names and the top entries of their lists.
import type { IdType } from '../../id-types.ts';
import { type Pool, runPrepared } from '../../pool.ts';
import { shopView } from '../../source/shop-view.ts';

/** Customer id → name, for those who have one. Ids must be valid for the type. */
export async function readNames(
  pool: Pool,
  type: IdType,
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await runPrepared<{ id: string; name: string }>(
    pool,
    `push_names_${type}`,
    `select customer_id::text as id, max(name::text) as name from ${shopView.customer} c
     where customer_id = any ($1::${type}[]) and name::text ~ '\\S' group by customer_id`,
    [ids],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** An entry of a customer's list, with keys of products. */
export interface TopEntry {
  readonly item: number;
  readonly score: number;
  /** The customer's own product that led to the entry. */
  readonly because: number | null;
}

/** The first entries of personalized lists: customer id → entries, best first. A missing list is missing. */
export async function readTopEntries(
  pool: Pool,
  type: IdType,
  { build, ids, depth }: { build: number; ids: readonly string[]; depth: number },
): Promise<Map<string, TopEntry[]>> {
  if (ids.length === 0) return new Map();
  const rows = await runPrepared<{ id: string; items: number[]; scores: number[]; because: number[] }>(
    pool,
    `push_top_entries_${type}`,
    `select k.customer_id::text as id, l.item_keys[1:$3] as items, l.scores[1:$3]::float8[] as scores,
       array(select coalesce(l.because_keys[r % 10000], 0) from unnest(l.reasons[1:$3]) with ordinality as e (r, n)
             order by n) as because
     from couture.customer_key k
     join couture.customer_list l on l.build_id = $1 and l.customer_key = k.customer_key
     where k.customer_id = any ($2::${type}[])`,
    [build, ids, depth],
  );
  return new Map(
    rows.map(({ id, items, scores, because }) => [
      id,
      items.map((item, at) => ({ item, score: scores[at]!, because: because[at] || null })),
    ]),
  );
}

/** A product by its key. */
export interface KeyedProduct {
  readonly key: number;
  readonly id: string;
  /** Ids of its variants, itself first; of a group, if it is the representative. */
  readonly variants: readonly string[];
}

export async function readKeyedProducts(pool: Pool, keys: readonly number[]): Promise<KeyedProduct[]> {
  if (keys.length === 0) return [];
  return runPrepared<KeyedProduct>(
    pool,
    'push_keyed_products',
    `select k.product_key as key, k.product_id::text as id, array(
       select v.product_id::text from couture.product_key v where v.representative_key = k.product_key
       order by v.product_key <> k.product_key, v.product_key) as variants
     from couture.product_key k where k.product_key = any ($1::int[])`,
    [keys],
  );
}

/** The published build; undefined before the first. */
export async function publishedBuild(pool: Pool): Promise<number | undefined> {
  const rows = await runPrepared<{ build_id: number }>(
    pool,
    'push_published_build',
    'select build_id from couture.published',
    [],
  );
  return rows[0]?.build_id;
}
