// What couture asks of a new connection: a session of its own, which no time limit of the role ends in the middle of its work, and in which
// values and statements are written the same way whatever the role or the database sets.
import pg from 'pg';
import { destroyConnection, processIdOf } from './connection.ts';
import { CoutureError, redactUrl } from './errors.ts';

/** Rounds in which a pooler can show that it switches sessions; other clients can keep it from doing so once. */
const rounds = 3;

/** Verdicts on poolers by the address and login of the connection: every connection of a pool would ask again. */
const verdicts = new Map<string, Promise<boolean>>();

/**
 * Settings of a role or a database that change how values look or how statements are read. pg understands times in the ISO style only, and
 * times without a zone are read as UTC everywhere.
 */
const settled = {
  datestyle: 'ISO',
  intervalstyle: 'postgres',
  timezone: 'UTC',
  bytea_output: 'hex',
  extra_float_digits: '1',
  standard_conforming_strings: 'on',
};

/**
 * Sets the time limits of a session that has just been opened: `statementTimeout` for statements, none for being idle.
 * Takes one round trip if no pooler is in between. Limits are no startup parameters, which PgBouncer rejects.
 * @param config with which `client` was opened
 * @param statementTimeout in milliseconds; 0 means no limit
 * @throws CoutureError `postgres_pooled` behind a pooler that runs each transaction in another session
 */
export async function prepareSession(
  client: pg.Client,
  config: pg.ClientConfig,
  statementTimeout = 0,
): Promise<void> {
  let late: Error | undefined;
  const timer = setTimeout(() => {
    late = new Error(`no answer within ${config.connectionTimeoutMillis} ms`);
    destroyConnection(client, late);
  }, config.connectionTimeoutMillis);
  try {
    // A pooler makes up the process id with which a client can cancel its statements.
    const isOwn = await settle(client, statementTimeout, processIdOf(client));
    if (isOwn) return;
    const isShared = await poolerVerdict(client, config);
    // A pooler without a free session gives that of the destroyed connection to the next client.
    if (late) verdicts.delete(keyOf(client));
    if (late) throw late;
    if (isShared) throw pooled(config.connectionString ?? '');
    await settle(client, statementTimeout);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Sets the limits if the session is that of the process `pid`: in a shared session, they would apply to other clients, too.
 * @returns whether it is
 */
async function settle(client: pg.Client, statementTimeout: number, pid?: number): Promise<boolean> {
  const settings = {
    ...settled,
    statement_timeout: String(statementTimeout),
    idle_in_transaction_session_timeout: '0',
    idle_session_timeout: '0',
    // Postgres 17 and newer.
    transaction_timeout: '0',
  };
  const { rows } = await client.query<{ own: boolean }>(
    `select pg_catalog.pg_backend_pid() = coalesce($1, pg_catalog.pg_backend_pid()) as own,
            (select pg_catalog.count(pg_catalog.set_config(name, value, false)) from (
               select key, value from pg_catalog.json_each_text($2)
               union all
               -- A function of the shop's must not take the place of one of Postgres's.
               select 'search_path', 'pg_catalog, ' || pg_catalog.current_setting('search_path')
               where pg_catalog.current_setting('search_path') ~ ', *"?pg_catalog"?(,|$)'
             ) settings (name, value)
             where pg_catalog.pg_backend_pid() = coalesce($1, pg_catalog.pg_backend_pid()) and pg_catalog.current_setting(name, true) is not null)`,
    [pid, JSON.stringify(settings)],
  );
  return rows[0]!.own;
}

function keyOf({ host, port, database, user }: pg.Client): string {
  return [host, port, database, user].join('\n');
}

/** What cannot be found out now is asked again by the next connection. */
function poolerVerdict(client: pg.Client, config: pg.ClientConfig): Promise<boolean> {
  const key = keyOf(client);
  let verdict = verdicts.get(key);
  if (!verdict) {
    verdict = switchesSessions(client, config).then((found) => {
      if (found === undefined) verdicts.delete(key);
      return found === true;
    });
    verdicts.set(key, verdict);
    verdict.catch(() => verdicts.delete(key));
  }
  return verdict;
}

/**
 * Whether statements of one client run in different sessions, or two clients share one. PgBouncer lends the session that was
 * used last, or with `server_round_robin` the one that has waited longest. Undefined: not known.
 */
async function switchesSessions(client: pg.Client, config: pg.ClientConfig): Promise<boolean | undefined> {
  const other = new pg.Client(config);
  other.on('error', () => {});
  try {
    await other.connect();
  } catch {
    // Without a second connection, as at a limit of connections, nothing is known against the pooler.
    return undefined;
  }
  try {
    for (let round = 0; round < rounds; round++) {
      const pid = await backendOf(client);
      if ((await backendOf(client)) !== pid) return true;
      await other.query('begin');
      // The order matters: if both have the same session, the client waits for it until the transaction ends.
      if ((await backendOf(other)) === pid || (await backendOf(client)) !== pid) return true;
      await other.query('rollback');
    }
    return false;
  } catch (error) {
    if (/statement pooling mode/.test((error as Error).message)) return true;
    throw error;
  } finally {
    destroyConnection(other);
  }
}

async function backendOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('select pg_catalog.pg_backend_pid() as pid');
  return rows[0]!.pid;
}

function pooled(url: string): CoutureError {
  return new CoutureError(
    'postgres_pooled',
    `Between couture and Postgres at ${redactUrl(url)} is a pooler in transaction mode, where each transaction can run in another session: locks, prepared statements and LISTEN do not work`,
    'Use the address of the server itself, or of a pooler in session mode: port 5432 instead of 6543 (Supabase), the host without "-pooler" (Neon), pool_mode = session (PgBouncer).',
  );
}
