// One record of an order file → an order line, or the reason why it is rejected.
import { CoutureError } from '../../runtime/core/errors.ts';
import type { ColumnMap, OrderField } from './columns.ts';
import { parsePrice, parseQuantity, textOf } from './field-values.ts';
import { type DateOrder, dateOrderOf, isExcelDay, parseTime } from './parse-time.ts';

export interface ImportedLine {
  readonly orderId: string;
  readonly customerId: string;
  readonly productId: string;
  readonly quantity: number;
  /** Undefined if the file has no price. */
  readonly unitPrice: number | undefined;
  /** Epoch milliseconds. */
  readonly orderedAt: number;
  readonly cancelled: boolean;
  readonly category: string;
  readonly name: string;
}

/** Reasons for rejecting a record, as printed in the report. */
export const rejections = {
  fields: 'wrong number of fields',
  encoding: 'not valid UTF-8',
  product: 'no product id',
  basket: 'neither order id nor customer id',
  length: 'an id is longer than 400 characters',
  quantity: 'quantity is not a number',
  price: 'price is not a number',
  time: 'invalid time',
  future: 'dated in the future',
} as const;
export type Rejection = keyof typeof rejections;

export interface Rejected {
  readonly why: Rejection;
  /** The offending value, for finding it in the file. */
  readonly detail: string;
}

/** Counts of values that were filled in because the file lacks them. */
export interface Filled {
  /** Lines without an order id: the customer becomes the basket. */
  baskets: number;
  /** Lines dated by another line of their order. */
  order_times: number;
  times: number;
  quantities: number;
  prices: number;
  /** Times given as Excel day numbers. */
  excel_days: number;
}

/** Undated lines get this time, plus one second per order, so that file order is kept. */
export const undatedFrom = Date.UTC(2000, 0, 1);

/** Hint for files that mix both date orders. */
export const sayDateOrder =
  'If that is a mistake, use --date-order dmy or --date-order mdy. Otherwise rewrite the dates as 2024-04-13.';

const maxIdLength = 400;
const cancelledStatus =
  /^(cancell?ed|refunded|returned|failed|declined|expired|void(ed)?|pending|unpaid|draft|abandoned|chargeback)$/i;

export interface DateRules {
  /** Whether 3/4/2024 names the day or the month first. */
  readonly order: DateOrder | undefined;
  /** Whether the user set the order; if not, a contradicting date stops the import. */
  readonly orderIsGiven: boolean;
  /** Lines dated at or after this time, in epoch milliseconds, are in the future. */
  readonly end: number;
}

/** Turns records into lines. Use one reader per import, because undated orders are numbered. */
export class OrderRowReader {
  readonly filled: Filled = { baskets: 0, order_times: 0, times: 0, quantities: 0, prices: 0, excel_days: 0 };
  readonly #dates: DateRules;
  #file = '';
  #width = 0;
  #columns: ColumnMap<OrderField> = {};
  #undatedOrder = '';
  #undatedOrders = 0;
  // Many exports write an order's time only on its first line.
  #datedOrder = '';
  #orderTime: number | undefined;
  // Cached, because the lines of one order repeat their time.
  #timeText = '';
  #time: number | undefined;

  constructor(dates: DateRules) {
    this.#dates = dates;
  }

  /** Starts a file. */
  begin(file: string, header: readonly string[], columns: ColumnMap<OrderField>): void {
    this.#file = file;
    this.#width = header.length;
    this.#columns = columns;
  }

  read(fields: readonly string[]): ImportedLine | Rejected {
    const extra = fields.slice(this.#width).some((field) => field !== '');
    if (fields.length < this.#width || extra) {
      return { why: 'fields', detail: `${fields.length} instead of ${this.#width}` };
    }
    const productId = this.#text(fields, 'product_id');
    const customerId = this.#text(fields, 'customer_id');
    const order = this.#text(fields, 'order_id');
    if (!productId) return { why: 'product', detail: '' };
    if (!order && !customerId) return { why: 'basket', detail: '' };
    const orderId = order || `customer:${customerId}`;
    for (const id of [productId, customerId, orderId]) {
      if (id.length > maxIdLength) return { why: 'length', detail: `"${id.slice(0, 40)}…"` };
      if (id.includes('\ufffd') || id.includes('\0'))
        return { why: 'encoding', detail: `"${id.replaceAll('\0', '\\0')}"` };
    }
    const quantityText = this.#text(fields, 'quantity');
    const quantity = quantityText ? parseQuantity(quantityText) : 1;
    if (quantity === undefined) return { why: 'quantity', detail: `"${quantityText}"` };
    const priceText = this.#text(fields, 'unit_price');
    const unitPrice = priceText ? parsePrice(priceText) : undefined;
    if (priceText && unitPrice === undefined) return { why: 'price', detail: `"${priceText}"` };
    const timeText = this.#text(fields, 'ordered_at');
    const given = timeText ? this.#timeOf(timeText) : undefined;
    if (timeText && given === undefined) return { why: 'time', detail: `"${timeText}"` };
    if (given !== undefined) [this.#datedOrder, this.#orderTime] = [orderId, given];
    const ofOrder = given === undefined && orderId === this.#datedOrder ? this.#orderTime : given;
    const orderedAt = ofOrder ?? this.#undated(orderId);
    if (orderedAt >= this.#dates.end) return { why: 'future', detail: `"${timeText}"` };
    if (!order) this.filled.baskets++;
    if (ofOrder === undefined) this.filled.times++;
    else if (given === undefined) this.filled.order_times++;
    else if (isExcelDay(timeText)) this.filled.excel_days++;
    if (!quantityText) this.filled.quantities++;
    if (!priceText) this.filled.prices++;
    return {
      orderId,
      customerId,
      productId,
      quantity,
      unitPrice,
      orderedAt,
      // Invoicing software credits an invoice under its number prefixed with C.
      cancelled: cancelledStatus.test(this.#text(fields, 'status')) || (quantity < 0 && /^C\d/.test(orderId)),
      category: this.#text(fields, 'category').replaceAll('\0', ''),
      name: this.#text(fields, 'name').replaceAll('\0', ''),
    };
  }

  #text(fields: readonly string[], field: OrderField): string {
    const column = this.#columns[field];
    return column ? textOf(fields[column.index]) : '';
  }

  #timeOf(text: string): number | undefined {
    if (text !== this.#timeText) {
      this.#timeText = text;
      this.#time = parseTime(text, this.#dates.order);
      if (this.#time === undefined && !this.#dates.orderIsGiven) this.#checkOrder(text);
    }
    return this.#time;
  }

  /** @throws CoutureError `file_invalid` if the date is valid only in the other order than the dates before it */
  #checkOrder(text: string): void {
    const { order } = this.#dates;
    const other = dateOrderOf(text);
    if (!order || !other || other === order || parseTime(text, other) === undefined) return;
    throw new CoutureError(
      'file_invalid',
      `${this.#file}: "${text}" has the ${other === 'mdy' ? 'month' : 'day'} first, other dates have the ${other === 'mdy' ? 'day' : 'month'} first`,
      sayDateOrder,
    );
  }

  /** Number of undated orders so far. */
  get undatedOrders(): number {
    return this.#undatedOrders;
  }

  #undated(orderId: string): number {
    if (orderId !== this.#undatedOrder) {
      this.#undatedOrder = orderId;
      this.#undatedOrders++;
    }
    return undatedFrom + this.#undatedOrders * 1000;
  }
}

/** Type guard for rejections. */
export function isRejected(read: ImportedLine | Rejected): read is Rejected {
  return 'why' in read;
}
