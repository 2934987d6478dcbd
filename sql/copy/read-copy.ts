// COPY TO STDOUT → its bytes, where they lie in what the connection received.
//
// Each row is a message of its own, of which pg-copy-streams makes a view and a copy: a million order lines took .69 s of CPU
// with it, decoding and the catalogue included, and .53 like this (busy machine). Only these messages are read here; all others,
// cut or whole, go on to pg, which knows what they mean.
import { ownDeadline } from '../connection.ts';
import type { Client } from '../pool.ts';
import { int32 } from './copy-decoder.ts';

/** Takes bytes[from … to) of the data, which may begin and end within a row. They are valid until it returns. */
export type TakeBytes = (bytes: Buffer, from: number, to: number) => void;

/**
 * Runs `COPY (query) TO STDOUT` in binary format and passes all bytes to `take`, in order.
 * @throws what Postgres answered, what `take` threw, or the signal's reason. Unless Postgres answered, the connection is in
 *   the middle of the COPY then: close it.
 */
export async function readCopy(
  client: Client,
  query: string,
  take: TakeBytes,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const reading = new CopyReading(`copy (${query}) to stdout (format binary)`, take);
  client.query(reading as never);
  const stopDeadline = ownDeadline(client, reading);
  const abort = () => reading.fail(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await reading.done;
  } finally {
    signal.removeEventListener('abort', abort);
    stopDeadline();
  }
}

type Listener = (chunk: Buffer) => void;

/** The part of pg's connection that is used. */
export interface CopyConnection {
  readonly stream: {
    listeners(event: 'data'): unknown[];
    on(event: 'data', listener: Listener): unknown;
    removeListener(event: 'data', listener: Listener): unknown;
    pause(): unknown;
  };
  query(text: string): void;
}

const copyData = 'd'.charCodeAt(0);
/** The kind of a message and its length, which counts itself and not the kind. */
const headLength = 5;

/** A query for `client.query`: pg calls its methods. */
export class CopyReading {
  readonly done: Promise<void>;
  readonly #text: string;
  readonly #take: TakeBytes;
  #settle!: { resolve: () => void; reject: (error: unknown) => void };
  #connection: CopyConnection | undefined;
  /** pg's own listener, while this reads in its place. */
  #others: Listener | undefined;
  #failed = false;
  /** The message that the last chunk cut: bytes to come, and whether they are data; or the part of its head. */
  #left = 0;
  #isData = false;
  #head: Buffer = Buffer.alloc(0);

  constructor(text: string, take: TakeBytes) {
    this.#text = text;
    this.#take = take;
    this.done = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  submit(connection: CopyConnection): void {
    this.#connection = connection;
    const { stream } = connection;
    this.#others = stream.listeners('data')[0] as Listener;
    stream.removeListener('data', this.#others);
    stream.on('data', this.#onData);
    connection.query(this.#text);
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#handBack();
    this.#settle.resolve();
  }

  handleError(error: unknown): void {
    this.#handBack();
    this.#settle.reject(error);
  }

  /** Takes no more data. */
  fail(error: unknown): void {
    this.#failed = true;
    this.#connection?.stream.pause();
    this.#settle.reject(error);
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#failed) return;
    try {
      this.#read(this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]));
    } catch (error) {
      this.fail(error);
    }
  };

  #read(bytes: Buffer): void {
    const take = this.#take;
    const size = bytes.length;
    let at = this.#left > 0 ? this.#pass(bytes, 0) : 0;
    while (this.#others) {
      while (at + headLength <= size && bytes[at] === copyData) {
        const end = at + 1 + int32(bytes, at + 1);
        if (end > size) break;
        take(bytes, at + headLength, end);
        at = end;
      }
      this.#head = bytes.subarray(at, at + headLength <= size ? at : size);
      if (at + headLength > size) return;
      this.#isData = bytes[at] === copyData;
      this.#left = 1 + int32(bytes, at + 1);
      // pg wants heads, too.
      if (this.#isData) this.#left -= headLength;
      at = this.#pass(bytes, this.#isData ? at + headLength : at);
    }
  }

  /** Passes on what is there of the message. Returns its end; that of all bytes if what follows is not for this query. */
  #pass(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#left);
    this.#left -= end - at;
    if (this.#isData) {
      this.#take(bytes, at, end);
      return end;
    }
    const others = this.#others!;
    others(bytes.subarray(at, end));
    if (this.#others) return end;
    if (end < bytes.length) others(bytes.subarray(end));
    return bytes.length;
  }

  #handBack(): void {
    const { stream } = this.#connection!;
    if (!this.#others) return;
    stream.removeListener('data', this.#onData);
    stream.on('data', this.#others);
    this.#others = undefined;
  }
}
