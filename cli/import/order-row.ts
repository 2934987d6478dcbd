// One record of an order file → its order lines, or the reason why it is rejected.
import { cellOf } from './columns.ts';
import { idOf, parsePrice, parseQuantity, signOf, textOf } from './field-values.ts';
import { cellText, currencyOf, type DateRules, OrderFactReader, type OrderFacts } from './order-facts.ts';
import type { OrderFile } from './order-files.ts';
import { lineKind } from './order-line-kind.ts';
import type { StatusBook } from './order-status.ts';
import { isExcelDay, parseTime } from './parse-time.ts';
import { type ListedItem, parseNames, parseProductList } from './product-list-cell.ts';
import type { ReturnedLines } from './returned-lines.ts';

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

/** An order of a file that names no products. */
export interface OrderRecord extends ImportedLine {
  /** Ids by which lines of other files may know the order. */
  readonly keys: readonly string[];
  /** '' for a sale. */
  readonly refundOf: string;
  /** Since when the order has this status. */
  readonly changedAt: number | undefined;
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
/** `4.50000E+11`, as spreadsheets write long numbers: the other digits are lost. */
const rounded = /^\d(?:[.,]\d+)?E\+\d+$/;
/** Characters of damaged ids. Most ids have none of them, so the checks below are skipped. */
const suspicious = /[\ufffd\0+]/;

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
  /** Lines that are no products: parts of configurable products and bundles, and shipping, discounts or payments by their type. */
  readonly leftOut = { parts: 0, charges: 0 };
  /** Lines of refunds that have an order number of their own. */
  refunds = 0;
  /** Number of undated orders so far. */
  undatedOrders = 0;
  readonly #dates: DateRules;
  readonly #orders: OrderFactReader;
  #file: OrderFile | undefined;
  #undatedOrder = '';
  /** The order whose ids were checked last. */
  #checked: OrderFacts | undefined;
  readonly #returned: ReturnedLines | undefined;
  /** Place of the id by which returns name a line. */
  #lineId: number | undefined;

  /** @param returned what files of returns say of the lines */
  constructor(dates: DateRules, statuses: StatusBook, returned?: ReturnedLines) {
    this.#returned = returned;
    this.#dates = dates;
    this.#orders = new OrderFactReader(dates, statuses);
  }

  /** Starts a file. */
  begin(file: OrderFile): void {
    this.#file = file;
    this.#lineId = this.#returned?.lineId(file.header);
    this.#orders.begin(file);
  }

  /** Reads a record: one line, or several if a cell lists all products of the order. */
  read(fields: readonly string[]): ReadonlyArray<ImportedLine | Rejected> {
    const { header, listed, between, columns } = this.#file!;
    const width = header.length;
    if (fields.length !== width && (fields.length < width || fields.slice(width).some(Boolean))) {
      return [{ why: 'fields', detail: `${fields.length} instead of ${width}` }];
    }
    if (this.#isPart(fields)) return [];
    const { places } = this.#file!;
    const cell = fields[columns.product_id?.index ?? -1];
    const items = listed
      ? // Columns "Line item 1" and "Line item 2" have a list each.
        (places ?? [columns]).flatMap(({ product_id }) => parseProductList(textOf(fields[product_id!.index])))
      : between
        ? parseNames(textOf(cell), between)
        : undefined;
    if (!items && !places) {
      const line = this.#line(fields, this.#itemAt(fields, columns));
      return line ? [line] : [];
    }
    const lines = items
      ? items.map((item) => this.#line(fields, item))
      : places!.flatMap((place, at) => {
          const item = this.#itemAt(fields, place);
          return at > 0 && !item.product ? [] : [this.#line(fields, item)];
        });
    return lines.filter((line) => line !== undefined);
  }

  /** Reads a record of a file of orders, which names no product. */
  readOrder(fields: readonly string[]): OrderRecord | Rejected {
    // The amounts of a refund are negative, whatever their columns are called.
    const total = fields.find((cell) => /^-\d+(\.\d+)?$/.test(cell.trim()));
    const read = this.#line(fields, { product: '-', quantity: '1', total }) ?? { why: 'product', detail: '' };
    if ('why' in read) return read;
    const { columns } = this.#file!;
    const { number, refundOf } = this.#orders.last;
    const keys = (this.#file!.keys ?? [columns.order_id!]).map(({ index }) => idOf(fields[index]));
    const changed = cellText(fields, columns.changed_at);
    const changedAt = changed ? parseTime(changed, this.#dates.order) : undefined;
    return { ...read, keys: keys.some(Boolean) ? keys : [number], refundOf, changedAt };
  }

  #itemAt(fields: readonly string[], place: OrderFile['columns']): ListedItem {
    return {
      product: this.#productAt(fields, place),
      quantity: cellText(fields, place.quantity),
      name: cellText(fields, place.name),
      price: cellText(fields, place.unit_price),
      total: cellText(fields, place.line_total),
    };
  }

  /** Shop systems of the PHP world write 0 for no variation. */
  #productAt(fields: readonly string[], place: OrderFile['columns']): string {
    if (this.#file!.format !== 'woocommerce') return cellOf(fields, place.product_id, idOf);
    return cellOf(fields, place.product_id, (cell) => idOf(cell).replace(/^0$/, ''));
  }

  #line(fields: readonly string[], item: ListedItem): ImportedLine | Rejected | undefined {
    // Also of a line without a product: tills write the customer on a row of its own.
    const facts = this.#orders.read(fields, item);
    const productId = item.product;
    const kind = lineKind(cellText(fields, this.#file!.columns.line_type));
    if (kind === 'charge' || (kind === 'whole' && !productId)) {
      this.leftOut.charges++;
      return undefined;
    }
    if (!productId) return { why: 'product', detail: '' };
    if ('why' in facts) return facts;
    const { id: orderId, customer } = facts;
    let fault = faultOf(productId);
    if (!fault && facts !== this.#checked) fault = faultOf(customer) ?? faultOf(orderId);
    if (fault) return fault;
    this.#checked = facts;
    const { decimal } = this.#file!;
    const quantityText = item.quantity;
    const said = quantityText ? parseQuantity(quantityText, decimal) : 1;
    if (said === undefined) return { why: 'quantity', detail: `"${quantityText}"` };
    const quantity = kind === 'returned' || facts.refundOf ? -Math.abs(said) : said;
    const pieceText = item.price ?? '';
    // Without the price of a piece, it follows from the amount of the line.
    const priceText = pieceText || (quantity === 0 ? '' : (item.total ?? ''));
    const amount = priceText ? parsePrice(priceText, decimal) : undefined;
    const unitPrice = pieceText || amount === undefined ? amount : roundPrice(amount / Math.abs(quantity));
    if (priceText && unitPrice === undefined) return { why: 'price', detail: `"${priceText}"` };
    const timeText = facts.own.time;
    if (timeText && this.#orders.timeOf(timeText) === undefined)
      return { why: 'time', detail: `"${timeText}"` };
    const orderedAt = facts.time ?? this.#undated(orderId);
    if (orderedAt >= this.#dates.end) return { why: 'future', detail: `"${timeText}"` };
    this.#count(facts, quantityText, priceText);
    return {
      orderId,
      customerId: customer,
      productId,
      quantity: this.#kept(fields, quantity),
      unitPrice,
      orderedAt,
      dated: facts.time !== undefined,
      // Invoicing software credits an invoice under its number prefixed with C.
      cancelled: quantity < 0 && /^C\d/.test(orderId) ? true : facts.cancelled,
      currency: this.#file!.signed ? currencyOf(signOf(priceText)) : facts.currency,
      category: withoutNul(cellText(fields, this.#file!.columns.category)),
      name: withoutNul(item.name ?? ''),
    };
  }

  /** Whether the record is a part of the configurable product or the bundle that another record of the order names. */
  #isPart(fields: readonly string[]): boolean {
    const parent = cellText(fields, this.#file!.columns.parent_line);
    if (!parent || parent === '0') return false;
    this.leftOut.parts++;
    return true;
  }

  #count(facts: OrderFacts, quantityText: string, priceText: string): void {
    const { filled, open } = this;
    const { columns } = this.#file!;
    const { id, own } = facts;
    if (facts.refundOf) this.refunds++;
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
    const text = cellText(fields, this.#file!.columns.returned_quantity);
    const returned = text ? Math.abs(parseQuantity(text, this.#file!.decimal) ?? 0) : 0;
    // A credit memo is in both, where the platform adds it up on the line, too.
    const credited = this.#lineId === undefined ? 0 : this.#returned!.of(idOf(fields[this.#lineId]));
    return quantity - Math.max(returned, credited);
  }

  #undated(orderId: string): number {
    if (orderId !== this.#undatedOrder) {
      this.#undatedOrder = orderId;
      this.undatedOrders++;
    }
    return undatedFrom + this.undatedOrders * 1000;
  }
}

/** Why an id is rejected. */
function faultOf(id: string): Rejected | undefined {
  if (id.length > maxIdLength) return { why: 'length', detail: `"${id.slice(0, 40)}…"` };
  if (!suspicious.test(id)) return undefined;
  if (id.includes('\ufffd') || id.includes('\0'))
    return { why: 'encoding', detail: `"${id.replaceAll('\0', '\\0')}"` };
  return rounded.test(id) ? { why: 'rounded', detail: `"${id}"` } : undefined;
}

/** Postgres takes no NUL in a text. */
function withoutNul(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '') : text;
}

/** Type guard for rejections. */
export function isRejected<Read extends object>(read: Read | Rejected): read is Rejected {
  return 'why' in read;
}

/** Six decimals: enough for any currency, and no trace of the division. */
function roundPrice(price: number): number {
  return Math.round(price * 1e6) / 1e6;
}
