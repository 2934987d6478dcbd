// couture.curation: merchandising rules, written and read. The runtime applies them when it reads lists.
import type { Queryable } from '../../pool.ts';

export type CurationAction = 'pin' | 'block' | 'boost';
export type CurationScope = 'product' | 'category' | 'shop';

export interface CurationRule {
  readonly curation_id: number;
  readonly action: CurationAction;
  /** The product that is pinned, blocked or boosted, with all its variants. */
  readonly product_id: string;
  readonly scope: CurationScope;
  /** A product id or the name of a category; '' for the whole shop. */
  readonly subject: string;
  /** Kinds of lists to which the rule applies; empty means all. */
  readonly kinds: readonly string[];
  /** pin: position in the list, from 1. */
  readonly place: number | null;
  /** boost: factor for the score. */
  readonly factor: number | null;
  readonly from_at: Date | null;
  readonly until_at: Date | null;
  readonly note: string;
  readonly created_at: Date;
}

export type NewRule = Omit<CurationRule, 'curation_id' | 'created_at'>;

/** Inserts a rule; runtimes are notified at the commit. */
export async function addRule(client: Queryable, rule: NewRule): Promise<CurationRule> {
  const { rows } = await client.query<CurationRule>(
    `insert into couture.curation (action, product_id, scope, subject, kinds, place, factor, from_at, until_at, note)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning *`,
    [
      rule.action,
      rule.product_id,
      rule.scope,
      rule.subject,
      rule.kinds,
      rule.place,
      rule.factor,
      rule.from_at,
      rule.until_at,
      rule.note,
    ],
  );
  return rows[0]!;
}

/** Removes rules; returns the ids of those that existed. */
export async function removeRules(client: Queryable, ids: readonly number[]): Promise<number[]> {
  const { rows } = await client.query<{ curation_id: number }>(
    'delete from couture.curation where curation_id = any ($1) returning curation_id',
    [ids],
  );
  return rows.map((row) => row.curation_id);
}

/** All rules, the newest last; expired ones only with `includeEnded`. */
export async function listRules(
  client: Queryable,
  { includeEnded = false }: { includeEnded?: boolean } = {},
): Promise<CurationRule[]> {
  const { rows } = await client.query<CurationRule>(
    `select * from couture.curation where $1 or until_at is null or until_at > now() order by curation_id`,
    [includeEnded],
  );
  return rows;
}

/** Current and future rules. A caller that caches them must check `from_at` and `until_at` at each use. */
export function activeRules(client: Queryable): Promise<CurationRule[]> {
  return listRules(client);
}
