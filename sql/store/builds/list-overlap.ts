// Similarity of two builds: the mean share of a list's first ten entries that the other build has, too.
import type { Queryable } from '../../pool.ts';

/** Lists compared per kind: enough for a mean within some hundredths, cheap at any size. */
const sample = 1_000;

/** Kind → mean overlap of the product lists that both builds have. */
export async function listOverlap(
  client: Queryable,
  buildId: number,
  otherId: number,
): Promise<Record<string, number>> {
  const { rows } = await client.query<{ kind: string; overlap: number }>(
    `select kind, avg(cardinality(array(
              select unnest(mine.item_keys[1:10]) intersect select unnest(theirs.item_keys[1:10])
            ))::float8 / cardinality(mine.item_keys[1:10])) as overlap
     from (select distinct kind from couture.product_list where build_id = $1) kinds
     cross join lateral (
       select m.product_key, m.item_keys, t.item_keys as other_keys
       from couture.product_list m
       join couture.product_list t using (kind, product_key)
       where m.build_id = $1 and t.build_id = $2 and m.kind = kinds.kind and cardinality(m.item_keys) > 0
       order by m.product_key limit ${sample}
     ) pairs
     cross join lateral (select pairs.item_keys) mine (item_keys)
     cross join lateral (select pairs.other_keys) theirs (item_keys)
     group by kind`,
    [buildId, otherId],
  );
  return Object.fromEntries(rows.map((row) => [row.kind, row.overlap]));
}
