// Subjects whose tokens count no more, whatever they say: staff that has left, accounts that were taken over.
import type { Queryable } from '../../pool.ts';

export async function revokedSubjects(client: Queryable): Promise<Set<string>> {
  const { rows } = await client.query<{ sub: string }>('select sub from couture.revoked_subject');
  return new Set(rows.map((row) => row.sub));
}

/** @returns false where it was so before */
export async function revokeSubject(client: Queryable, sub: string): Promise<boolean> {
  const { rowCount } = await client.query(
    'insert into couture.revoked_subject (sub) values ($1) on conflict do nothing',
    [sub],
  );
  return rowCount === 1;
}

/** @returns false where it was not revoked */
export async function restoreSubject(client: Queryable, sub: string): Promise<boolean> {
  const { rowCount } = await client.query('delete from couture.revoked_subject where sub = $1', [sub]);
  return rowCount === 1;
}
