// Files of what was given back, by the ids of order lines (Magento's sales_creditmemo_item, PrestaShop's order_slip_detail) → the quantity
// returned of each line. Memory grows with returned lines.
import { CoutureError } from '../../runtime/core/errors.ts';
import { type Column, type ColumnMap, plainName } from './columns.ts';
import { type CsvOptions, readCsv } from './csv-file.ts';
import { idOf, parseQuantity, textOf } from './field-values.ts';
import type { OrderField } from './fields.ts';

/** Name of a column with the id of a line → names that the id has in the file of lines. */
const lineNames: Readonly<Record<string, readonly string[]>> = {
  orderitemid: ['orderitemid', 'itemid', 'id'],
  salesorderitemid: ['salesorderitemid', 'itemid', 'id'],
  idorderdetail: ['idorderdetail', 'orderdetailid', 'id'],
  orderdetailid: ['orderdetailid', 'idorderdetail', 'id'],
  orderproductid: ['orderproductid', 'id'],
  orderlineid: ['orderlineid', 'lineid', 'id'],
  lineitemid: ['lineitemid', 'id'],
};

export interface ReturnColumns {
  /** The id of the order line. */
  readonly line: Column;
  readonly quantity: Column;
}

/** The columns of a file of returns; undefined if it is none: lines of orders name their order or customer, too. */
export function returnColumns(
  header: readonly string[],
  columns: ColumnMap<OrderField>,
): ReturnColumns | undefined {
  if (columns.order_id || columns.customer_id || !columns.quantity) return undefined;
  const index = header.findIndex((name) => plainName(name) in lineNames);
  return index < 0 ? undefined : { line: { index, name: header[index]!.trim() }, quantity: columns.quantity };
}

/** Whether a file lists credit memos, invoices or shipments of Magento: documents of orders, without products. */
export function isDocuments(header: readonly string[]): boolean {
  const names = new Set(header.map(plainName));
  return names.has('entityid') && names.has('incrementid') && names.has('orderid') && !names.has('status');
}

export interface ReturnFile {
  readonly path: string;
  readonly returns: ReturnColumns;
}

/** Quantities returned, by the id of the line. */
export class ReturnedLines {
  /** Lines that were returned, in whole or in part. */
  lines = 0;
  readonly #quantities = new Map<string, number>();
  readonly #names: Set<string>;
  readonly #paths: readonly string[];

  private constructor(files: readonly ReturnFile[]) {
    this.#paths = files.map(({ path }) => path);
    this.#names = new Set(files.flatMap(({ returns }) => lineNames[plainName(returns.line.name)]!));
  }

  /** @throws CoutureError `file_unreadable`, `file_invalid` */
  static async read(files: readonly ReturnFile[], options: CsvOptions): Promise<ReturnedLines> {
    const all = new ReturnedLines(files);
    for (const { path, returns } of files) {
      const handlers = {
        header() {},
        record(fields: string[]) {
          const id = idOf(fields[returns.line.index]);
          const quantity = parseQuantity(textOf(fields[returns.quantity.index]));
          if (id && quantity) all.#add(id, Math.abs(quantity));
        },
      };
      for await (const _ of readCsv(path, handlers, options));
    }
    return all;
  }

  #add(id: string, quantity: number): void {
    this.#quantities.set(id, (this.#quantities.get(id) ?? 0) + quantity);
  }

  /** The position of the line's id in a file of lines; undefined if it has none. */
  lineId(header: readonly string[]): number | undefined {
    const names = header.map(plainName);
    return [...this.#names].map((name) => names.indexOf(name)).find((at) => at >= 0);
  }

  /** What was returned of the line with this id. */
  of(id: string): number {
    const quantity = this.#quantities.get(id) ?? 0;
    if (quantity > 0) this.lines++;
    return quantity;
  }

  /** @throws CoutureError `file_invalid` if returns were read, and none is of a line */
  requireLines(): void {
    if (this.#quantities.size === 0 || this.lines > 0) return;
    throw new CoutureError(
      'file_invalid',
      `No order line has an id of ${this.#paths.join(', ')}, such as ${[...this.#quantities.keys()].slice(0, 3).join(', ')}`,
      'Nothing was imported. The file of lines needs the column that the returns refer to, such as item_id; or leave the returns out.',
    );
  }
}
