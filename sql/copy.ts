// COPY in both directions as Node streams (pg-copy-streams); the bytes are the caller's business.
import type { Readable, Writable } from 'node:stream';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type { Client } from './pool.ts';

/** Starts `COPY (query) TO STDOUT`; the stream yields raw chunks that may split rows anywhere. */
export function copyOut(
  client: Client,
  query: string,
  format: 'binary' | 'csv' | 'text' = 'binary',
): Readable {
  return client.query(
    copyTo(`copy (${query}) to stdout (format ${format})`, { highWaterMark: 1 << 20 }),
  ) as unknown as Readable;
}

/** Starts `COPY target FROM STDIN`; ends when the stream is finished, fails when Postgres refuses a row. */
export function copyIn(client: Client, target: string, options = 'format binary'): Writable {
  return client.query(
    copyFrom(`copy ${target} from stdin (${options})`, { highWaterMark: 1 << 20 }),
  ) as unknown as Writable;
}
