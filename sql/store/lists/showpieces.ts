// Products and customers with good example lists for a tour: much evidence, of several kinds.
import type { IdType } from '../../id-types.ts';
import type { Queryable } from '../../pool.ts';

/** Ids of products with a list of every kind, ordered by the number of orders that they share with their best four companions. */
export async function richProducts(client: Queryable, buildId: number, limit: number): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `select k.product_id::text as id
     from couture.product_list l join couture.product_key k using (product_key)
     cross join lateral (
       select sum(greatest(reason, 0)) as evidence, bool_and(reason > 0) as earned from unnest(l.reasons[1:4]) reason
     ) best
     where l.build_id = $1 and l.kind = 'bought_together' and best.earned and 2 = (
       select count(*) from couture.product_list o
       where o.build_id = $1 and o.product_key = l.product_key and o.kind in ('similar', 'bundle')
     )
     order by best.evidence desc, k.product_key limit $2`,
    [buildId, limit],
  );
  return rows.map((row) => row.id);
}

/** Ids of customers with a list, ordered by the number of their own products that led to its best entries. */
export async function richCustomers(client: Queryable, buildId: number, limit: number): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `select k.customer_id::text as id
     from (
       -- Any 5,000 customers will do; a large shop has a million.
       select customer_key, reasons from couture.customer_list where build_id = $1 limit 5000
     ) l join couture.customer_key k using (customer_key)
     where cardinality(l.reasons) >= 5
     order by (select count(distinct reason) from unnest(l.reasons[1:5]) reason) desc, k.customer_key limit $2`,
    [buildId, limit],
  );
  return rows.map((row) => row.id);
}

/**
 * The first of these customers who has a watch list and has bought 4 to 12 different products, or undefined.
 * @param client the connection with couture's tables, which may be another one
 */
export async function firstWithHistory(
  client: Queryable,
  source: Queryable,
  type: IdType,
  ids: readonly string[],
): Promise<string | undefined> {
  const { rows: kept } = await client.query<{ id: string }>(
    'select distinct customer_id as id from couture.watch_entry where customer_id = any ($1)',
    [ids],
  );
  const { rows } = await source.query<{ id: string }>(
    `select u.id from unnest($1::text[]) with ordinality as u (id, place)
     where (u.id = any ($2) or exists (select from couture_source.watchlist w where w.customer_id = u.id::${type}))
       and (select count(distinct o.product_id) from couture_source.order_line o where o.customer_id = u.id::${type})
           between 4 and 12
     order by u.place limit 1`,
    [ids, kept.map(({ id }) => id)],
  );
  return rows[0]?.id;
}

/** Ids of products with any list, ordered by the evidence of its best four entries. */
export async function listedProducts(client: Queryable, buildId: number, limit: number): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `select k.product_id::text as id
     from couture.product_list l join couture.product_key k using (product_key)
     cross join lateral (select sum(greatest(reason, 0)) as evidence from unnest(l.reasons[1:4]) reason) best
     where l.build_id = $1
     group by k.product_key, k.product_id order by max(best.evidence) desc, k.product_key limit $2`,
    [buildId, limit],
  );
  return rows.map((row) => row.id);
}
