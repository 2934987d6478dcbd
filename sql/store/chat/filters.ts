// Filters of the console's lists that an agent has saved.
import type { Queryable } from '../../pool.ts';

export interface SavedFilter {
  readonly name: string;
  readonly list: 'queue' | 'mine' | 'snoozed' | 'all';
  readonly team_id: string | null;
  readonly label_id: number | null;
  readonly search: string | null;
}

export interface FilterRow extends SavedFilter {
  readonly filter_id: number;
}

export const maxFilters = 20;

/** Of one agent, by name. */
export async function readFilters(client: Queryable, sub: string): Promise<FilterRow[]> {
  const { rows } = await client.query<FilterRow>(
    `select ${columns} from couture.chat_filter where sub = $1 order by lower(name)`,
    [sub],
  );
  return rows;
}

/**
 * Saves a filter, or replaces the agent's one with this name. @returns undefined if the agent has the most already.
 * Postgres throws 23503 for a team or label that doesn't exist.
 */
export async function saveFilter(
  client: Queryable,
  sub: string,
  { name, list, team_id, label_id, search }: SavedFilter,
): Promise<FilterRow | undefined> {
  const { rows } = await client.query<FilterRow>(
    `insert into couture.chat_filter (sub, name, list, team_id, label_id, search)
     select $1::text, $2::text, $3, $4, $5, $6
     where (select count(*) from couture.chat_filter where sub = $1 and lower(name) <> lower($2)) < ${maxFilters}
     on conflict (sub, lower(name)) do update set name = excluded.name, list = excluded.list, team_id = excluded.team_id,
       label_id = excluded.label_id, search = excluded.search
     returning ${columns}`,
    [sub, name, list, team_id, label_id, search],
  );
  return rows[0];
}

export async function removeFilter(client: Queryable, sub: string, filterId: number): Promise<boolean> {
  const { rowCount } = await client.query(
    'delete from couture.chat_filter where sub = $1 and filter_id = $2',
    [sub, filterId],
  );
  return rowCount === 1;
}

const columns = 'filter_id, name, list, team_id, label_id, search';
