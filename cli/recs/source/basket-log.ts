// Line batches → a log of runs (the adjacent lines of one order), split into fixed partitions by customer.
// All lines of a customer, and so of an order, meet in one partition. Past a limit the log lives in files.
import { closeSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import path from 'node:path';
import { mix } from './id-table.ts';
import { type LineBatch, lineFault, lineFaultNames } from './line-batch.ts';
import { DayCounter, type OrderDates, orderDates } from './order-dates.ts';

/** Fixed, so that sums are added in the same order whatever the number of workers. */
export const partitionCount = 64;

/** Int32 fields before a run's products: customer (−1: guest), order high, order low, day, number of products. */
export const runHeader = 5;

/** One partition as it is handed to a worker: whole chunks in shared memory, or a file. */
export interface LogPartition {
  /** Int32 values in the partition. */
  readonly length: number;
  readonly chunks: readonly SharedArrayBuffer[];
  readonly file?: string;
}

export interface LogTotals {
  lines: number;
  /** Lines left out, by reason. */
  readonly skipped: Record<(typeof lineFaultNames)[number], number>;
  /** The last day that a line in the future names. */
  futureUntil: number;
  /** Days of the lines that count; known when all are read. Later ones than `newest` are left out as they are grouped. */
  dates: OrderDates;
}

const chunkInts = 1 << 16;

export interface LogOptions {
  /** The newest day of the whole shop, where the log gets a part of it. */
  readonly newest?: number;
  /** Folder for files; made when the log outgrows `memoryBytes`. */
  readonly spillFolder: string;
  readonly memoryBytes: number;
}

/** Takes line batches while they stream in; memory is bounded by `memoryBytes`, whatever their number. */
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
    },
    futureUntil: Number.NEGATIVE_INFINITY,
    dates: orderDates([]),
  };
  readonly #days = new DayCounter();
  readonly #options: LogOptions;
  readonly #partitions = Array.from({ length: partitionCount }, () => new PartitionWriter());
  #held = 0;
  #spilled = false;
  #run = new Int32Array(1024);
  #runLength = 0;

  constructor(options: LogOptions) {
    this.#options = options;
  }

  /** Whether the log has outgrown memory; what is made of it then goes to files as well. */
  get spilled(): boolean {
    return this.#spilled;
  }

  append(batch: LineBatch): void {
    const { orderHigh, orderLow, customer, day } = batch;
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
        run[3] = day[row]!;
        this.#runLength = runHeader;
      } else if (day[row]! > run[3]!) {
        run[3] = day[row]!;
      }
      if (this.#runLength === run.length) {
        this.#run = new Int32Array(run.length * 2);
        this.#run.set(run);
      }
      this.#run[this.#runLength++] = product;
    }
  }

  /** Ends the log and hands out its partitions. */
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
    const [customer, day] = [run[0]!, run[3]!];
    this.#days.add(day, run[2]! ^ Math.imul(run[1]!, 0x85ebca6b) ^ Math.imul(customer, 0x9e3779b1), run[4]!);
    const key = customer >= 0 ? customer : mix(run[2]! ^ Math.imul(run[1]!, 0x85ebca6b));
    const grown = this.#partitions[key & (partitionCount - 1)]!.write(run, length);
    this.#runLength = 0;
    if (grown === 0) return;
    this.#held += grown * chunkInts * 4;
    if (this.#spilled || this.#held > this.#options.memoryBytes) this.#spill();
  }

  /** Moves full chunks to files; from now on every chunk goes there once it is full. */
  #spill(): void {
    if (!this.#spilled) mkdirSync(this.#options.spillFolder, { recursive: true, mode: 0o700 });
    this.#spilled = true;
    for (const [index, partition] of this.#partitions.entries()) {
      partition.spillTo(path.join(this.#options.spillFolder, `runs-${index}`));
    }
  }
}

/** A partition's values, from memory or from its file, in `values`, which must have the partition's length. */
export function readPartition(
  partition: LogPartition,
  values: Int32Array = new Int32Array(partition.length),
): Int32Array {
  if (partition.file !== undefined) {
    readInto(partition.file, values);
    return values;
  }
  for (const [index, chunk] of partition.chunks.entries()) {
    const rest = partition.length - index * chunkInts;
    values.set(new Int32Array(chunk, 0, Math.min(chunkInts, rest)), index * chunkInts);
  }
  return values;
}

/** Fills `target` with the bytes of `file` from `position`. @throws Error when the file is shorter. */
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

class PartitionWriter {
  #chunks: SharedArrayBuffer[] = [];
  #current: Int32Array | undefined;
  #used = 0;
  #flushed = 0;
  #file: string | undefined;
  #handle: number | undefined;

  /** Appends values; returns the number of chunks that were opened. */
  write(values: Int32Array, length: number): number {
    let opened = 0;
    for (let done = 0; done < length; ) {
      if (!this.#current || this.#used === chunkInts) {
        this.#open();
        opened++;
      }
      const part = Math.min(length - done, chunkInts - this.#used);
      this.#current!.set(values.subarray(done, done + part), this.#used);
      this.#used += part;
      done += part;
    }
    return opened;
  }

  spillTo(file: string): void {
    if (this.#handle === undefined) {
      this.#file = file;
      this.#handle = openSync(file, 'w', 0o600);
    }
    // The last chunk stays: it is being filled.
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
    const full = Math.max(0, this.#chunks.length - 1) * chunkInts;
    return { length: full + this.#used, chunks: this.#chunks };
  }

  #open(): void {
    const buffer = new SharedArrayBuffer(chunkInts * 4);
    this.#chunks.push(buffer);
    this.#current = new Int32Array(buffer);
    this.#used = 0;
  }

  #put(values: Int32Array): void {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#handle!, bytes, done);
    this.#flushed += values.length;
  }
}
