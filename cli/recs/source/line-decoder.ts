// Binary COPY bytes → line batches. Field order: order_id, customer_id, product_id, quantity int4, ordered_at timestamptz.
// Format: https://www.postgresql.org/docs/current/sql-copy.html (Binary Format).
import type { IdType } from '../../../sql/id-types.ts';
import { hashBytes, type IdTable, int32 } from './id-table.ts';
import { batchCapacity, emptyBatch, type LineBatch, lastDay, lineFault } from './line-batch.ts';

const microsecondsADay = 86_400_000_000;
const headerBytes = 19;
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
  #rest: Buffer = Buffer.alloc(0);
  #started = false;
  #ended = false;
  // Cache of the previous line's order and customer: lines of one order are usually adjacent.
  #orderHigh = 0;
  #orderLow = 0;
  #customer = -1;
  readonly #customerId = Buffer.alloc(256);
  #customerIdLength = -1;
  #dateHigh = 0;
  #dateLow = 0;
  #day = 0;

  constructor(tables: DecoderTables, emit: (batch: LineBatch) => void) {
    this.#tables = tables;
    this.#emit = emit;
  }

  /** Decodes all complete lines of a chunk and keeps the rest for the next one. @throws Error for a malformed line */
  push(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    if (!this.#started) {
      if (bytes.length < headerBytes) {
        this.#rest = bytes;
        return;
      }
      at = headerBytes + int32(bytes, 15);
      this.#started = true;
    }
    while (!this.#ended) {
      const next = this.#line(bytes, at);
      if (next < 0) break;
      at = next;
    }
    // Copy only the few bytes of a split line: a reference would retain the whole chunk.
    this.#rest = Buffer.from(bytes.subarray(at));
  }

  /** Emits the last batch. @throws Error if the stream ended before its trailer */
  finish(): void {
    if (!this.#ended) throw new Error('The COPY stream ended before its trailer');
    this.#flush();
  }

  /** Decodes the line at `at`. Returns where it ends, or −1 if it is incomplete. */
  #line(bytes: Buffer, at: number): number {
    const size = bytes.length;
    if (at + 2 > size) return -1;
    const fields = (bytes[at]! << 8) | bytes[at + 1]!;
    if (fields === 0xffff) {
      this.#ended = true;
      return at + 2;
    }
    if (fields !== fieldsPerLine)
      throw new Error(`A line of ${fields} fields in the COPY stream, expected ${fieldsPerLine}`);
    const orderAt = at + 6;
    if (orderAt > size) return -1;
    const orderLength = int32(bytes, at + 2);
    const customerAt = orderAt + Math.max(0, orderLength) + 4;
    if (customerAt > size) return -1;
    const customerLength = int32(bytes, customerAt - 4);
    const productAt = customerAt + Math.max(0, customerLength) + 4;
    if (productAt > size) return -1;
    const productLength = int32(bytes, productAt - 4);
    const quantityAt = productAt + Math.max(0, productLength) + 4;
    if (quantityAt > size) return -1;
    const quantityLength = int32(bytes, quantityAt - 4);
    const dateAt = quantityAt + Math.max(0, quantityLength) + 4;
    if (dateAt > size) return -1;
    const dateLength = int32(bytes, dateAt - 4);
    const end = dateAt + Math.max(0, dateLength);
    if (end > size) return -1;

    const batch = this.#batch;
    const row = batch.length;
    this.#readOrder(bytes, orderAt, orderLength);
    batch.orderHigh[row] = this.#orderHigh;
    batch.orderLow[row] = this.#orderLow;
    // Some shops store an empty id for a guest.
    batch.customer[row] = customerLength <= 0 ? -1 : this.#readCustomer(bytes, customerAt, customerLength);
    const day = dateLength < 0 ? Number.NaN : this.#readDay(bytes, dateAt);
    batch.day[row] = day;
    batch.product[row] =
      orderLength < 0
        ? lineFault.noOrder
        : !(day >= -lastDay && day <= lastDay)
          ? lineFault.noDate
          : day > this.#tables.latestDay
            ? lineFault.futureDate
            : quantityLength < 0 || int32(bytes, quantityAt) <= 0
              ? lineFault.nonPositiveQuantity
              : this.#readProduct(bytes, productAt, productLength);
    batch.length = row + 1;
    if (batch.length === batchCapacity) this.#flush();
    return end;
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
      this.#day = Math.floor((high * 4_294_967_296 + (low >>> 0)) / microsecondsADay);
    }
    return this.#day;
  }

  #flush(): void {
    if (this.#batch.length > 0) this.#emit(this.#batch);
    this.#batch.length = 0;
  }
}
