// Binary COPY bytes → line batches. Field order: order_id, customer_id, product_id, quantity int4, ordered_at timestamptz;
// and the line's range, an int4, where ranges are read.
import { CopyDecoder, int32 } from '../../../sql/copy/copy-decoder.ts';
import { hashBytes } from '../../../sql/hash32.ts';
import type { IdType } from '../../../sql/id-types.ts';
import type { IdTable } from './id-table.ts';
import {
  batchCapacity,
  emptyBatch,
  type LineBatch,
  lastDay,
  lineFault,
  quantityFault,
  tickMicroseconds,
} from './line-batch.ts';

const microsecondsADay = 86_400_000_000;
const fieldsPerLine = 5;

export interface DecoderTables {
  readonly orderType: IdType;
  readonly customerType: IdType;
  readonly productType: IdType;
  readonly customers: IdTable;
  readonly products: IdTable;
  /** Product index (of `products`) → item index, or a `lineFault`. */
  readonly itemOfProduct: Int32Array;
  /** Lines dated after this day (days since 2000-01-01) are skipped. */
  readonly latestDay: number;
}

/**
 * Returns the product, or the `lineFault` why its line is skipped.
 * @param product an index from `products.find`, −1: unknown
 */
export function soldProduct({ itemOfProduct }: DecoderTables, product: number): number {
  if (product < 0) return lineFault.unknownProduct;
  const item = itemOfProduct[product]!;
  return item < 0 ? item : product;
}

/** Decodes one COPY stream: push its chunks in order, split anywhere, then call `finish()`. */
export class LineDecoder {
  readonly #tables: DecoderTables;
  readonly #emit: (batch: LineBatch) => void;
  readonly #batch = emptyBatch();
  readonly #copy: CopyDecoder;
  readonly #ranges: boolean;
  // Cache of the previous line's order and customer: lines of one order are usually adjacent.
  #orderHigh = 0;
  #orderLow = 0;
  #customer = -1;
  readonly #customerId = Buffer.alloc(256);
  #customerIdLength = -1;
  #dateHigh = 0;
  #dateLow = 0;
  #day = 0;
  #tick = 0;

  constructor(tables: DecoderTables, emit: (batch: LineBatch) => void, ranges = false) {
    this.#tables = tables;
    this.#ranges = ranges;
    this.#copy = new CopyDecoder(ranges ? fieldsPerLine + 1 : fieldsPerLine);
    this.#emit = emit;
  }

  /** Decodes all complete lines of chunk[from … to) and keeps the rest for the next one. @throws Error for a malformed line */
  push(chunk: Buffer, from = 0, to = chunk.length): void {
    const copy = this.#copy;
    copy.push(chunk, from, to);
    while (copy.next()) this.#line(copy);
  }

  /** Emits the last batch. @throws Error if the stream ended before its trailer */
  finish(): void {
    this.#copy.finish();
    this.#flush();
  }

  #line({ bytes, start, length }: CopyDecoder): void {
    const orderLength = length[0]!;
    const customerLength = length[1]!;
    const batch = this.#batch;
    const row = batch.length;
    this.#readOrder(bytes, start[0]!, orderLength);
    batch.orderHigh[row] = this.#orderHigh;
    batch.orderLow[row] = this.#orderLow;
    // Some shops store an empty id for a guest.
    batch.customer[row] = customerLength <= 0 ? -1 : this.#readCustomer(bytes, start[1]!, customerLength);
    const day = length[4]! < 0 ? Number.NaN : this.#readDay(bytes, start[4]!);
    batch.day[row] = day;
    batch.tick[row] = this.#tick;
    if (this.#ranges) batch.range[row] = int32(bytes, start[5]!);
    batch.product[row] =
      orderLength < 0
        ? lineFault.noOrder
        : !(day >= -lastDay && day <= lastDay)
          ? lineFault.noDate
          : day > this.#tables.latestDay
            ? lineFault.futureDate
            : (quantityFault(length[3]! < 0 ? 0 : int32(bytes, start[3]!)) ??
              this.#readProduct(bytes, start[2]!, length[2]!));
    batch.length = row + 1;
    if (batch.length === batchCapacity) this.#flush();
  }

  #readOrder(bytes: Buffer, at: number, length: number): void {
    if (this.#tables.orderType === 'bigint') {
      this.#orderHigh = length < 0 ? 0 : int32(bytes, at);
      this.#orderLow = length < 0 ? 0 : int32(bytes, at + 4);
    } else if (length >= 0) {
      this.#orderHigh = hashBytes(bytes, at, length, 0x9e3779b9);
      this.#orderLow = hashBytes(bytes, at, length, 0);
    }
  }

  #readCustomer(bytes: Buffer, at: number, length: number): number {
    if (length === this.#customerIdLength && this.#sameCustomer(bytes, at)) return this.#customer;
    this.#customer = this.#tables.customers.add(bytes, at, length);
    this.#customerIdLength = length <= this.#customerId.length ? length : -1;
    for (let offset = 0; offset < this.#customerIdLength; offset++)
      this.#customerId[offset] = bytes[at + offset]!;
    return this.#customer;
  }

  /** A loop, since ids have only 8 to 36 bytes: calling a native compare would cost more than it saves. */
  #sameCustomer(bytes: Buffer, at: number): boolean {
    for (let offset = 0; offset < this.#customerIdLength; offset++) {
      if (this.#customerId[offset] !== bytes[at + offset]) return false;
    }
    return true;
  }

  #readProduct(bytes: Buffer, at: number, length: number): number {
    if (length < 0) return lineFault.unknownProduct;
    return soldProduct(this.#tables, this.#tables.products.find(bytes, at, length));
  }

  #readDay(bytes: Buffer, at: number): number {
    const high = int32(bytes, at);
    const low = int32(bytes, at + 4);
    if (high !== this.#dateHigh || low !== this.#dateLow) {
      this.#dateHigh = high;
      this.#dateLow = low;
      const microseconds = high * 4_294_967_296 + (low >>> 0);
      this.#day = Math.floor(microseconds / microsecondsADay);
      this.#tick = Math.floor((microseconds - this.#day * microsecondsADay) / tickMicroseconds);
    }
    return this.#day;
  }

  #flush(): void {
    if (this.#batch.length > 0) this.#emit(this.#batch);
    this.#batch.length = 0;
  }
}
