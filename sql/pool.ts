// Connections to Postgres: one pool a process, or a single client for work that owns its session.
import pg from 'pg';
import { Connection, destroyConnection } from './connection.ts';
import { Fault } from './fault.ts';

export type Pool = pg.Pool;
export type Client = pg.Client;
/** Anything that runs one statement: a pool, a pool's client, a client. */
export interface Queryable {
  query<R extends pg.QueryResultRow = pg.QueryResultRow>(
    text: string,
    values?: unknown[],
  ): Promise<pg.QueryResult<R>>;
}

export interface ConnectOptions {
  /** Shows in pg_stat_activity, so that a person can tell who holds a lock. */
  readonly applicationName?: string;
  /** Upper bound of open connections; pools only. */
  readonly max?: number;
  /** Milliseconds a statement may run; 0 is no limit. */
  readonly statementTimeout?: number;
  /** Milliseconds that opening a connection, or waiting for a free one, may take; 10,000 where nothing is said. */
  readonly connectTimeout?: number;
}

/** Opens a pool. Nothing connects before the first query. Close it with `pool.end()`, which has an end itself. */
export function openPool(url: string, options: ConnectOptions = {}): Pool {
  const pool = new EndingPool({ ...settings(url, options), max: options.max ?? 4, Client: Connection });
  // An idle connection that breaks emits 'error' on the pool; the next query reports it to its caller.
  pool.on('error', () => {});
  return pool;
}

/** Milliseconds that statements in flight get after `pool.end()` before their connections are destroyed. */
const endTimeout = 2_000;

/** pg's own `end()` waits for every client that is checked out, for as long as its statement hangs. */
class EndingPool extends pg.Pool {
  readonly #open = new Set<pg.PoolClient>();

  constructor(config: pg.PoolConfig) {
    super(config);
    this.on('connect', (client) => this.#open.add(client)).on('remove', (client) =>
      this.#open.delete(client),
    );
  }

  override end(): Promise<void>;
  override end(callback: () => void): void;
  override end(callback?: () => void): Promise<void> | undefined {
    const ended = this.#end();
    if (!callback) return ended;
    ended.then(callback, callback);
    return undefined;
  }

  async #end(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        for (const client of this.#open) destroyConnection(client as unknown as pg.Client);
        // A client that nobody releases would still be waited for.
        timer = setTimeout(resolve, endTimeout / 10);
      }, endTimeout);
    });
    try {
      await Promise.race([super.end(), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/**
 * Opens one connection. Close it with `client.end()`.
 * @throws Fault `postgres_unreachable` when the server does not answer or refuses the login.
 */
export async function openClient(url: string, options: ConnectOptions = {}): Promise<Client> {
  const client = new Connection(settings(url, options));
  try {
    await client.connect();
  } catch (cause) {
    throw unreachable(url, cause);
  }
  return client;
}

/** The URL without its password, for messages and logs. */
export function redactUrl(url: string): string {
  try {
    const parsed = new URL(url);
    if (parsed.password) parsed.password = '***';
    if (parsed.searchParams.has('password')) parsed.searchParams.set('password', '***');
    return parsed.toString();
  } catch {
    return '(not a URL)';
  }
}

/** Quotes an identifier: `a"b` → `"a""b"`. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Runs a statement that each connection plans once and then knows by its name. */
export async function runPrepared<R extends pg.QueryResultRow>(
  pool: Pool | Client,
  name: string,
  text: string,
  values: unknown[],
): Promise<R[]> {
  const { rows } = await pool.query<R>({ name, text, values });
  return rows;
}

/** Runs `work` inside a transaction on `client`; rolls back and rethrows when it fails. */
export async function inTransaction<T>(
  client: Queryable,
  work: () => Promise<T>,
  begin = 'begin',
): Promise<T> {
  await client.query(begin);
  try {
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    // The connection may be gone already; the first error is the one to report.
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

function settings(url: string, options: ConnectOptions): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: options.applicationName ?? 'couture',
    connectionTimeoutMillis: options.connectTimeout ?? 10_000,
    keepAlive: true,
    // Without it the system's own two hours hold; a server that is gone is then noticed within half a minute.
    keepAliveInitialDelayMillis: 15_000,
    // The server ends the statement; the client gives up a little later, for a server that no longer answers.
    ...(options.statementTimeout
      ? { statement_timeout: options.statementTimeout, query_timeout: options.statementTimeout + 1_000 }
      : {}),
  };
}

function unreachable(url: string, cause: unknown): Fault {
  const reason = cause instanceof Error ? cause.message || (cause as { code?: string }).code : String(cause);
  return new Fault(
    'postgres_unreachable',
    `Postgres at ${redactUrl(url)} cannot be reached: ${reason}`,
    'Check DATABASE_URL (host, port, user, password, database) and that the server accepts connections; leave DATABASE_URL unset to use the embedded Postgres.',
    { cause },
  );
}
