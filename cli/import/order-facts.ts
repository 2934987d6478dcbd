// One record of an order file → the order that it belongs to, with what the records above say of it: customer, time, status, currency,
// and which order it refunds.
import { CoutureError } from '../../runtime/core/errors.ts';
import { type Column, cellOf, chain } from './columns.ts';
import { firstPart, sayDateOrder } from './date-sample.ts';
import { idOf, parseSwitch, textOf } from './field-values.ts';
import { customerId, isAddress } from './order-customer.ts';
import type { OrderFile } from './order-files.ts';
import { lineKind } from './order-line-kind.ts';
import type { StatusBook } from './order-status.ts';
import { type DateOrder, dateOrderOf, parseTime } from './parse-time.ts';
import type { ListedItem } from './product-list-cell.ts';

export interface DateRules {
  /** Whether 3/4/2024 names the day or the month first, and 24/03/01 the year. */
  readonly order: DateOrder | undefined;
  /** Whether the user set the order; if not, a contradicting date stops the import. */
  readonly orderIsGiven: boolean;
  /** Lines dated at or after this time, in epoch milliseconds, are in the future. */
  readonly end: number;
}

/** Order data of the previous line. Many exports write it on one line of an order only. */
export interface OrderFacts {
  readonly id: string;
  /** The number of the line's own order; another than `id` if the line refunds that. */
  readonly number: string;
  /** Number of the order that this one refunds; '' for a sale. */
  readonly refundOf: string;
  customer: string;
  time: number | undefined;
  status: string;
  cancelled: boolean | undefined;
  /** What makes it cancelled: its status, or a switch such as "deleted", which a line may have of its own. */
  unsold: boolean | undefined;
  undone: boolean;
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
  number: '',
  refundOf: '',
  customer: '',
  time: undefined,
  status: '',
  cancelled: undefined,
  unsold: undefined,
  undone: false,
  currency: '',
  own: { order: '', customer: '', time: '', status: '' },
};

interface NoOrder {
  readonly why: 'basket';
  readonly detail: '';
}

const ofPayment = /pay|financ|zahl|paie|pago|pagam/i;
const paid = /^(?:paid|captured|settled|succeeded|completed?|bezahlt|payée?|pagad[oa]|pago|pagato|betaald)$/i;
const pending = /^(?:pending|pendiente|pendente|en attente|in attesa|in afwachting)$/i;

const dayMs = 86_400_000;

/** Reads the orders of the records of a file, in their order. */
export class OrderFactReader {
  /** The order of the last record that has one. */
  last: OrderFacts = noFacts;
  readonly #dates: DateRules;
  readonly #statuses: StatusBook;
  #file: OrderFile | undefined;
  /** Places of what lines say of their order alone; undefined if a line can change it. */
  #places: readonly number[] | undefined;
  /** What the last record has there, if it has an order. */
  #cells: readonly (string | undefined)[] | undefined;
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
    this.last = noFacts;
    this.#cells = undefined;
    const { refund_of, delivery_status, cancelled_at, ...columns } = file.columns;
    const { order_id, customer_id, ordered_at, status, currency } = columns;
    const all = [order_id, customer_id, ordered_at, status, currency].flatMap(chain);
    this.#places = refund_of || delivery_status || cancelled_at ? undefined : all.map(({ index }) => index);
  }

  /** The order of a record, with what the lines above say of it. */
  read(fields: readonly string[], item: ListedItem): OrderFacts | NoOrder {
    if (!this.#repeats(fields)) {
      const facts = this.#read(fields, item);
      this.#cells = 'why' in facts ? undefined : this.#places?.map((at) => fields[at]);
      return facts;
    }
    const { own, status } = this.last;
    if (own.status) this.#isUnsold(fields, own.status, item.product ? 1 : 0);
    else if (status && item.product) this.#statuses.again(status);
    return this.last;
  }

  /** Whether a record says the same of its order as the one above, as most lines of an order do. */
  #repeats(fields: readonly string[]): boolean {
    const [places, cells] = [this.#places, this.#cells];
    if (!places || !cells) return false;
    for (let at = 0; at < places.length; at++) if (fields[places[at]!] !== cells[at]) return false;
    return true;
  }

  #read(fields: readonly string[], item: ListedItem): OrderFacts | NoOrder {
    const before = this.last;
    const { columns } = this.#file!;
    const order = columns.order_id ? cellOf(fields, columns.order_id, idOf) : '';
    const customer = this.#customer(fields, order !== '' || isNumber(before.number));
    const timeText = cellText(fields, columns.ordered_at);
    const time = timeText ? this.timeOf(timeText) : undefined;
    // Printed reports name an order on its first line only; some repeat its customer and time on the others.
    const repeats = customer ? customer === before.customer && time === before.time : !timeText;
    const continues = !order && repeats && columns.order_id !== undefined && before.number !== '';
    if (!order && !customer && !continues) return { why: 'basket', detail: '' };
    const number = continues ? before.number : order || `customer:${customer}`;
    const same =
      number === before.number &&
      (before.time === undefined || time === undefined || near(time, before.time));
    const statusText = cellText(fields, columns.status);
    const hasStatus =
      columns.status !== undefined ||
      columns.delivery_status !== undefined ||
      columns.cancelled_at !== undefined;
    const refundOf = this.#refundOf(fields, item, number) || (same ? before.refundOf : '');
    if (refundOf)
      return this.#refund(refundOf, { order, customer, time: timeText, status: '' }, number, time);
    let unsold = same ? before.unsold : hasStatus ? undefined : false;
    if (statusText) unsold = this.#isUnsold(fields, statusText, item.product ? 1 : 0);
    else if (same && before.status && item.product) this.#statuses.again(before.status);
    const own = this.#isUndone(fields, item.product ? 1 : 0);
    const undone = own ?? (same && before.undone);
    const isKept = own === false && columns.status === undefined;
    // Who is known by a number on one line of an order is not someone else by an address on the next.
    const known =
      same &&
      before.customer !== '' &&
      (!customer || (customer !== before.customer && isAddress(customer) && !isAddress(before.customer)));
    this.last = {
      id: number,
      number,
      refundOf,
      customer: known ? before.customer : customer,
      time: time ?? (same ? before.time : undefined),
      status: statusText || (same ? before.status : ''),
      cancelled: undone || (unsold ?? (isKept ? false : undefined)),
      unsold,
      undone,
      currency: currencyOf(cellText(fields, columns.currency)) || (same ? before.currency : ''),
      own: { order, customer, time: timeText, status: statusText },
    };
    return this.last;
  }

  #isUnsold(fields: readonly string[], status: string, lines: number): boolean {
    // Magento closes orders that it refunds, tills those that are paid.
    const paid = this.#file!.format === 'lightspeed' && /^closed$/i.test(status);
    return !paid && !this.#counts(fields, lines);
  }

  /** Of an order and of its payment: one that undoes the order is enough, and is reported. */
  #counts(fields: readonly string[], lines: number): boolean {
    const { status } = this.#file!.columns;
    if (!status?.next) return this.#statuses.counts(textOf(fields[status!.index]), lines);
    const said = chain(status)
      .map(({ index, name }) => ({ text: textOf(fields[index]), ofPayment: ofPayment.test(name) }))
      .filter(({ text }) => text !== '');
    // Paid already, so that "pending" speaks of the parcel.
    const isPaid = said.some((each) => each.ofPayment && paid.test(each.text));
    const all = said
      .filter((each) => !isPaid || each.ofPayment || !pending.test(each.text))
      .map(({ text }) => text);
    return this.#statuses.counts(all.find((text) => !this.#statuses.verdict(text)) ?? all[0]!, lines);
  }

  /**
   * By the time of a cancellation, a switch, or the status of delivery or of refunds. False if the record says no; undefined if it says
   * nothing: some files say it on the first line of an order.
   */
  #isUndone(fields: readonly string[], lines: number): boolean | undefined {
    const { columns } = this.#file!;
    const switches = chain(columns.cancelled_at).map(({ index }) => textOf(fields[index]));
    if (switches.some(isTrueTime)) return true;
    const cameBack = chain(columns.delivery_status).some(({ index }) => {
      const text = textOf(fields[index]);
      return text !== '' && this.#statuses.cameBack(text, lines);
    });
    return cameBack || (switches.some(Boolean) ? false : undefined);
  }

  /** A refund says nothing of the status of the order that it refunds. */
  #refund(refundOf: string, own: OrderFacts['own'], number: string, time: number | undefined): OrderFacts {
    const before = this.last;
    const dated = time ?? (number === before.number ? before.time : undefined);
    this.last = {
      id: refundOf,
      number,
      refundOf,
      customer: own.customer || (before.refundOf === refundOf ? before.customer : ''),
      time: dated,
      status: '',
      cancelled: false,
      unsold: false,
      undone: false,
      currency: before.refundOf === refundOf ? before.currency : '',
      own,
    };
    return this.last;
  }

  /** The order that a line refunds. Parents of orders that sell something are subscriptions, or orders that were split. */
  #refundOf(fields: readonly string[], item: ListedItem, number: string): string {
    const column = this.#file!.columns.refund_of;
    const order = column ? idOf(fields[column.index]) : '';
    if (!order || order === '0' || order === number) return '';
    const negative = [item.quantity, item.price, item.total].some((text) => /^\W*[-(−]/.test(text ?? ''));
    const returned = lineKind(cellText(fields, this.#file!.columns.line_type)) === 'returned';
    return negative || returned || !/parent/i.test(column!.name) ? order : '';
  }

  timeOf(text: string): number | undefined {
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
      `${baseName(this.#file!.path)}: "${text}" has the ${firstPart[other]} first, other dates have the ${firstPart[order]} first`,
      sayDateOrder,
    );
  }

  /** Guests are nobody in particular, where the line names an order; where customers are all that there is, one may have the number 0. */
  #customer(fields: readonly string[], hasOrder: boolean): string {
    const { customer_id } = this.#file!.columns;
    return cellOf(fields, customer_id, hasOrder ? (cell) => customerId(idOf(cell)) : idOf);
  }
}

/** The text of a column in a record; '' without one. */
export function cellText(fields: readonly string[], column: Column | undefined): string {
  if (!column) return '';
  return column.next ? cellOf(fields, column, textOf) : textOf(fields[column.index]);
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
export function currencyOf(text: string): string {
  const code = text.toUpperCase();
  return /^[A-Z]{3}$/.test(code) ? code : (currencySigns[code] ?? '');
}

/** Whether a column such as "Cancelled at" says that something happened: not `false` or `0.0`, nor the year 1 or 1970 of a program. */
function isTrueTime(text: string): boolean {
  if (text === '' || parseSwitch(text) === false || /^0+[.,]0+$/.test(text)) return false;
  const time = parseTime(text, 'dmy') ?? parseTime(text, 'mdy');
  return !/^000\d-|^19[07]0-01-0[01]|^1899-12-3/.test(text) && (time === undefined || time > 0);
}

/** Whether an order has a number of its own, and is not all that a customer bought. */
function isNumber(number: string): boolean {
  return number !== '' && !number.startsWith('customer:');
}

/** Numbers that restart join different orders; their times tell them apart. */
function near(one: number, other: number): boolean {
  return Math.abs(one - other) < dayMs;
}

function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
