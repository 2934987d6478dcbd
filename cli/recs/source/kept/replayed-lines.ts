// Kept lines → line batches as a reader of the shop makes them now, with this build's catalogue and clock.
import path from 'node:path';
import type { Catalog } from '../catalog.ts';
import type { IdTable } from '../id-table.ts';
import { batchCapacity, emptyBatch, type LineBatch, lineFault } from '../line-batch.ts';
import { KeptFault } from './kept-fault.ts';
import type { KeptIds } from './kept-ids.ts';
import type { Manifest } from './manifest.ts';
import { readSegment, segmentHeader } from './segment.ts';

export interface ReplayInput {
  readonly customers: KeptIds;
  readonly products: KeptIds;
  readonly catalog: Catalog;
  /** Gets the customers that the lines name. */
  readonly table: IdTable;
  /** Lines dated after this day are in the future. */
  readonly latestDay: number;
}

export class ReplayedLines {
  readonly #input: ReplayInput;
  /** Number of a product in `products` → its index in the catalogue, or why its lines are skipped. */
  readonly #product: Int32Array;
  /** Number of a customer in `customers` → its index in `table`; −1: not met yet. */
  readonly #customer: Int32Array;

  constructor(input: ReplayInput) {
    const { customers, products, catalog } = input;
    this.#input = input;
    this.#customer = new Int32Array(customers.size).fill(-1);
    this.#product = new Int32Array(products.size);
    for (let number = 0; number < products.size; number++) {
      const product = products.copyTo(catalog.products, number, 'find');
      const item = product < 0 ? lineFault.unknownProduct : catalog.itemOfProduct[product]!;
      this.#product[number] = item < 0 ? item : product;
    }
  }

  /** Passes every line of the manifest's ranges on, once. @throws KeptFault if a file is damaged */
  readAll(
    folder: string,
    { generations, generationOf }: Manifest,
    consume: (batch: LineBatch) => void,
  ): void {
    const batch = emptyBatch();
    const flush = () => {
      consume(batch);
      batch.length = 0;
    };
    for (const [index, { lines }] of generations.entries()) {
      readSegment(path.join(folder, lines.name), lines, (values, at) => {
        if (generationOf.get(values[at]!) !== index) return;
        const customer = values[at + 3]!;
        const known = customer < 0 ? -1 : this.#customerOf(customer);
        const future = values[at + 4]! > this.#input.latestDay;
        const end = at + segmentHeader + values[at + 6]!;
        for (let line = at + segmentHeader; line < end; line++) {
          const row = batch.length++;
          batch.orderHigh[row] = values[at + 1]!;
          batch.orderLow[row] = values[at + 2]!;
          batch.customer[row] = known;
          batch.day[row] = values[at + 4]!;
          batch.tick[row] = values[at + 5]!;
          batch.product[row] = this.#productOf(values[line]!, future);
          if (batch.length === batchCapacity) flush();
        }
      });
    }
    if (batch.length > 0) flush();
  }

  #customerOf(customer: number): number {
    const known = this.#customer[customer];
    if (known === undefined) throw new KeptFault('a line names a customer that the files of ids lack');
    if (known >= 0) return known;
    return (this.#customer[customer] = this.#input.customers.copyTo(this.#input.table, customer, 'add'));
  }

  /** As in the line decoder: no order or date, then the future, then the quantity, then the product. */
  #productOf(code: number, future: boolean): number {
    if (code === lineFault.noOrder || code === lineFault.noDate) return code;
    if (future) return lineFault.futureDate;
    if (code < 0) return code;
    const product = this.#product[code];
    if (product === undefined) throw new KeptFault('a line names a product that the files of ids lack');
    return product;
  }
}
