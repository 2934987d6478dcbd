// Marker of a sample or generated shop: a table written when the fixtures create the schema `shop`. No real shop has it.
import type { Queryable } from '../../pool.ts';
import { hasRelation } from '../../relations.ts';

/** Marks the newly created schema `shop` as created by the fixtures. */
export async function markSampleShop(client: Queryable): Promise<void> {
  await client.query('insert into shop.sample_marker (system_identifier) values ($1)', [
    (await systemIdentifier(client)) ?? null,
  ]);
}

/** Returns whether the fixtures created the schema `shop`. */
export function hasSampleMarker(client: Queryable): Promise<boolean> {
  return hasRelation(client, 'shop.sample_marker');
}

/**
 * Returns whether the fixtures created the schema `shop` on this Postgres, rather than it being restored from another one's
 * dump.
 */
export async function isSampleOfThisServer(client: Queryable): Promise<boolean> {
  if (!(await hasSampleMarker(client))) return false;
  const server = await systemIdentifier(client);
  if (server === undefined) return false;
  const { rows } = await client.query<{ own: boolean }>(
    'select count(*) = 1 and bool_and(system_identifier = $1) as own from shop.sample_marker',
    [server],
  );
  return rows[0]!.own === true;
}

async function systemIdentifier(client: Queryable): Promise<string | undefined> {
  // Some managed Postgres services revoke the function, and a refused statement would abort the caller's transaction.
  const { rows: rights } = await client.query<{ may: boolean }>(
    `select has_function_privilege('pg_catalog.pg_control_system()', 'execute') as may`,
  );
  if (!rights[0]!.may) return undefined;
  const { rows } = await client.query<{ id: string }>(
    'select system_identifier::text as id from pg_catalog.pg_control_system()',
  );
  return rows[0]!.id;
}
