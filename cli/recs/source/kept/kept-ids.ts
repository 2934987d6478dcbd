// Ids of customers or products with permanent numbers: an id table whose ids can be written to a file and read back.
import type { IdType } from '../../../../sql/id-types.ts';
import { type IdTable, openIdTable } from '../id-table.ts';
import { KeptFault } from './kept-fault.ts';

/** Numbers ids in order of arrival. `find` adds an id that is new, so that every id of a line has a number. */
export class KeptIds implements IdTable {
  readonly #table: IdTable;
  #bytes = Buffer.alloc(1 << 16);
  #end = 0;
  /** Id → where its record begins: its length in 4 bytes, then the id as in binary COPY. */
  readonly #starts: number[] = [];

  constructor(type: IdType, expected?: number) {
    this.#table = openIdTable(type, expected);
  }

  get size(): number {
    return this.#table.size;
  }

  find(bytes: Buffer, at: number, length: number): number {
    return this.add(bytes, at, length);
  }

  add(bytes: Buffer, at: number, length: number): number {
    const index = this.#table.add(bytes, at, length);
    if (index < this.#starts.length) return index;
    while (this.#end + 4 + length > this.#bytes.length)
      this.#bytes = Buffer.concat([this.#bytes], this.#bytes.length * 2);
    this.#starts.push(this.#end);
    this.#bytes.writeUInt32LE(length, this.#end);
    bytes.copy(this.#bytes, this.#end + 4, at, at + length);
    this.#end += 4 + length;
    return index;
  }

  text(index: number): string {
    return this.#table.text(index);
  }

  hash(index: number): number {
    return this.#table.hash(index);
  }

  /** Adds the id to another table, or finds it there. */
  copyTo(table: IdTable, index: number, how: 'add' | 'find'): number {
    const start = this.#starts[index]!;
    return table[how](this.#bytes, start + 4, this.#bytes.readUInt32LE(start));
  }

  /** The records from id `first` on. Valid until the next call of `add`. */
  records(first: number): Buffer {
    return this.#bytes.subarray(this.#starts[first] ?? this.#end, this.#end);
  }

  /** Adds ids from records. @throws KeptFault if they are no records */
  load(records: Buffer): void {
    for (let at = 0; at < records.length; ) {
      const length = at + 4 <= records.length ? records.readUInt32LE(at) : records.length;
      if (at + 4 + length > records.length) throw new KeptFault('a file of ids is damaged');
      this.add(records, at + 4, length);
      at += 4 + length;
    }
  }
}
