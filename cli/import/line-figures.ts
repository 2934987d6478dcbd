// Order lines, as they are read → how far apart the lines of orders lie, how many are counted, repeated and returned, and when orders
// were placed. Exact where the lines of every order stand together, as exports write them, and Postgres need not read the lines again;
// unknown elsewhere. Memory: 16 to 32 bytes per order.
import type { OrderSpans } from '../../sql/store/sample/imported-orders.ts';
import { dayOf } from '../recs/source/order-dates.ts';
import { HashSet } from './hash-set.ts';
import type { ImportedLine } from './order-row.ts';

/** More lines of one order are no order. */
const maxLines = 10_000;
/** More orders would take more than 128 MB. */
const maxOrders = 1 << 22;
const weekMs = 7 * 86_400_000;

/** Lines that count on a day; `newest` in epoch milliseconds. */
interface DayOfLines {
  readonly day: number;
  lines: number;
  newest: number;
}

/** Call `add` for every line, then `end`. */
export class LineFigures {
  /** Whether the lines of every order stood together; the other figures are wrong otherwise. */
  known = true;
  /** Whether any line takes a sale back. */
  hasReturns = false;
  lines = 0;
  cancelled = 0;
  withoutCustomer = 0;
  quantityNotPositive = 0;
  priceNotPositive = 0;
  duplicates = 0;
  /** Orders with a line that counts, services included. */
  countedOrders = 0;
  /** By day. */
  readonly #days = new Map<number, DayOfLines>();
  #first = Number.POSITIVE_INFINITY;
  readonly #spans = { orders: 0, long: 0, shared: 0, partial: 0 };
  #example: OrderSpans['example'];
  readonly #orders = new HashSet();
  /** The lines of the order that is being read. */
  #run: ImportedLine[] = [];

  /** Fits the figures of `orderSpans`. */
  get spans(): OrderSpans {
    return { ...this.#spans, example: this.#example };
  }

  /** The first and the last order that count. */
  get firstOrder(): Date | null {
    return this.#days.size > 0 ? new Date(this.#first) : null;
  }

  get lastOrder(): Date | null {
    const last = this.daysSince2000().at(-1);
    return last ? new Date(last.newest) : null;
  }

  /** Days on which lines count, in ascending order, counted from 2000-01-01. */
  daysSince2000(): readonly DayOfLines[] {
    return [...this.#days.values()].sort((one, other) => one.day - other.day);
  }

  add(line: ImportedLine): void {
    this.lines++;
    if (line.cancelled) this.cancelled++;
    if (!line.customerId) this.withoutCustomer++;
    if (line.quantity <= 0) this.quantityNotPositive++;
    if (line.unitPrice !== undefined && line.unitPrice <= 0) this.priceNotPositive++;
    if (isGivenBack(line)) this.hasReturns = true;
    if (!this.known) return;
    if (this.#run.length > 0 && line.orderId !== this.#run[0]!.orderId) this.#endOrder();
    this.#run.push(line);
    if (this.#run.length > maxLines) this.#giveUp();
  }

  end(): void {
    if (this.#run.length > 0) this.#endOrder();
  }

  #endOrder(): void {
    const run = this.#run;
    const { orderId } = run[0]!;
    // Two ids with one hash cost nothing but the passes in Postgres.
    if (!this.#orders.add(orderId) || this.#orders.size > maxOrders) {
      this.#giveUp();
      return;
    }
    let counts = false;
    for (const line of run) {
      if (!isCounted(line)) continue;
      counts = true;
      this.#countDay(line.orderedAt);
    }
    this.duplicates += repeated(run);
    if (counts) this.countedOrders++;
    if (run.length > 1 && !orderId.startsWith('customer:')) this.#measure(run);
    run.length = 0;
  }

  #countDay(time: number): void {
    if (time < this.#first) this.#first = time;
    const day = dayOf(time);
    const known = this.#days.get(day);
    if (!known) this.#days.set(day, { day, lines: 1, newest: time });
    else {
      known.lines++;
      if (time > known.newest) known.newest = time;
    }
  }

  #measure(run: readonly ImportedLine[]): void {
    let [from, to, lines, named, customer, shared] = [Infinity, -Infinity, 0, 0, '', false];
    for (const line of run) {
      if (isGivenBack(line)) continue;
      lines++;
      from = Math.min(from, line.orderedAt);
      to = Math.max(to, line.orderedAt);
      if (!line.customerId) continue;
      named++;
      shared ||= customer !== '' && line.customerId !== customer;
      customer = line.customerId;
    }
    if (lines < 2) return;
    this.#spans.orders++;
    if (to - from > weekMs) this.#spans.long++;
    if (shared) this.#spans.shared++;
    if (named > 0 && named < lines) this.#spans.partial++;
    const longest = this.#example;
    if (longest && to - from <= longest.to.getTime() - longest.from.getTime()) return;
    this.#example = { order_id: run[0]!.orderId, from: new Date(from), to: new Date(to) };
  }

  #giveUp(): void {
    this.known = false;
    this.#run = [];
    this.#orders.clear();
    this.#days.clear();
  }
}

/** Whether the source view counts a line that is no service and was not returned by another line. */
export function isCounted({ quantity, unitPrice, cancelled }: ImportedLine): boolean {
  return quantity > 0 && (unitPrice ?? 1) > 0 && cancelled === false;
}

function isGivenBack({ quantity, unitPrice }: ImportedLine): boolean {
  return quantity < 0 || (unitPrice ?? 0) < 0;
}

/** Number of lines that equal an earlier one of their order. */
function repeated(run: readonly ImportedLine[]): number {
  if (run.length > 32) return run.length - new Set(run.map((line) => columnsOf(line).join('\t'))).size;
  let lines = 0;
  for (let at = 1; at < run.length; at++) {
    let before = 0;
    while (before < at && !areEqual(run[before]!, run[at]!)) before++;
    if (before < at) lines++;
  }
  return lines;
}

function columnsOf(line: ImportedLine) {
  const { productId, quantity, unitPrice, orderedAt, customerId, cancelled, currency } = line;
  return [quantity, unitPrice, orderedAt, cancelled, currency, customerId, productId];
}

function areEqual(one: ImportedLine, other: ImportedLine): boolean {
  return (
    one.productId === other.productId &&
    one.quantity === other.quantity &&
    one.unitPrice === other.unitPrice &&
    one.orderedAt === other.orderedAt &&
    one.customerId === other.customerId &&
    one.cancelled === other.cancelled &&
    one.currency === other.currency
  );
}
