// All lists of one build, entry by entry through pg-cursor: memory is bounded by one batch, whatever the build's size.
import { batchesOf } from '../../cursor.ts';
import type { Client } from '../../pool.ts';
import { becauseJoin, buyAgainJoins, entryJoins } from './lists.ts';

/** kind, subject (product, customer or category; '' is the whole shop), rank, item_id, score, reason, source. */
export type ExportedRow = [
  kind: string,
  subject: string,
  rank: number,
  item_id: string,
  score: number,
  reason: string,
  source: string,
];

export interface ExportOptions {
  readonly signal?: AbortSignal;
  /** Rows per round trip; affects speed and memory only. */
  readonly batchRows?: number;
}

/**
 * Yields batches of entries in the order of the kinds, within a kind by key (the order in which products and customers
 * became known), best entry first. Reads one snapshot: a build that is pruned meanwhile is exported completely.
 * The rows equal those of the view couture.recommendation for a published build: every variant has its group's list.
 */
export async function* exportRows(
  client: Client,
  buildId: number,
  kinds: readonly string[],
  options: ExportOptions = {},
): AsyncGenerator<ExportedRow[], void, undefined> {
  await client.query('begin isolation level repeatable read read only');
  try {
    // Keys are read from their index one by one, lists and entries are looked up: no whole table is sorted or hashed.
    for (const way of ['hashjoin', 'mergejoin', 'sort', 'bitmapscan'])
      await client.query(`set local enable_${way} = off`);
    await client.query('set local jit = off');
    for (const kind of kinds) yield* batchesOf<ExportedRow>(client, queryOf(kind), [buildId, kind], options);
  } finally {
    await client.query('rollback').catch(() => {});
  }
}

function queryOf(kind: string): string {
  if (kind === 'personalized') {
    return `
      select $2::text, k.customer_id::text, e.rank::int, i.product_id::text, e.score,
             couture.reason_words($2::text, e.reason, nullif(b.product_id, i.product_id)::text),
             couture.reason_source($2::text, e.reason)
      from couture.customer_key k
      join couture.customer_list l using (customer_key) ${entryJoins} ${becauseJoin}
      where l.build_id = $1 order by k.customer_key, e.rank`;
  }
  if (kind === 'buy_again') {
    return `
      select $2::text, k.customer_id::text, e.rank::int, i.product_id::text, e.score,
             couture.buy_again_words(e.times, e.every, e.last_day), couture.reason_source($2::text, 0)
      from couture.customer_key k
      join couture.buy_again_list l using (customer_key) ${buyAgainJoins}
      where l.build_id = $1 order by k.customer_key, e.rank`;
  }
  const columns = `e.rank::int, i.product_id::text, e.score, couture.reason_words($2::text, e.reason),
                   couture.reason_source($2::text, e.reason)`;
  if (kind === 'trending' || kind === 'bestseller') {
    return `
      select $2::text, l.category, ${columns}
      from couture.trending_list l ${entryJoins}
      where l.build_id = $1 and l.kind = $2 order by l.category, e.rank`;
  }
  return `
    select $2::text, k.product_id::text, ${columns}
    from couture.product_key k
    join couture.product_list l on l.product_key = k.representative_key ${entryJoins}
    where l.build_id = $1 and l.kind = $2 order by k.product_key, e.rank`;
}

/** Yields the customers who have a personalized list in a build, by key. */
export function listedCustomers(
  client: Client,
  buildId: number,
  options: ExportOptions = {},
): AsyncGenerator<Array<[customerId: string]>> {
  return batchesOf<[string]>(
    client,
    `select k.customer_id::text from couture.customer_list l join couture.customer_key k using (customer_key)
     where l.build_id = $1 order by customer_key`,
    [buildId],
    options,
  );
}
