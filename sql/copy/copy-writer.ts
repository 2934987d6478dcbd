// A CopyEncoder that empties itself into a COPY stream, with back-pressure; and `copyRows`, the short way.
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Client } from '../pool.ts';
import { copyIn } from './copy.ts';
import { CopyEncoder } from './copy-encoder.ts';

// A socket may keep a write below its high-water mark after it has called back (16 KB, 64 KB since Node 22).
// Such small writes are copied; larger ones are known to be gone when the callback comes.
const COPY_BELOW_BYTES = 1 << 18;

/**
 * Call `header()`, then write rows, awaiting `flush(stream)` whenever `full` is true, and finish with
 * `end(stream)`, or with `abort(stream)` when the rows cannot be completed. Flush once straight after the
 * header where the first rows take long: from then on a failure of the stream is heard.
 */
export class CopyWriter extends CopyEncoder {
  #stream: Writable | undefined;
  #failure: Error | undefined;
  #fail: ((error: Error) => void) | undefined;
  #inFlight: Promise<void> | undefined;

  /**
   * Hands the waiting bytes to the stream. Resolves when the writer may be filled again, which is when the
   * bytes of the flush before this one have left. A failure of the stream is thrown here or by the next flush.
   */
  async flush(stream: Writable): Promise<void> {
    this.#watch(stream);
    await this.#inFlight;
    if (this.#failure) throw this.#failure;
    if (this.length === 0) return;
    const waiting = this.take();
    this.#send(stream, waiting.length < COPY_BELOW_BYTES ? Buffer.from(waiting) : waiting);
  }

  /** Writes the trailer and the rest, ends the stream, and waits until Postgres has taken every row. */
  async end(stream: Writable): Promise<void> {
    this.trailer();
    await this.flush(stream);
    await this.#inFlight;
    const finished = once(stream, 'finish');
    stream.end();
    await finished;
  }

  /** Breaks the COPY off: Postgres forgets its rows, and the connection takes a `rollback` afterwards. */
  async abort(stream: Writable, cause?: unknown): Promise<void> {
    if (this.#failure || stream.destroyed) return;
    this.#watch(stream);
    // `once` rejects at the stream's error, which is Postgres's answer to the break-off.
    const closed = once(stream, 'close').catch(() => {});
    stream.destroy(cause instanceof Error ? cause : new Error('COPY was broken off'));
    await closed;
  }

  /** Keeps the stream's first error: after one, pg-copy-streams never calls a write back. */
  #watch(stream: Writable): void {
    if (this.#stream === stream) return;
    this.#stream = stream;
    this.#failure = undefined;
    this.#inFlight = undefined;
    stream.on('error', (error: Error) => {
      this.#failure ??= error;
      this.#fail?.(error);
    });
  }

  #send(stream: Writable, chunk: Buffer): void {
    const sent = new Promise<void>((resolve, reject) => {
      this.#fail = reject;
      stream.write(chunk, (error) => (error ? reject(error) : resolve()));
    });
    // The next flush or end awaits it; until then a failure must not count as unhandled.
    sent.catch(() => {});
    this.#inFlight = sent;
  }
}

/**
 * COPYs rows into `target` (`table (column, …)`), each written by `write`. Returns the number of rows.
 * A failure of `rows` or of `write` breaks the COPY off, so nothing of it stays.
 */
export async function copyRows<Row>(
  client: Client,
  target: string,
  rows: Iterable<Row> | AsyncIterable<Row>,
  write: (writer: CopyWriter, row: Row) => void,
): Promise<number> {
  const stream = copyIn(client, target);
  const writer = new CopyWriter(1 << 18);
  try {
    writer.header();
    await writer.flush(stream);
    for await (const row of rows) {
      write(writer, row);
      if (writer.full) await writer.flush(stream);
    }
    await writer.end(stream);
  } catch (error) {
    await writer.abort(stream, error);
    throw error;
  }
  return writer.rows;
}
