// COPY in both directions as Node streams (pg-copy-streams); callers encode and decode the bytes.
import type { Readable, Writable } from 'node:stream';
import type { Submittable } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { ownDeadline } from '../connection.ts';
import type { Client } from '../pool.ts';

/**
 * Starts `COPY (query) TO STDOUT`. The stream yields raw chunks, which may split rows anywhere.
 * Each row costs a view and a copy; for millions of them, see `readCopy`.
 */
export function copyOut(
  client: Client,
  query: string,
  format: 'binary' | 'csv' | 'text' = 'binary',
): Readable {
  return timed(client, copyTo(`copy (${query}) to stdout (format ${format})`, { highWaterMark: 1 << 20 }));
}

/** Starts `COPY target FROM STDIN`. Ends when the stream is finished, fails when Postgres rejects a row. */
export function copyIn(client: Client, target: string, options = 'format binary'): Writable {
  return timed(client, copyFrom(`copy ${target} from stdin (${options})`, { highWaterMark: 1 << 20 }));
}

/** Submits a COPY, with the client's query timeout as its deadline. */
function timed<Stream extends Readable | Writable>(client: Client, stream: Stream): Stream {
  client.query(stream as Stream & Submittable);
  const stop = ownDeadline(client, stream);
  const query = stream as unknown as Record<
    'handleError' | 'handleReadyForQuery',
    (...given: unknown[]) => void
  >;
  // The protocol ends a query in these two ways; 'close' does not follow every error of these streams.
  for (const end of ['handleError', 'handleReadyForQuery'] as const) {
    const inner = query[end];
    query[end] = (...given) => {
      stop();
      inner.apply(stream, given);
    };
  }
  return stream;
}
