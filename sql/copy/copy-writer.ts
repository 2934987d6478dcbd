// A CopyEncoder that flushes into a COPY stream with backpressure; and `copyRows`, the short form.
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Client } from '../pool.ts';
import { copyIn } from './copy.ts';
import { CopyEncoder } from './copy-encoder.ts';

/**
 * Chunks below this size are copied before they are written: a socket may still hold a write below its high-water mark
 * (16 KB, 64 KB since Node 22) after its callback. Larger ones have left the buffer when the callback comes.
 */
const copyBelowBytes = 1 << 18;

/**
 * Call `header()`, then write rows, awaiting `flush(stream)` whenever `full` is true, and finish with
 * `end(stream)`, or with `abort(stream)` when the rows cannot be completed. If the first rows take long, flush
 * straight after the header: the writer notices a failure of the stream from the first flush on.
 */
export class CopyWriter extends CopyEncoder {
  #stream: Writable | undefined;
  #failure: Error | undefined;
  #fail: ((error: Error) => void) | undefined;
  #inFlight: Promise<void> | undefined;

  /**
   * Passes the buffered bytes to the stream. Resolves when the writer can be filled again, that is when the bytes of the
   * previous flush have left. A failure of the stream is thrown here or by the next flush.
   */
  async flush(stream: Writable): Promise<void> {
    this.#watch(stream);
    await this.#inFlight;
    if (this.#failure) throw this.#failure;
    if (this.length === 0) return;
    const waiting = this.take();
    this.#send(stream, waiting.length < copyBelowBytes ? Buffer.from(waiting) : waiting);
  }

  /** Writes the trailer and the remaining bytes, ends the stream, and waits until Postgres has accepted every row. */
  async end(stream: Writable): Promise<void> {
    this.trailer();
    await this.flush(stream);
    await this.#inFlight;
    const finished = once(stream, 'finish');
    stream.end();
    await finished;
  }

  /** Aborts the COPY: Postgres discards its rows, and the connection accepts a `rollback` afterwards. */
  async abort(stream: Writable, cause?: unknown): Promise<void> {
    if (this.#failure || stream.destroyed) return;
    this.#watch(stream);
    // `once` rejects with the stream's error, which is Postgres's answer to the abort.
    const closed = once(stream, 'close').catch(() => {});
    stream.destroy(cause instanceof Error ? cause : new Error('COPY was aborted'));
    await closed;
  }

  /** Keeps the stream's first error: after it, pg-copy-streams never calls the callback of a write. */
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
    // The next flush or end awaits it; until then a rejection must not count as unhandled.
    sent.catch(() => {});
    this.#inFlight = sent;
  }
}

/**
 * COPYs rows into `target` (`table (column, …)`), each written by `write`. Returns the number of rows.
 * If `rows` or `write` throws, the COPY is aborted and leaves no rows.
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
