// Lists as the runtime serves them: many subjects per statement, each entry with its variants and its reason in words.
import type { IdType } from '../../id-types.ts';
import { type Pool, runPrepared } from '../../pool.ts';
import { reasonCode } from './fallback-chain.ts';

export interface ServedEntry {
  /** The shop's ids of the variants, the representative first. */
  readonly variants: readonly string[];
  readonly score: number;
  readonly reason: string;
  readonly source: string;
  /** personalized: the customer's own product that led to the entry; its name replaces `becauseMark` in the reason. */
  readonly because?: string | null;
  /** personalized: the reason to show when that product no longer exists. */
  readonly plain?: string;
}

/** Placeholder for a product name in a reason. */
export const becauseMark = '\u0001';

/** A list of a product: `similar`, `bought_together` or `bundle`. */
export interface ProductListKey {
  readonly kind: string;
  readonly id: string;
}

/** Reads lists of products in one build, in the order of the keys; a missing list is empty. */
export async function readProductLists(
  pool: Pool,
  type: IdType,
  buildId: number,
  keys: readonly ProductListKey[],
): Promise<ServedEntry[][]> {
  const rows = await runPrepared<{ place: number; entries: ServedEntry[] }>(
    pool,
    `product_lists_${type}`,
    `select a.place::int as place, ${entriesOf('l.kind')} as entries
     from unnest($2::${type}[], $3::text[]) with ordinality as a (id, kind, place)
     join couture.product_key k on k.product_id = a.id
     join couture.product_list l on l.build_id = $1 and l.product_key = k.representative_key and l.kind = a.kind`,
    [buildId, keys.map((key) => key.id), keys.map((key) => key.kind)],
  );
  return inOrder(keys.length, rows);
}

/** Reads personalized lists of customers in one build, in the order of the ids; a missing list is empty. */
export async function readCustomerLists(
  pool: Pool,
  type: IdType,
  buildId: number,
  customerIds: readonly string[],
): Promise<ServedEntry[][]> {
  const rows = await runPrepared<{ place: number; entries: ServedEntry[] }>(
    pool,
    `customer_lists_${type}`,
    `select a.place::int as place, (
       select coalesce(json_agg(json_build_object('variants', v.ids, 'score', e.score::float8,
           'reason', couture.reason_words('personalized', e.reason, chr(1)),
           'plain', couture.reason_words('personalized', e.reason),
           'source', couture.reason_source('personalized', e.reason), 'because', b.product_id::text) order by e.rank), '[]')
       ${variantsOfEntries}
       left join couture.product_key b
         on b.product_key = l.because_keys[e.reason % 10000]
     ) as entries
     from unnest($2::${type}[]) with ordinality as a (id, place)
     join couture.customer_key k on k.customer_id = a.id
     join couture.customer_list l on l.build_id = $1 and l.customer_key = k.customer_key`,
    [buildId, customerIds],
  );
  return inOrder(customerIds.length, rows);
}

/** An entry of `buy_again`; the first variant is the one that the customer bought. */
export interface BuyAgainEntry extends ServedEntry {
  /** ISO day of the last purchase; null if orders have no dates. */
  readonly lastDay: string | null;
  /** Days between two purchases, or orders if orders have no dates. */
  readonly every: number;
}

/** Reads what customers are expected to buy again, in one build, in the order of the ids; a missing list is empty. */
export async function readBuyAgainLists(
  pool: Pool,
  type: IdType,
  buildId: number,
  customerIds: readonly string[],
): Promise<BuyAgainEntry[][]> {
  const rows = await runPrepared<{ place: number; entries: BuyAgainEntry[] }>(
    pool,
    `buy_again_lists_${type}`,
    `select a.place::int as place, (
       select coalesce(json_agg(json_build_object('variants', v.ids, 'score', e.score::float8,
           'reason', couture.buy_again_words(e.times, e.every, e.last_day),
           'source', couture.reason_source('buy_again', 0),
           'lastDay', e.last_day, 'every', e.every::float8) order by e.rank), '[]')
       from unnest(l.item_keys, l.probabilities, l.last_days, l.intervals, l.times)
         with ordinality as e (item_key, score, last_day, every, times, rank)
       join couture.product_key i on i.product_key = e.item_key
       cross join lateral (
         select array_agg(v.product_id::text order by v.product_key <> e.item_key, v.product_key) as ids
         from couture.product_key v where v.representative_key = i.representative_key
       ) v
     ) as entries
     from unnest($2::${type}[]) with ordinality as a (id, place)
     join couture.customer_key k on k.customer_id = a.id
     join couture.buy_again_list l on l.build_id = $1 and l.customer_key = k.customer_key`,
    [buildId, customerIds],
  );
  return inOrder(customerIds.length, rows);
}

/** A `trending` or `bestseller` list of a category; '' is the whole shop. */
export interface ShopListKey {
  readonly kind: string;
  readonly category: string;
}

/** Reads lists of the shop and of categories in one build, in the order of the keys. */
export async function readShopLists(
  pool: Pool,
  buildId: number,
  keys: readonly ShopListKey[],
): Promise<ServedEntry[][]> {
  const rows = await runPrepared<{ place: number; entries: ServedEntry[] }>(
    pool,
    'shop_lists',
    `select a.place::int as place, ${entriesOf('l.kind')} as entries
     from unnest($2::text[], $3::text[]) with ordinality as a (kind, category, place)
     join couture.trending_list l on l.build_id = $1 and l.kind = a.kind and l.category = a.category`,
    [buildId, keys.map((key) => key.kind), keys.map((key) => key.category)],
  );
  return inOrder(keys.length, rows);
}

/** Product id → ids of all variants of its group, the representative first; products that no build has seen are left out. */
export async function readVariants(
  pool: Pool,
  type: IdType,
  ids: readonly string[],
): Promise<Map<string, string[]>> {
  const rows = await runPrepared<{ id: string; ids: string[] }>(
    pool,
    `variants_${type}`,
    `select k.product_id::text as id, (
       select array_agg(v.product_id::text order by v.product_key <> k.representative_key, v.product_key)
       from couture.product_key v where v.representative_key = k.representative_key) as ids
     from couture.product_key k where k.product_id = any ($1::${type}[])`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row.ids]));
}

/** Reads the words for entries that a list of a product gets from a source of the fallback chain. */
export async function readFallbackReason(pool: Pool, source: keyof typeof reasonCode): Promise<string> {
  const rows = await runPrepared<{ words: string }>(
    pool,
    'fallback_reason',
    `select couture.reason_words('similar', $1) as words`,
    [reasonCode[source]],
  );
  return rows[0]!.words;
}

const variantsOfEntries = `
  from unnest(l.item_keys, l.scores, l.reasons) with ordinality as e (item_key, score, reason, rank)
  cross join lateral (
    select array_agg(v.product_id::text order by v.product_key <> e.item_key, v.product_key) as ids
    from couture.product_key v where v.representative_key = e.item_key
  ) v`;

function entriesOf(kind: string): string {
  return `(
    select coalesce(json_agg(json_build_object('variants', v.ids, 'score', e.score::float8,
        'reason', couture.reason_words(${kind}, e.reason), 'source', couture.reason_source(${kind}, e.reason))
        order by e.rank), '[]')
    ${variantsOfEntries})`;
}

function inOrder<Entry extends ServedEntry>(
  length: number,
  rows: ReadonlyArray<{ place: number; entries: Entry[] }>,
): Entry[][] {
  const lists: Entry[][] = Array.from({ length }, () => []);
  for (const { place, entries } of rows) lists[place - 1] = entries;
  return lists;
}
