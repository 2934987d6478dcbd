// Order lines as they were read ↔ a file of runs. What a catalogue, a setting or the clock decides is not in it.
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import type { LineBatch } from '../line-batch.ts';
import { KeptFault } from './kept-fault.ts';

/** Int32 fields of a run before its lines: range, order high, order low, customer (−1: guest), day, tick, number of lines. */
export const segmentHeader = 7;

/** Int32 values per write and per read: 4 MB. */
const bufferInts = 1 << 20;

/** A written file: what the manifest says of it. */
export interface FileSeal {
  readonly name: string;
  readonly bytes: number;
  /** SHA-256 in hex. */
  readonly hash: string;
}

/** Writes lines: adjacent lines of one order, time and range make a run. */
export class SegmentWriter {
  readonly #handle: number;
  readonly #hash = createHash('sha256');
  #buffer = new Int32Array(bufferInts);
  #length = 0;
  /** Position of the run's header; −1: none is open. */
  #run = -1;
  #bytes = 0;
  #closed = false;

  constructor(file: string) {
    this.#handle = openSync(file, 'w', 0o600);
  }

  append({ length, range, orderHigh, orderLow, customer, day, tick, product }: LineBatch): void {
    for (let row = 0; row < length; row++) {
      const at = this.#run;
      const same =
        at >= 0 &&
        this.#buffer[at + 2] === orderLow[row] &&
        this.#buffer[at + 1] === orderHigh[row] &&
        this.#buffer[at] === range[row] &&
        this.#buffer[at + 3] === customer[row] &&
        this.#buffer[at + 4] === day[row] &&
        this.#buffer[at + 5] === tick[row];
      if (!same) {
        if (this.#length + segmentHeader > this.#buffer.length / 2) this.#flush();
        const buffer = this.#buffer;
        const start = (this.#run = this.#length);
        buffer[start] = range[row]!;
        buffer[start + 1] = orderHigh[row]!;
        buffer[start + 2] = orderLow[row]!;
        buffer[start + 3] = customer[row]!;
        buffer[start + 4] = day[row]!;
        buffer[start + 5] = tick[row]!;
        buffer[start + 6] = 0;
        this.#length += segmentHeader;
      }
      if (this.#length === this.#buffer.length) {
        // A run that fills the buffer goes on as a new one.
        const header = this.#buffer.slice(this.#run, this.#run + segmentHeader);
        this.#flush();
        this.#buffer.set(header);
        this.#buffer[6] = 0;
        this.#run = 0;
        this.#length = segmentHeader;
      }
      this.#buffer[this.#length++] = product[row]!;
      this.#buffer[this.#run + 6]!++;
    }
  }

  /** Writes the rest to the disk, and closes the file. */
  finish(name: string): FileSeal {
    this.#flush();
    fsyncSync(this.#handle);
    this.abandon();
    return { name, bytes: this.#bytes, hash: this.#hash.digest('hex') };
  }

  /** Closes the file if it is not finished. */
  abandon(): void {
    if (!this.#closed) closeSync(this.#handle);
    this.#closed = true;
  }

  #flush(): void {
    const bytes = new Uint8Array(this.#buffer.buffer, 0, this.#length * 4);
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#handle, bytes, done);
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    this.#length = 0;
    this.#run = -1;
  }
}

/**
 * Calls `visit` with each run: `values[at]` is its range, and so on as in `segmentHeader`; its lines follow.
 * @throws KeptFault if the file is missing, or not the one that was sealed
 */
export function readSegment(
  file: string,
  seal: FileSeal,
  visit: (values: Int32Array, at: number) => void,
): void {
  const damaged = () => new KeptFault(`${seal.name} is damaged`);
  const handle = openKept(file, seal);
  try {
    const hash = createHash('sha256');
    const values = new Int32Array(bufferInts * 2);
    let [held, read] = [0, 0];
    while (read < seal.bytes) {
      const bytes = new Uint8Array(
        values.buffer,
        held * 4,
        Math.min((values.length - held) * 4, seal.bytes - read),
      );
      let filled = 0;
      while (filled < bytes.length) {
        const more = readSync(handle, bytes, filled, bytes.length - filled, read + filled);
        if (more === 0) throw damaged();
        filled += more;
      }
      hash.update(bytes);
      read += filled;
      const end = held + filled / 4;
      let at = 0;
      while (at + segmentHeader <= end) {
        const next = at + segmentHeader + values[at + 6]!;
        if (next > end || next <= at) break;
        visit(values, at);
        at = next;
      }
      // A run is shorter than half the buffer: without one, these are not the bytes that were written.
      if (at === 0 || (read === seal.bytes && at !== end)) throw damaged();
      values.copyWithin(0, at, end);
      held = end - at;
    }
    if (hash.digest('hex') !== seal.hash) throw damaged();
  } finally {
    closeSync(handle);
  }
}

function openKept(file: string, { name }: FileSeal): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    throw new KeptFault(`${name} cannot be read: ${(error as Error).message}`);
  }
}
