// Line batches → a log of runs (adjacent lines of one order), split into a fixed number of partitions by customer.
// All lines of a customer, and so of an order, are in the same partition. Above a memory limit the log spills to files.
import { closeSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import path from 'node:path';
import { mix32 } from '../../../sql/hash32.ts';
import type { IdTable } from './id-table.ts';
import { type LineBatch, lineFault, lineFaultNames } from './line-batch.ts';
import { DayCounter, type OrderDates, orderDates } from './order-dates.ts';

/** Fixed, so that sums are added in the same order for any number of workers. */
export const partitionCount = 64;

/**
 * Int32 fields of a run before its products: customer (−1: guest), order high, order low, day, number of products, tick
 * (see line-batch.ts).
 */
export const runHeader = 6;

/** One partition as it is passed to a worker: chunks in shared memory, or a file. */
export interface LogPartition {
  /** Number of int32 values in the partition. */
  readonly length: number;
  readonly chunks: readonly SharedArrayBuffer[];
  readonly file?: string;
}

export interface LogTotals {
  lines: number;
  /** Reason → lines skipped. */
  readonly skipped: Record<(typeof lineFaultNames)[number], number>;
  /** The latest day of any line dated in the future. */
  futureUntil: number;
  /** Dates of the usable lines, set by `finish()`. Orders dated after `newest` are skipped while grouping. */
  dates: OrderDates;
}

/** Int32 values of a partition's first chunk. Each next one is four times as long, up to the largest: small shops need little. */
const firstChunk = 1 << 10;
const largestChunk = 1 << 16;

export interface LogOptions {
  /** The newest believed day of the whole shop, if the log gets only a part of it. */
  readonly newest?: number;
  /** Hashes customers by their ids, so that their partition does not depend on the order of the lines. */
  readonly customers?: Pick<IdTable, 'hash'>;
  /** Folder for spill files; created when the log grows beyond `memoryBytes`. */
  readonly spillFolder: string;
  readonly memoryBytes: number;
}

/** Appends streamed line batches. Memory is bounded by `memoryBytes`. */
export class BasketLog {
  readonly totals: LogTotals = {
    lines: 0,
    skipped: {
      unknown_product: 0,
      zero_price_product: 0,
      non_positive_quantity: 0,
      no_order: 0,
      no_date: 0,
      future_date: 0,
      returned: 0,
      implausible_quantity: 0,
    },
    futureUntil: Number.NEGATIVE_INFINITY,
    dates: orderDates([]),
  };
  readonly #days = new DayCounter();
  readonly #options: LogOptions;
  readonly #partitions = Array.from({ length: partitionCount }, () => new LogPartitionWriter());
  #held = 0;
  #spilled = false;
  #run = new Int32Array(1024);
  #runLength = 0;
  /** Day of the last line of the run, and the number of its last lines that are of this day. */
  #day = 0;
  #lines = 0;

  constructor(options: LogOptions) {
    this.#options = options;
  }

  /** Whether the log has spilled to files; the baskets made from it then go to files as well. */
  get spilled(): boolean {
    return this.#spilled;
  }

  append(batch: LineBatch): void {
    const { orderHigh, orderLow, customer, day, tick } = batch;
    this.totals.lines += batch.length;
    for (let row = 0; row < batch.length; row++) {
      const product = batch.product[row]!;
      if (product < 0) {
        this.totals.skipped[lineFaultNames[-1 - product]!]++;
        if (product === lineFault.futureDate)
          this.totals.futureUntil = Math.max(this.totals.futureUntil, day[row]!);
        continue;
      }
      const run = this.#run;
      if (
        this.#runLength === 0 ||
        run[2] !== orderLow[row] ||
        run[1] !== orderHigh[row] ||
        run[0] !== customer[row]
      ) {
        this.#closeRun();
        run[0] = customer[row]!;
        run[1] = orderHigh[row]!;
        run[2] = orderLow[row]!;
        run[3] = this.#day = day[row]!;
        run[5] = tick[row]!;
        this.#runLength = runHeader;
      } else if (day[row] !== this.#day || tick[row]! > run[5]!) {
        this.#date(day[row]!, tick[row]!);
      }
      this.#lines++;
      if (this.#runLength === run.length) {
        this.#run = new Int32Array(run.length * 2);
        this.#run.set(run);
      }
      this.#run[this.#runLength++] = product;
    }
  }

  /** Finishes the log and returns its partitions. */
  finish(): LogPartition[] {
    this.#closeRun();
    this.totals.dates = this.#days.dates(this.#options.newest);
    return this.#partitions.map((partition) => {
      if (this.#spilled) partition.flush();
      return partition.close();
    });
  }

  #closeRun(): void {
    const length = this.#runLength;
    if (length === 0) return;
    const run = this.#run;
    run[4] = length - runHeader;
    const customer = run[0]!;
    this.#countDay();
    const { customers } = this.#options;
    const key =
      customer < 0
        ? mix32(run[2]! ^ Math.imul(run[1]!, 0x85ebca6b))
        : (customers?.hash(customer) ?? customer);
    const grown = this.#partitions[key & (partitionCount - 1)]!.write(run, length);
    this.#runLength = 0;
    if (grown === 0) return;
    this.#held += grown;
    if (this.#spilled || this.#held > this.#options.memoryBytes) this.#spill();
  }

  /** A line of the current run that is not of the same time as the line before. The newest line dates the run. */
  #date(day: number, tick: number): void {
    const run = this.#run;
    if (day !== this.#day) this.#countDay();
    this.#day = day;
    if (day > run[3]!) [run[3], run[5]] = [day, tick];
    else if (day === run[3] && tick > run[5]!) run[5] = tick;
  }

  /** Counts the last lines of the current run, which are of one day. */
  #countDay(): void {
    const run = this.#run;
    const order = run[2]! ^ Math.imul(run[1]!, 0x85ebca6b) ^ Math.imul(run[0]!, 0x9e3779b1);
    this.#days.add(this.#day, order, this.#lines);
    this.#lines = 0;
  }

  /** Moves full chunks to files. From now on `#closeRun` writes every chunk to its file once it is full. */
  #spill(): void {
    if (!this.#spilled) mkdirSync(this.#options.spillFolder, { recursive: true, mode: 0o700 });
    this.#spilled = true;
    for (const [index, partition] of this.#partitions.entries()) {
      partition.spillTo(path.join(this.#options.spillFolder, `runs-${index}`));
    }
  }
}

/** Copies a partition's values from memory or its file to `values`, which must have the partition's length. */
export function readPartition(
  partition: LogPartition,
  values: Int32Array = new Int32Array(partition.length),
): Int32Array {
  if (partition.file !== undefined) {
    readInto(partition.file, values);
    return values;
  }
  let done = 0;
  for (const chunk of partition.chunks) {
    const length = Math.min(chunk.byteLength / 4, partition.length - done);
    values.set(new Int32Array(chunk, 0, length), done);
    done += length;
  }
  return values;
}

/** Fills `target` with the bytes of `file` from `position`. @throws Error if the file is too short */
export function readInto(file: string, target: ArrayBufferView, position = 0): void {
  const handle = openSync(file, 'r');
  try {
    const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
    for (let done = 0; done < bytes.length; ) {
      const read = readSync(handle, bytes, done, bytes.length - done, position + done);
      if (read === 0) throw new Error(`${file} is shorter than expected: ${position + done} bytes`);
      done += read;
    }
  } finally {
    closeSync(handle);
  }
}

class LogPartitionWriter {
  #chunks: SharedArrayBuffer[] = [];
  #current: Int32Array | undefined;
  #used = 0;
  #flushed = 0;
  #file: string | undefined;
  #handle: number | undefined;

  /** Appends values. Returns the bytes of the chunks that it opened. */
  write(values: Int32Array, length: number): number {
    let opened = 0;
    for (let done = 0; done < length; ) {
      let chunk = this.#current;
      if (!chunk || this.#used === chunk.length) {
        chunk = this.#open();
        opened += chunk.byteLength;
      }
      const end = Math.min(length, done + chunk.length - this.#used);
      // A loop: runs are short, and for `set` with a subarray each would cost an object and two calls into the engine.
      let to = this.#used;
      while (done < end) chunk[to++] = values[done++]!;
      this.#used = to;
    }
    return opened;
  }

  spillTo(file: string): void {
    if (this.#handle === undefined) {
      this.#file = file;
      this.#handle = openSync(file, 'w', 0o600);
    }
    // Keep the last chunk, which is still being filled.
    for (const chunk of this.#chunks.splice(0, this.#chunks.length - 1)) this.#put(new Int32Array(chunk));
  }

  /** Writes the chunk that is being filled. */
  flush(): void {
    if (this.#current && this.#used > 0 && this.#handle !== undefined)
      this.#put(this.#current.subarray(0, this.#used));
    this.#chunks = [];
  }

  close(): LogPartition {
    if (this.#handle !== undefined) {
      closeSync(this.#handle);
      return { length: this.#flushed, chunks: [], file: this.#file! };
    }
    const full = this.#chunks.slice(0, -1).reduce((sum, chunk) => sum + chunk.byteLength / 4, 0);
    return { length: full + this.#used, chunks: this.#chunks };
  }

  #open(): Int32Array {
    const ints = this.#current ? Math.min(this.#current.length * 4, largestChunk) : firstChunk;
    const buffer = new SharedArrayBuffer(ints * 4);
    this.#chunks.push(buffer);
    this.#used = 0;
    return (this.#current = new Int32Array(buffer));
  }

  #put(values: Int32Array): void {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#handle!, bytes, done);
    this.#flushed += values.length;
  }
}
