// Shop ids → dense indexes 0, 1, 2 … in order of arrival: open addressing over typed arrays, without an object per id.
import { int32 } from '../../../sql/copy/copy-decoder.ts';
import { hashBytes, mix32 } from '../../../sql/hash32.ts';
import type { IdType } from '../../../sql/id-types.ts';

/** Maps ids in their binary COPY form to dense indexes. */
export interface IdTable {
  readonly size: number;
  /** Index of the id in `bytes[at … at+length)`, or −1. */
  find(bytes: Buffer, at: number, length: number): number;
  /** Index of the id; adds the id if it is new. */
  add(bytes: Buffer, at: number, length: number): number;
  /** The id at an index, as Postgres prints it. */
  text(index: number): string;
  /** A hash of the id at an index: the same in every table. */
  hash(index: number): number;
}

/** Opens a table for the id type. `expected` (number of ids) only affects speed. */
export function openIdTable(type: IdType, expected = 1024): IdTable {
  return type === 'bigint' ? new BigintTable(expected) : new BytesTable(type, expected);
}

/** Encodes an id given as text (from a cursor or a flag) like binary COPY. */
export function encodeId(type: IdType, text: string): Buffer {
  if (type === 'text') return Buffer.from(text, 'utf8');
  if (type === 'uuid') return Buffer.from(text.replaceAll('-', ''), 'hex');
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigInt64BE(BigInt(text));
  return bytes;
}

/**
 * Serial ids below this are looked up in a plain array: one memory read instead of four for a hash table. It grows with the
 * highest id, to 64 MB at most.
 */
const serialIds = 1 << 24;

/** Slots are at most half full: short probes, at 8 bytes per id. */
const slotsPerId = 2;

class BigintTable implements IdTable {
  size = 0;
  #serial = new Int32Array(1 << 12);
  #high: Int32Array;
  #low: Int32Array;
  #slots: Int32Array;
  #mask: number;

  constructor(expected: number) {
    const capacity = powerOfTwo(expected);
    this.#high = new Int32Array(capacity);
    this.#low = new Int32Array(capacity);
    this.#slots = new Int32Array(capacity * slotsPerId);
    this.#mask = this.#slots.length - 1;
  }

  find(bytes: Buffer, at: number): number {
    const high = int32(bytes, at);
    const low = int32(bytes, at + 4);
    if (high === 0 && low >>> 0 < serialIds) return low < this.#serial.length ? this.#serial[low]! - 1 : -1;
    return this.#slots[this.#slot(high, low)]! - 1;
  }

  add(bytes: Buffer, at: number): number {
    const high = int32(bytes, at);
    const low = int32(bytes, at + 4);
    if (high === 0 && low >>> 0 < serialIds) {
      if (low >= this.#serial.length) this.#serial = enlarge(this.#serial, powerOfTwo(low + 1));
      const known = this.#serial[low]!;
      if (known > 0) return known - 1;
      this.#serial[low] = this.size + 1;
      return this.#append(high, low);
    }
    const slot = this.#slot(high, low);
    const found = this.#slots[slot]!;
    if (found) return found - 1;
    this.#slots[slot] = this.size + 1;
    return this.#append(high, low);
  }

  #append(high: number, low: number): number {
    this.#high[this.size] = high;
    this.#low[this.size] = low;
    this.size++;
    if (this.size === this.#high.length) this.#grow();
    return this.size - 1;
  }

  text(index: number): string {
    return ((BigInt(this.#high[index]!) << 32n) | BigInt(this.#low[index]! >>> 0)).toString();
  }

  hash(index: number): number {
    return hashOf(this.#high[index]!, this.#low[index]!);
  }

  /** The slot that holds the id, or the empty one where it belongs. */
  #slot(high: number, low: number): number {
    let slot = hashOf(high, low) & this.#mask;
    for (;;) {
      const index = this.#slots[slot]! - 1;
      if (index < 0 || (this.#low[index] === low && this.#high[index] === high)) return slot;
      slot = (slot + 1) & this.#mask;
    }
  }

  #grow(): void {
    this.#high = enlarge(this.#high);
    this.#low = enlarge(this.#low);
    this.#slots = new Int32Array(this.#high.length * slotsPerId);
    this.#mask = this.#slots.length - 1;
    for (let index = 0; index < this.size; index++) {
      const [high, low] = [this.#high[index]!, this.#low[index]!];
      if (high !== 0 || low >>> 0 >= serialIds) this.#slots[this.#slot(high, low)] = index + 1;
    }
  }
}

function hashOf(high: number, low: number): number {
  return mix32(low ^ Math.imul(high, 0x85ebca6b));
}

/** Ids of any bytes, stored back to back in an arena and compared byte by byte, so that no two ids are ever confused. */
class BytesTable implements IdTable {
  size = 0;
  readonly #type: IdType;
  #arena = Buffer.allocUnsafe(1 << 16);
  #start: Int32Array;
  #hash: Int32Array;
  #slots: Int32Array;
  #mask: number;

  constructor(type: IdType, expected: number) {
    this.#type = type;
    const capacity = powerOfTwo(expected);
    this.#start = new Int32Array(capacity + 1);
    this.#hash = new Int32Array(capacity);
    this.#slots = new Int32Array(capacity * slotsPerId);
    this.#mask = this.#slots.length - 1;
  }

  find(bytes: Buffer, at: number, length: number): number {
    return this.#slots[this.#slot(hashBytes(bytes, at, length, 0), bytes, at, length)]! - 1;
  }

  add(bytes: Buffer, at: number, length: number): number {
    const hash = hashBytes(bytes, at, length, 0);
    const slot = this.#slot(hash, bytes, at, length);
    const found = this.#slots[slot]!;
    if (found) return found - 1;
    const start = this.#start[this.size]!;
    while (start + length > this.#arena.length)
      this.#arena = Buffer.concat([this.#arena], this.#arena.length * 2);
    bytes.copy(this.#arena, start, at, at + length);
    this.#hash[this.size] = hash;
    this.#slots[slot] = ++this.size;
    this.#start[this.size] = start + length;
    if (this.size === this.#hash.length) this.#grow();
    return this.size - 1;
  }

  text(index: number): string {
    const [start, end] = [this.#start[index]!, this.#start[index + 1]!];
    if (this.#type === 'text') return this.#arena.toString('utf8', start, end);
    const hex = this.#arena.toString('hex', start, end);
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }

  hash(index: number): number {
    return this.#hash[index]!;
  }

  #slot(hash: number, bytes: Buffer, at: number, length: number): number {
    let slot = hash & this.#mask;
    for (;;) {
      const index = this.#slots[slot]! - 1;
      if (index < 0 || (this.#hash[index] === hash && this.#equals(index, bytes, at, length))) return slot;
      slot = (slot + 1) & this.#mask;
    }
  }

  #equals(index: number, bytes: Buffer, at: number, length: number): boolean {
    const start = this.#start[index]!;
    if (this.#start[index + 1]! - start !== length) return false;
    for (let offset = 0; offset < length; offset++) {
      if (this.#arena[start + offset] !== bytes[at + offset]) return false;
    }
    return true;
  }

  #grow(): void {
    this.#start = enlarge(this.#start, this.#hash.length * 2 + 1);
    this.#hash = enlarge(this.#hash);
    this.#slots = new Int32Array(this.#hash.length * slotsPerId);
    this.#mask = this.#slots.length - 1;
    for (let index = 0; index < this.size; index++) {
      let slot = this.#hash[index]! & this.#mask;
      while (this.#slots[slot]) slot = (slot + 1) & this.#mask;
      this.#slots[slot] = index + 1;
    }
  }
}

function powerOfTwo(value: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(16, value)));
}

function enlarge(source: Int32Array, length = source.length * 2): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(source);
  return larger;
}
