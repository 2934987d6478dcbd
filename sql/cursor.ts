// Query → batches of rows through pg-cursor: memory is bounded by one batch, whatever the size of the result.
import Cursor from 'pg-cursor';
import { destroyConnection, ownDeadline, queryTimeoutOf } from './connection.ts';
import { connectionLost, isConnectionLost } from './errors.ts';
import type { Client } from './pool.ts';

export interface CursorOptions {
  /** Rows per round trip; affects speed and memory only. */
  readonly batchRows?: number;
  /** Also aborts a read in flight. */
  readonly signal?: AbortSignal;
  /** Milliseconds for one round trip; 0 means no limit. Default: the client's query timeout. */
  readonly deadline?: number;
}

/** Milliseconds that closing a portal may take before the socket is destroyed. */
const closeTimeout = 2_000;

/**
 * Yields batches of rows, each row an array in the order of the select list.
 * The portal is closed however the loop ends: an unclosed portal can hold locks.
 * @throws CoutureError `postgres_lost` when the connection ends or stops answering
 */
export async function* batchesOf<Row extends unknown[]>(
  client: Client,
  text: string,
  values: unknown[] = [],
  options: CursorOptions = {},
): AsyncGenerator<Row[], void, undefined> {
  const { batchRows = 5_000, signal } = options;
  signal?.throwIfAborted();
  const cursor = new RowCursor<Row>(client, text, values, options);
  try {
    for (;;) {
      signal?.throwIfAborted();
      const rows = await cursor.read(batchRows);
      if (rows.length === 0) return;
      yield rows;
    }
  } finally {
    await cursor.close().catch(() => {});
  }
}

/**
 * A pg-cursor whose `read` and `close` always settle. pg-cursor notices a lost connection only as an error of its query:
 * `close` then waits for a `ReadyForQuery` that never comes.
 */
export class RowCursor<Row extends unknown[]> {
  readonly #client: Client;
  readonly #cursor: Cursor<Row>;
  readonly #signal: AbortSignal | undefined;
  readonly #deadline: number;
  #lost: Error | undefined;
  /** Rejects the read or close in flight. */
  #fail: ((error: Error) => void) | undefined;

  constructor(client: Client, text: string, values: unknown[], { signal, deadline }: CursorOptions = {}) {
    this.#client = client;
    this.#signal = signal;
    this.#deadline = deadline ?? queryTimeoutOf(client);
    client.on('error', this.#onLost).on('end', this.#onLost);
    signal?.addEventListener('abort', this.#onAbort);
    this.#cursor = client.query(new Cursor<Row>(text, values, { rowMode: 'array' }));
    // A cursor may stay open for hours, so the deadline applies to each read.
    ownDeadline(client, this.#cursor, 0);
  }

  /** Returns the next rows, an empty array at the end. @throws CoutureError `postgres_lost` */
  read(rows: number): Promise<Row[]> {
    return this.#settle(this.#deadline, (done) =>
      this.#cursor.read(rows, (error, found) => done(error, found)),
    );
  }

  /** Closes the portal. @throws CoutureError `postgres_lost` */
  async close(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#onAbort);
    try {
      await this.#settle<void>(closeTimeout, (done) => this.#cursor.close((error) => done(error)));
    } finally {
      this.#client.off('error', this.#onLost).off('end', this.#onLost);
    }
  }

  async #settle<T>(
    deadline: number,
    start: (done: (error?: Error | null, value?: T) => void) => void,
  ): Promise<T> {
    if (this.#lost) throw this.#lost;
    const reason = new Error(`no answer within ${deadline} ms`);
    const timer = deadline ? setTimeout(() => destroyConnection(this.#client, reason), deadline) : undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        this.#fail = reject;
        start((error, value) => (error ? reject(error) : resolve(value as T)));
      });
    } catch (error) {
      if (!isConnectionLost(error)) throw error;
      throw (this.#lost ??= connectionLost(error));
    } finally {
      this.#fail = undefined;
      clearTimeout(timer);
    }
  }

  readonly #onLost = (cause?: unknown): void => {
    this.#lost ??= connectionLost(cause ?? new Error('the connection ended'));
    this.#fail?.(this.#lost);
  };

  readonly #onAbort = (): void => {
    this.#fail?.(this.#signal!.reason as Error);
  };
}
