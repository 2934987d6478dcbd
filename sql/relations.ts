// Whether a relation or a schema exists, for statements that would fail without it.
import type { Queryable } from './pool.ts';

/** @param name of a table or view with its schema; the role needs USAGE on it */
export function hasRelation(client: Queryable, name: string): Promise<boolean> {
  return isTrue(client, 'select to_regclass($1) is not null as found', name);
}

export function hasSchema(client: Queryable, name: string): Promise<boolean> {
  return isTrue(client, 'select to_regnamespace($1) is not null as found', name);
}

async function isTrue(client: Queryable, text: string, name: string): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(text, [name]);
  return rows[0]!.found;
}
