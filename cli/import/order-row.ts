// One record of an order file → its order lines, or the reason why it is rejected.
import { CoutureError } from '../../runtime/core/errors.ts';
import { type Column, cellOf } from './columns.ts';
import { parsePrice, parseQuantity, signOf, textOf } from './field-values.ts';
import type { OrderField } from './fields.ts';
import { type OrderFile, sayDateOrder } from './order-files.ts';
import type { StatusBook } from './order-status.ts';
import { type DateOrder, dateOrderOf, isExcelDay, parseTime } from './parse-time.ts';
import { parseProductList } from './product-list-cell.ts';

export interface ImportedLine {
  readonly orderId: string;
  /** '' if unknown. */
  readonly customerId: string;
  readonly productId: string;
  readonly quantity: number;
  /** Undefined if the file has no price. */
  readonly unitPrice: number | undefined;
  /** Epoch milliseconds. */
  readonly orderedAt: number;
  /** Whether the file says the time, on this line or another one of the order. */
  readonly dated: boolean;
  /** Undefined if the file has statuses, but none on the lines of this order so far. */
  readonly cancelled: boolean | undefined;
  /** Upper case; '' if unknown. */
  readonly currency: string;
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
  rounded: 'an id was rounded by a spreadsheet',
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
  /** Lines that name no order, below the first line of one. */
  orders: number;
  /** Lines dated by another line of their order. */
  order_times: number;
  times: number;
  /** Lines that got the customer or the status of another line of their order. */
  customers: number;
  statuses: number;
  quantities: number;
  prices: number;
  /** Times given as Excel day numbers. */
  excel_days: number;
}

/** Undated lines get this time, plus one second per order, so that file order is kept. */
export const undatedFrom = Date.UTC(2000, 0, 1);

const maxIdLength = 400;
const dayMs = 86_400_000;
/** `4.50000E+11`, as spreadsheets write long numbers: the other digits are lost. */
const rounded = /^\d(?:[.,]\d+)?E\+\d+$/;

export interface DateRules {
  /** Whether 3/4/2024 names the day or the month first. */
  readonly order: DateOrder | undefined;
  /** Whether the user set the order; if not, a contradicting date stops the import. */
  readonly orderIsGiven: boolean;
  /** Lines dated at or after this time, in epoch milliseconds, are in the future. */
  readonly end: number;
}

/** Order data of the previous line. Many exports write it on one line of an order only. */
interface OrderFacts {
  readonly id: string;
  customer: string;
  time: number | undefined;
  status: string;
  cancelled: boolean | undefined;
  currency: string;
  /** What the line itself says: '' where it takes it from the lines above. */
  readonly own: {
    readonly order: string;
    readonly customer: string;
    readonly time: string;
    readonly status: string;
  };
}

const noFacts: OrderFacts = {
  id: '',
  customer: '',
  time: undefined,
  status: '',
  cancelled: undefined,
  currency: '',
  own: { order: '', customer: '', time: '', status: '' },
};

/** Turns records into lines. Use one reader per import, because undated orders are numbered. */
export class OrderRowReader {
  readonly filled: Filled = {
    baskets: 0,
    orders: 0,
    order_times: 0,
    times: 0,
    customers: 0,
    statuses: 0,
    quantities: 0,
    prices: 0,
    excel_days: 0,
  };
  /** Lines whose status or customer may stand on a later line of their order. */
  readonly open = { statuses: 0, customers: 0 };
  /** Number of undated orders so far. */
  undatedOrders = 0;
  readonly #dates: DateRules;
  readonly #statuses: StatusBook;
  #file: OrderFile | undefined;
  #facts = noFacts;
  #undatedOrder = '';
  // Cached, because the lines of one order repeat their time.
  #timeText = '';
  #time: number | undefined;

  constructor(dates: DateRules, statuses: StatusBook) {
    this.#dates = dates;
    this.#statuses = statuses;
  }

  /** Starts a file. */
  begin(file: OrderFile): void {
    this.#file = file;
    this.#facts = noFacts;
  }

  /** Reads a record: one line, or several if a cell lists all products of the order. */
  read(fields: readonly string[]): ReadonlyArray<ImportedLine | Rejected> {
    const { header, listed, columns } = this.#file!;
    const width = header.length;
    if (fields.length !== width && (fields.length < width || fields.slice(width).some(Boolean))) {
      return [{ why: 'fields', detail: `${fields.length} instead of ${width}` }];
    }
    if (!listed)
      return [this.#line(fields, this.#text(fields, 'product_id'), this.#text(fields, 'quantity'))];
    return parseProductList(textOf(fields[columns.product_id!.index])).map(({ product, quantity }) =>
      this.#line(fields, product, quantity, product),
    );
  }

  /** Reads a record of a file of orders, which names no product. */
  readOrder(fields: readonly string[]): ImportedLine | Rejected {
    return this.#line(fields, '-', '1');
  }

  #line(
    fields: readonly string[],
    productId: string,
    quantityText: string,
    name = this.#text(fields, 'name'),
  ): ImportedLine | Rejected {
    if (!productId) return { why: 'product', detail: '' };
    const facts = this.#factsOf(fields);
    if ('why' in facts) return facts;
    const { id: orderId, customer: customerId } = facts;
    for (const id of [productId, customerId, orderId]) {
      if (id.length > maxIdLength) return { why: 'length', detail: `"${id.slice(0, 40)}…"` };
      if (id.includes('\ufffd') || id.includes('\0'))
        return { why: 'encoding', detail: `"${id.replaceAll('\0', '\\0')}"` };
      if (rounded.test(id)) return { why: 'rounded', detail: `"${id}"` };
    }
    const { decimal, listed } = this.#file!;
    const quantity = quantityText ? parseQuantity(quantityText, decimal) : 1;
    if (quantity === undefined) return { why: 'quantity', detail: `"${quantityText}"` };
    const pieceText = this.#text(fields, 'unit_price');
    // Without the price of a piece, it follows from the amount of the line.
    const priceText = pieceText || (quantity === 0 || listed ? '' : this.#text(fields, 'line_total'));
    const amount = priceText ? parsePrice(priceText, decimal) : undefined;
    const unitPrice = pieceText || amount === undefined ? amount : roundPrice(amount / Math.abs(quantity));
    if (priceText && unitPrice === undefined) return { why: 'price', detail: `"${priceText}"` };
    const timeText = facts.own.time;
    if (timeText && this.#timeOf(timeText) === undefined) return { why: 'time', detail: `"${timeText}"` };
    const orderedAt = facts.time ?? this.#undated(orderId);
    if (orderedAt >= this.#dates.end) return { why: 'future', detail: `"${timeText}"` };
    this.#count(facts, quantityText, priceText);
    return {
      orderId,
      customerId,
      productId,
      quantity: this.#kept(fields, quantity),
      unitPrice,
      orderedAt,
      dated: facts.time !== undefined,
      // Invoicing software credits an invoice under its number prefixed with C.
      cancelled: quantity < 0 && /^C\d/.test(orderId) ? true : facts.cancelled,
      currency: this.#file!.signed ? currencyOf(signOf(priceText)) : facts.currency,
      category: this.#text(fields, 'category').replaceAll('\0', ''),
      name: name.replaceAll('\0', ''),
    };
  }

  /** The order of a record, with what the lines above say of it. */
  #factsOf(fields: readonly string[]): OrderFacts | Rejected {
    const before = this.#facts;
    const { columns } = this.#file!;
    const order = this.#text(fields, 'order_id');
    const customer = this.#customer(fields);
    const timeText = this.#text(fields, 'ordered_at');
    const time = timeText ? this.#timeOf(timeText) : undefined;
    // Printed reports name an order on its first line only; some repeat its customer and time on the others.
    const repeats = customer ? customer === before.customer && time === before.time : !timeText;
    const continues = !order && repeats && columns.order_id !== undefined && before.id !== '';
    if (!order && !customer && !continues) return { why: 'basket', detail: '' };
    const id = continues ? before.id : order || `customer:${customer}`;
    const same =
      id === before.id && (before.time === undefined || time === undefined || near(time, before.time));
    const statusText = this.#text(fields, 'status');
    const undone = this.#text(fields, 'cancelled_at') !== '';
    const hasStatus = columns.status !== undefined || columns.cancelled_at !== undefined;
    let cancelled = same ? before.cancelled : hasStatus ? undefined : false;
    if (statusText) cancelled = !this.#statuses.counts(statusText);
    else if (same && before.status) this.#statuses.again(before.status);
    if (undone) cancelled = true;
    this.#facts = {
      id,
      customer: customer || (same ? before.customer : ''),
      time: time ?? (same ? before.time : undefined),
      status: statusText || (same ? before.status : ''),
      cancelled,
      currency: currencyOf(this.#text(fields, 'currency')) || (same ? before.currency : ''),
      own: { order, customer, time: timeText, status: statusText },
    };
    return this.#facts;
  }

  #count(facts: OrderFacts, quantityText: string, priceText: string): void {
    const { filled, open } = this;
    const { columns } = this.#file!;
    const { id, own } = facts;
    if (id.startsWith('customer:')) filled.baskets++;
    else if (!own.order) filled.orders++;
    if (facts.time === undefined) filled.times++;
    else if (!own.time) filled.order_times++;
    else if (isExcelDay(own.time)) filled.excel_days++;
    if (!quantityText) filled.quantities++;
    if (!priceText) filled.prices++;
    if (columns.customer_id && !own.customer) {
      if (facts.customer) filled.customers++;
      else open.customers++;
    }
    if (facts.cancelled === undefined) open.statuses++;
    else if (columns.status && !own.status && facts.status) filled.statuses++;
  }

  /** The quantity minus the quantity returned. */
  #kept(fields: readonly string[], quantity: number): number {
    const text = this.#text(fields, 'returned_quantity');
    const returned = text ? (parseQuantity(text, this.#file!.decimal) ?? 0) : 0;
    return quantity - Math.abs(returned);
  }

  #customer(fields: readonly string[]): string {
    const column = this.#file!.columns.customer_id;
    // These shop systems write 0 for guests.
    const guests = this.#file!.format === 'woocommerce' || this.#file!.format === 'magento';
    return cellOf(fields, column, guests ? (cell) => textOf(cell).replace(/^0$/, '') : textOf);
  }

  #text(fields: readonly string[], field: OrderField): string {
    const column: Column | undefined = this.#file!.columns[field];
    if (!column) return '';
    return column.next ? cellOf(fields, column, textOf) : textOf(fields[column.index]);
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
      `${baseName(this.#file!.path)}: "${text}" has the ${other === 'mdy' ? 'month' : 'day'} first, other dates have the ${other === 'mdy' ? 'day' : 'month'} first`,
      sayDateOrder,
    );
  }

  #undated(orderId: string): number {
    if (orderId !== this.#undatedOrder) {
      this.#undatedOrder = orderId;
      this.undatedOrders++;
    }
    return undatedFrom + this.undatedOrders * 1000;
  }
}

/** Type guard for rejections. */
export function isRejected(read: ImportedLine | Rejected): read is Rejected {
  return 'why' in read;
}

const currencySigns: Readonly<Record<string, string>> = {
  '€': 'EUR',
  '£': 'GBP',
  $: 'USD',
  '¥': 'JPY',
  '₹': 'INR',
  '₩': 'KRW',
  '₺': 'TRY',
  '₽': 'RUB',
  '₴': 'UAH',
  '₫': 'VND',
  '₪': 'ILS',
  '₦': 'NGN',
};

/** `eur` → `EUR`; '' if it is not a currency code. */
function currencyOf(text: string): string {
  const code = text.toUpperCase();
  return /^[A-Z]{3}$/.test(code) ? code : (currencySigns[code] ?? '');
}

/** Six decimals: enough for any currency, and no trace of the division. */
function roundPrice(price: number): number {
  return Math.round(price * 1e6) / 1e6;
}

/** Numbers that restart join different orders; their times tell them apart. */
function near(one: number, other: number): boolean {
  return Math.abs(one - other) < dayMs;
}

function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
