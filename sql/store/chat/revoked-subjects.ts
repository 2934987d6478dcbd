// Subjects whose tokens are rejected although they are valid: staff who left, accounts that were taken over. And single
// tokens whose owners signed out.
import { createHash } from 'node:crypto';
import { daysAgo } from '../../days-ago.ts';
import type { Queryable } from '../../pool.ts';

export async function revokedSubjects(client: Queryable): Promise<Set<string>> {
  const { rows } = await client.query<{ sub: string }>('select sub from couture.revoked_subject');
  return new Set(rows.map((row) => row.sub));
}

/** SQL: whether the access of this subject was revoked. @param sub SQL of the subject */
export function isRevoked(sub: string): string {
  return `exists (select from couture.revoked_subject r where r.sub = ${sub})`;
}

/** @returns false if it was revoked already */
export async function revokeSubject(client: Queryable, sub: string): Promise<boolean> {
  const { rowCount } = await client.query(
    'insert into couture.revoked_subject (sub) values ($1) on conflict do nothing',
    [sub],
  );
  return rowCount === 1;
}

/** How a subject is stored after the customer was erased: their tokens stay revoked. */
export function hashedEntry(sub: string): string {
  return `hashed ${createHash('sha256').update(sub).digest('hex')}`;
}

export function isHashedEntry(entry: string): boolean {
  return entry.startsWith('hashed ');
}

/** How a token is stored among the subjects. */
export function tokenEntry(hash: string): string {
  return `signed out ${hash}`;
}

/** Stores that the owner of a token signed out, and removes tokens that have expired by now. @param maxDays lifetime of tokens */
export async function revokeToken(client: Queryable, hash: string, maxDays: number): Promise<void> {
  await client.query(
    `with expired as (
       delete from couture.revoked_subject where sub like 'signed out %' and revoked_at < ${daysAgo('$2')})
     insert into couture.revoked_subject (sub) values ($1) on conflict do nothing`,
    [tokenEntry(hash), maxDays],
  );
}

/** @returns false if it was not revoked */
export async function restoreSubject(client: Queryable, sub: string): Promise<boolean> {
  const { rowCount } = await client.query('delete from couture.revoked_subject where sub in ($1, $2)', [
    sub,
    hashedEntry(sub),
  ]);
  return rowCount !== 0;
}
