// The pg client behind every connection of couture: losing the connection doesn't end the process, and `end()` has a
// deadline.
import { createRequire } from 'node:module';
import pg from 'pg';

/** Passes the password that ~/.pgpass or PGPASSFILE has for the connection, or undefined. Untyped and CommonJS. */
const passwordFile = createRequire(import.meta.url)('pgpass') as (
  connection: unknown,
  done: (password: string | undefined) => void,
) => void;

/** Milliseconds that `end()` waits for the server before it destroys the socket. */
const endTimeout = 2_000;

export class Connection extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    // A connection that dies between two statements emits 'error', and without a listener that ends the process.
    // pg-pool removes its own listener from clients that are checked out.
    this.on('error', () => {});
    // pg reads the file, too, but prints a deprecation warning and won't in version 9.
    const { connectionParameters } = internals(this);
    internals(this).password ??= () => new Promise((resolve) => passwordFile(connectionParameters, resolve));
  }

  override end(): Promise<void>;
  override end(callback: (error: Error) => void): void;
  override end(callback?: (error: Error) => void): Promise<void> | undefined {
    const timer = setTimeout(() => destroyConnection(this), endTimeout);
    const ended = super.end().finally(() => clearTimeout(timer));
    if (!callback) return ended;
    ended.then(() => (callback as () => void)(), callback);
    return undefined;
  }
}

/** Destroys the socket; statements in flight fail with `reason`. */
export function destroyConnection(client: pg.Client, reason?: Error): void {
  internals(client).connection.stream.destroy(reason);
}

/** The process that the server named when the connection was opened. */
export function processIdOf(client: pg.Client): number {
  return internals(client).processID;
}

/** Milliseconds after which the client gives up on a statement; 0 means no limit. */
export function queryTimeoutOf(client: pg.Client): number {
  return internals(client).connectionParameters.query_timeout || 0;
}

/**
 * Gives a query object that pg does not time correctly (COPY streams, cursors) a deadline of its own. pg starts its
 * `query_timeout` timer for them too, but only clears it when they call back, which they never do: the timer kept the
 * process alive for the whole timeout. Call this straight after `client.query(query)`.
 * @returns stops the deadline
 */
export function ownDeadline(
  client: pg.Client,
  query: object,
  milliseconds = queryTimeoutOf(client),
): () => void {
  (query as { callback?: () => void }).callback?.();
  if (!milliseconds) return () => {};
  const timer = setTimeout(
    () => destroyConnection(client, new Error(`no answer within ${milliseconds} ms`)),
    milliseconds,
  );
  return () => clearTimeout(timer);
}

interface Internals {
  readonly processID: number;
  /** Called when the server asks for a password and none is given. */
  password: string | (() => Promise<string | undefined>) | null;
  readonly connection: { readonly stream: { destroy(reason?: Error): void } };
  readonly connectionParameters: { readonly query_timeout?: number | false };
}

function internals(client: pg.Client): Internals {
  return client as unknown as Internals;
}
