// Rows of a query in batches through pg-cursor: memory is bounded by one batch, whatever the result's size.
import Cursor from 'pg-cursor';
import type { Client } from './pool.ts';

export interface CursorOptions {
  /** Rows a round trip; affects speed and memory only. */
  readonly batchRows?: number;
  readonly signal?: AbortSignal;
}

/**
 * Yields batches of rows, each row an array in the order of the select list.
 * The portal is closed however the loop ends: an unclosed one can hold locks.
 */
export async function* batchesOf<Row extends unknown[]>(
  client: Client,
  text: string,
  values: unknown[] = [],
  options: CursorOptions = {},
): AsyncGenerator<Row[], void, undefined> {
  const { batchRows = 5_000, signal } = options;
  const cursor = client.query(new Cursor<Row>(text, values, { rowMode: 'array' }));
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
