// One build at a time: a session-level advisory lock, which Postgres releases when its holder dies.
import os from 'node:os';
import process from 'node:process';
import { type Client, openClient, type Queryable } from '../../pool.ts';

/** 'coutureb' as a number; the same for every couture process on a database. */
const lockKey = '7164785246073545058';

/** Application name of a build's session in pg_stat_activity. */
export function buildSessionName(): string {
  return `couture build (pid ${process.pid} on ${os.hostname()})`.slice(0, 63);
}

/**
 * Opens the session of a build. The server checks for a live client even during a statement, so that the locks of a
 * build that was killed, or whose machine is gone, are released soon.
 */
export async function openBuildSession(url: string, applicationName = buildSessionName()): Promise<Client> {
  const client = await openClient(url, { applicationName });
  for (const setting of ["client_connection_check_interval = '1s'", "tcp_keepalives_idle = '30s'"]) {
    // Not supported on every platform, nor by every database that speaks the protocol.
    await client.query(`set ${setting}`).catch(() => {});
  }
  return client;
}

/** Tries to take the lock until `client` ends. Returns undefined on success, else a description of the holder. */
export async function takeBuildLock(client: Client): Promise<string | undefined> {
  const { rows } = await client.query<{ taken: boolean }>(
    'select pg_try_advisory_lock($1::bigint) as taken',
    [lockKey],
  );
  return rows[0]!.taken ? undefined : ((await buildLockHolder(client)) ?? 'a session that has just ended');
}

/** Describes the holder of the lock; undefined when it is free. */
export async function buildLockHolder(client: Queryable): Promise<string | undefined> {
  const { rows } = await client.query<{ holder: string }>(
    `select format('%s, since %s', a.application_name, to_char(a.backend_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS UTC')) as holder
     from pg_locks l join pg_stat_activity a using (pid)
     where l.locktype = 'advisory' and l.granted and l.objsubid = 1
       and l.database = (select oid from pg_database where datname = current_database())
       and ((l.classid::bigint << 32) | l.objid::bigint) = $1::bigint`,
    [lockKey],
  );
  return rows[0]?.holder;
}

/** Aborts when the session that holds the build lock ends: another build may start then. */
export function abortWithSession(signal: AbortSignal, session: Client): AbortSignal {
  const lost = new AbortController();
  const reason = 'Connection terminated: the session that holds the build lock was closed';
  session.once('end', () => lost.abort(new Error(reason)));
  return AbortSignal.any([signal, lost.signal]);
}
