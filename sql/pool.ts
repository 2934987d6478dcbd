// Connections to Postgres: one pool per process, or a single client for work that needs its own session.
import pg from 'pg';
import { Connection, destroyConnection } from './connection.ts';
import { CoutureError } from './errors.ts';
import { prepareSession } from './session.ts';
import { requirePlainUrl, unreachable } from './unreachable.ts';

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
  /** Shown in pg_stat_activity, so that people can see who holds a lock. */
  readonly applicationName?: string;
  /** Maximum of open connections; pools only. */
  readonly max?: number;
  /** Milliseconds that a statement may run; 0 means no limit. */
  readonly statementTimeout?: number;
  /** Milliseconds for opening a connection, or waiting for a free one. Default 10,000. */
  readonly connectTimeout?: number;
}

/** Creates a pool. It connects at the first query. Close it with `pool.end()`, which has a deadline. */
export function openPool(url: string, options: ConnectOptions = {}): Pool {
  const config = settings(url, options);
  const pool = new EndingPool({
    ...config,
    max: options.max ?? 4,
    Client: Connection,
    onConnect: (client) => prepareSession(client as unknown as Client, config, options.statementTimeout),
  });
  // A broken idle connection emits 'error' on the pool; the next query reports the failure to its caller.
  pool.on('error', () => {});
  return pool;
}

/** Milliseconds that `pool.end()` waits for statements in flight before it destroys their connections. */
const endTimeout = 2_000;

/** A pool whose `end()` has a deadline: pg's own waits for every checked-out client as long as its statement hangs. */
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
        // pg would still wait for a client that is never released.
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
 * @throws CoutureError `postgres_unreachable` when the server does not answer or refuses the login, `postgres_pooled`
 */
export async function openClient(url: string, options: ConnectOptions = {}): Promise<Client> {
  const config = settings(url, options);
  let client: Connection | undefined;
  try {
    // Reads the files that the URL names.
    client = new Connection(config);
    await client.connect();
    await prepareSession(client, config, options.statementTimeout);
  } catch (cause) {
    if (client) destroyConnection(client);
    throw cause instanceof CoutureError ? cause : unreachable(url, cause);
  }
  return client;
}

/** Quotes an identifier: `a"b` → `"a""b"`. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Runs a prepared statement: each connection plans it once per name. */
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

/** Runs `work` inside a transaction on a connection of the pool. */
export async function transact<T>(pool: Pool, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    return await inTransaction(client, () => work(client));
  } finally {
    client.release();
  }
}

function settings(url: string, options: ConnectOptions): pg.ClientConfig {
  requirePlainUrl(url);
  return {
    connectionString: withKnownMode(url),
    application_name: options.applicationName ?? 'couture',
    connectionTimeoutMillis: options.connectTimeout ?? 10_000,
    keepAlive: true,
    // Without it the system's default of two hours applies; with it a dead server is noticed within half a minute.
    keepAliveInitialDelayMillis: 15_000,
    // The server cancels the statement; the client gives up a second later, in case the server no longer answers.
    ...(options.statementTimeout ? { query_timeout: options.statementTimeout + 1_000 } : {}),
  };
}

/**
 * pg checks certificates with each of these modes and prints a warning of four lines that a later version won't. Name the mode
 * that they stand for; a URL with `uselibpqcompat` keeps the meaning that libpq gives them.
 */
function withKnownMode(url: string): string {
  return /[?&]uselibpqcompat=/.test(url)
    ? url
    : url.replace(/([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|$)/, '$1verify-full');
}
