// Reads the lists of one product, customer or category in one build, entry by entry, with keys replaced by the shop's ids.
import type { IdType } from '../../id-types.ts';
import type { Queryable } from '../../pool.ts';

/** One entry of a list, best first. */
export interface ListEntry {
  readonly kind: string;
  readonly rank: number;
  /** The representative of the variants. */
  readonly item_id: string;
  readonly score: number;
  /** As stored; `reasonWords` turns it into words. */
  readonly reason: number;
  readonly source: string;
  /** personalized: the customer's own product that led to the entry. */
  readonly because_id: string | null;
  /** buy_again: the reason in words, which is not stored as a number. */
  readonly words?: string;
}

/** Keys of a product and of its representative. */
export interface ProductKey {
  readonly product_key: number;
  readonly representative_key: number;
  /** The variant whose lists serve the whole group. */
  readonly representative_id: string;
}

/** Finds the key of a product that some build has seen. `id` must be valid for the type. */
export async function findProductKey(
  client: Queryable,
  type: IdType,
  id: string,
): Promise<ProductKey | undefined> {
  const { rows } = await client.query<ProductKey>(
    `select k.product_key, k.representative_key, r.product_id::text as representative_id
     from couture.product_key k join couture.product_key r on r.product_key = k.representative_key
     where k.product_id = $1::${type}`,
    [id],
  );
  return rows[0];
}

/** Finds the key of a customer that some build has seen. */
export async function findCustomerKey(
  client: Queryable,
  type: IdType,
  id: string,
): Promise<number | undefined> {
  const { rows } = await client.query<{ customer_key: number }>(
    `select customer_key from couture.customer_key where customer_id = $1::${type}`,
    [id],
  );
  return rows[0]?.customer_key;
}

/** Product id → id of its representative; products that no build has seen are left out. */
export async function representativesOf(
  client: Queryable,
  type: IdType,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await client.query<{ id: string; representative: string }>(
    `select k.product_id::text as id, r.product_id::text as representative
     from couture.product_key k join couture.product_key r on r.product_key = k.representative_key
     where k.product_id = any ($1::${type}[])`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row.representative]));
}

/** Product id → ids of all variants of its group, including itself. */
export async function variantsOf(
  client: Queryable,
  type: IdType,
  ids: readonly string[],
): Promise<Map<string, string[]>> {
  const { rows } = await client.query<{ id: string; variant: string }>(
    `select k.product_id::text as id, v.product_id::text as variant
     from couture.product_key k join couture.product_key v using (representative_key)
     where k.product_id = any ($1::${type}[])`,
    [ids],
  );
  const variants = new Map<string, string[]>();
  for (const { id, variant } of rows) variants.set(id, [...(variants.get(id) ?? []), variant]);
  return variants;
}

/** Reads the lists of a product by its representative's key: kinds in alphabetical order, entries by rank. */
export async function productLists(
  client: Queryable,
  buildId: number,
  productKey: number,
): Promise<ListEntry[]> {
  return entries(
    client,
    `select l.kind, ${entryColumns('l.kind')}, null::text as because_id
     from couture.product_list l ${entryJoins}
     where l.build_id = $1 and l.product_key = $2 order by l.kind, e.rank`,
    [buildId, productKey],
  );
}

export async function customerLists(
  client: Queryable,
  buildId: number,
  customerKey: number,
  limit: number,
): Promise<ListEntry[]> {
  return entries(
    client,
    `select 'personalized' as kind, ${entryColumns("'personalized'")}, b.product_id::text as because_id
     from couture.customer_list l ${entryJoins} ${becauseJoin}
     where l.build_id = $1 and l.customer_key = $2 and e.rank <= $3 order by e.rank`,
    [buildId, customerKey, limit],
  );
}

/** What a customer is expected to buy again, the likeliest first. The item is the variant that was bought. */
export async function buyAgainList(
  client: Queryable,
  buildId: number,
  customerKey: number,
  limit: number,
): Promise<ListEntry[]> {
  return entries(
    client,
    `select 'buy_again' as kind, e.rank::int as rank, i.product_id::text as item_id, e.score, 0 as reason,
            couture.reason_source('buy_again', 0) as source, null::text as because_id,
            couture.buy_again_words(e.times, e.every, e.last_day) as words
     from couture.buy_again_list l ${buyAgainJoins}
     where l.build_id = $1 and l.customer_key = $2 and e.rank <= $3 order by e.rank`,
    [buildId, customerKey, limit],
  );
}

/** Trending and bestseller lists of a category; '' is the whole shop. */
export async function shopLists(
  client: Queryable,
  buildId: number,
  category: string,
  limit: number,
): Promise<ListEntry[]> {
  return entries(
    client,
    `select l.kind, ${entryColumns('l.kind')}, null::text as because_id
     from couture.trending_list l ${entryJoins}
     where l.build_id = $1 and l.category = $2 and e.rank <= $3 order by l.kind, e.rank`,
    [buildId, category, limit],
  );
}

/** Categories that have lists in a build, without the whole shop (''). */
export async function listedCategories(client: Queryable, buildId: number): Promise<string[]> {
  const { rows } = await client.query<{ category: string }>(
    `select distinct category from couture.trending_list where build_id = $1 and category <> '' order by 1`,
    [buildId],
  );
  return rows.map((row) => row.category);
}

/** Turns reasons into words. Only SQL has the words, because the view `couture.recommendation` needs them. */
export async function reasonWords(
  client: Queryable,
  reasons: ReadonlyArray<{ kind: string; reason: number; because: string | null }>,
): Promise<string[]> {
  const { rows } = await client.query<{ words: string | null }>(
    `select couture.reason_words(kind, reason, because) as words
     from unnest($1::text[], $2::int[], $3::text[]) with ordinality as u (kind, reason, because, place)
     order by place`,
    [
      reasons.map((each) => each.kind),
      reasons.map((each) => each.reason),
      reasons.map((each) => each.because),
    ],
  );
  return rows.map((row) => row.words ?? '');
}

/** Joins each list `l` with its entries, and each entry with its product id. */
export const entryJoins = `
  cross join lateral unnest(l.item_keys, l.scores, l.reasons) with ordinality as e (item_key, score, reason, rank)
  join couture.product_key i on i.product_key = e.item_key`;

/** Joins each list `l` of couture.buy_again_list with its entries, and each entry with the product that was bought. */
export const buyAgainJoins = `
  cross join lateral unnest(l.item_keys, l.probabilities, l.last_days, l.intervals, l.times)
    with ordinality as e (item_key, score, last_day, every, times, rank)
  join couture.product_key i on i.product_key = e.item_key`;

/** The last four digits of a reason are an index into because_keys, as the build writes them. */
export const becauseJoin = `
  left join couture.product_key b
    on b.product_key = l.because_keys[e.reason % 10000]`;

function entryColumns(kind: string): string {
  return `e.rank::int as rank, i.product_id::text as item_id, e.score, e.reason::int as reason,
          couture.reason_source(${kind}, e.reason) as source`;
}

async function entries(client: Queryable, text: string, values: unknown[]): Promise<ListEntry[]> {
  const { rows } = await client.query<ListEntry>(text, values);
  return rows;
}
