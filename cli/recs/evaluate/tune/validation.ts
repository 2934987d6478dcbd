// Training orders → validation sets, cut in different ways: two to search on, one to confirm the winner.
import { Random } from '../../../../fixtures/random.ts';
import { rowLength, rowOf } from '../../csr.ts';
import type { Task } from '../../gate/test-cases.ts';
import type { BasketKind } from '../../models/model-settings.ts';
import { type Dataset, filterLog, type OrderLog, ordersByCustomer } from '../order-log.ts';
import { isFileOrderTime } from './file-order.ts';

export interface Validation {
  /** What is held out, such as `each customer's last order`. */
  readonly name: string;
  readonly data: Dataset;
}

export interface Validations {
  /** The score of a search is the mean of both sets’; there is one where there is only one way to cut. */
  readonly search: readonly Validation[];
  readonly confirm: Validation;
}

type Parts = Pick<Dataset, 'train' | 'test'>;

/** Share of the orders, or of a customer's items, that is held out. */
const share = 0.2;
/** A period that holds out fewer orders than this, or leaves fewer, says too little. */
const minPeriodOrders = 100;

/**
 * Cuts by time where the orders have dates, or are shown to be in time order; by chance otherwise: the order of lines in a
 * file often goes by id, and with it by age or popularity. Where the newest items are held out, others are held out by chance
 * as well: on one set alone, the model that suits it can be far worse than another one everywhere else.
 */
export function cutValidations(data: Dataset, task: Task, basket: BasketKind, seed: number): Validations {
  const cuts = cutsOf(data, task, basket, seed).map(
    ({ name, parts }): Validation => ({ name, data: { ...data, ...parts() } }),
  );
  return { search: cuts.slice(0, -1), confirm: cuts.at(-1)! };
}

interface Cut {
  readonly name: string;
  parts(): Parts;
}

/** The sets to search on, then the one that confirms. */
function cutsOf(data: Dataset, task: Task, basket: BasketKind, seed: number): Cut[] {
  const { train: log, customerIds } = data;
  const customers = customerIds.length;
  const dated = isDated(log);
  const random = (stream: string) => new Random(seed, stream);
  if (task === 'copurchase') {
    const byChance = (stream: string): Cut =>
      basket === 'order'
        ? { name: 'a fifth of the orders, by chance', parts: () => chosenOrders(log, random(stream)) }
        : { name: 'a fifth of the customers', parts: () => chosenCustomers(log, customers, random(stream)) };
    const newest = { name: 'the newest fifth of the orders', parts: () => newestFifth(log) };
    const first = dated && basket === 'order' ? newest : byChance('second validation');
    return [first, byChance('validation'), byChance('confirmation')];
  }
  if (basket === 'customer') {
    const byChance = (stream: string): Cut => ({
      name: 'a fifth of each customer’s items, by chance',
      parts: () => chosenItems(log, customers, random(stream)),
    });
    const newest = {
      name: 'the newest fifth of each customer’s items',
      parts: () => newestItems(log, customers),
    };
    return [dated ? newest : byChance('second validation'), byChance('validation'), byChance('confirmation')];
  }
  const lastOrder: Cut = { name: 'each customer’s last order', parts: () => oneOrder(log, customers, last) };
  const period = dated ? newestPeriod(log, customers) : undefined;
  const older = (dropped: number, name: string): Cut => ({
    name: `each customer’s last order but ${name}, without newer ones`,
    parts: () => olderOrder(log, customers, dropped),
  });
  if (period)
    return [lastOrder, { name: 'the newest orders of the shop', parts: () => period }, older(1, 'one')];
  if (dated || isFileOrderTime(log, customers)) return [lastOrder, older(1, 'one'), older(2, 'two')];
  const anyOrder = (stream: string): Cut => {
    const draw = random(stream);
    return {
      name: 'one order of each customer, by chance',
      parts: () => oneOrder(log, customers, (count) => draw.below(count)),
    };
  };
  return [anyOrder('validation'), anyOrder('second validation'), anyOrder('confirmation')];
}

/** Whether all orders have dates, of more than one day. */
export function isDated({ day }: OrderLog): boolean {
  return day.length > 0 && day.every((each) => !Number.isNaN(each)) && new Set(day.map(Math.floor)).size > 1;
}

const last = (count: number) => count - 1;

/** Holds out one order of each customer who has several. */
function oneOrder(log: OrderLog, customers: number, choose: (count: number) => number): Parts {
  const { start, orders } = ordersByCustomer(log, customers);
  const held = new Uint8Array(log.count);
  for (let customer = 0; customer < customers; customer++) {
    const count = rowLength(start, customer);
    if (count >= 2) held[orders[start[customer]! + choose(count)]!] = 1;
  }
  return partsOf(log, (order) => held[order] === 1);
}

/** Leaves out up to `count` of each customer's newest orders as long as two stay, then holds out the last. */
function olderOrder(log: OrderLog, customers: number, count: number): Parts {
  const { start, orders } = ordersByCustomer(log, customers);
  const dropped = new Uint8Array(log.count);
  for (let customer = 0; customer < customers; customer++) {
    const newest = Math.min(count, rowLength(start, customer) - 2);
    for (let at = 1; at <= newest; at++) dropped[orders[start[customer + 1]! - at]!] = 1;
  }
  return oneOrder(
    filterLog(log, (order) => !dropped[order]),
    customers,
    last,
  );
}

/** Holds out the newest tenth of the orders, whole days; undefined if few of their customers have an older order. */
function newestPeriod(log: OrderLog, customers: number): Parts | undefined {
  const days = log.day.slice().sort();
  const from = Math.floor(days[Math.floor(days.length * 0.9)]!);
  const parts = partsOf(log, (order) => log.day[order]! >= from);
  const known = new Set(parts.train.customer);
  // Customers without a history have no list.
  const { customer } = parts.test;
  const test = filterLog(parts.test, (order) => customer[order]! >= 0 && known.has(customer[order]!));
  const enough = test.count >= Math.min(minPeriodOrders, customers) && parts.train.count > test.count;
  return enough ? { ...parts, test } : undefined;
}

function newestFifth(log: OrderLog): Parts {
  const days = log.day.slice().sort();
  const from = days[Math.floor(days.length * (1 - share))]!;
  return partsOf(log, (order) => log.day[order]! >= from);
}

function chosenOrders(log: OrderLog, random: Random): Parts {
  const held = Uint8Array.from({ length: log.count }, () => (random.chance(share) ? 1 : 0));
  return partsOf(log, (order) => held[order] === 1);
}

function chosenCustomers(log: OrderLog, customers: number, random: Random): Parts {
  const held = Uint8Array.from({ length: customers }, () => (random.chance(share) ? 1 : 0));
  return partsOf(log, (order) => held[log.customer[order]!] === 1);
}

function partsOf(log: OrderLog, isHeld: (order: number) => boolean): Parts {
  return { train: filterLog(log, (order) => !isHeld(order)), test: filterLog(log, isHeld) };
}

/** Holds out a fifth of each customer's lines, at least one if there are several, and never all of them. */
function chosenItems(log: OrderLog, customers: number, random: Random): Parts {
  return heldLines(log, customers, (lines) => {
    const held = lines.filter(() => random.chance(share));
    if (held.length === 0) return [random.pick(lines)];
    return held.length === lines.length ? held.slice(1) : held;
  });
}

function newestItems(log: OrderLog, customers: number): Parts {
  return heldLines(log, customers, (lines) => lines.slice(-Math.max(1, Math.round(lines.length * share))));
}

/** @param choose the lines to hold out, of all lines of one customer, oldest first */
function heldLines(
  log: OrderLog,
  customers: number,
  choose: (lines: readonly number[]) => readonly number[],
): Parts {
  const { start, orders } = ordersByCustomer(log, customers);
  const held = new Uint8Array(log.items.length);
  for (let customer = 0; customer < customers; customer++) {
    const lines: number[] = [];
    for (const order of rowOf(start, orders, customer))
      for (let line = log.start[order]!; line < log.start[order + 1]!; line++) lines.push(line);
    if (lines.length >= 2) for (const line of choose(lines)) held[line] = 1;
  }
  return { train: keepLines(log, held, 0), test: keepLines(log, held, 1) };
}

function keepLines(log: OrderLog, held: Uint8Array, wanted: 0 | 1): OrderLog {
  const start = new Int32Array(log.count + 1);
  const items: number[] = [];
  for (let order = 0; order < log.count; order++) {
    for (let line = log.start[order]!; line < log.start[order + 1]!; line++)
      if (held[line] === wanted) items.push(log.items[line]!);
    start[order + 1] = items.length;
  }
  const part = { ...log, start, items: Int32Array.from(items) };
  return filterLog(part, (order) => start[order + 1]! > start[order]!);
}
