// A data set → the questions that are asked of every model, and what would have been the right answers.
import type { Questions, Task } from '../gate/questions.ts';
import { type CustomerOrders, type Dataset, ordersByCustomer } from './order-log.ts';

/** What stands together: the products of an order, or all that a customer has. */
export const basketKinds = ['order', 'customer'] as const;
export type BasketKind = (typeof basketKinds)[number];

/**
 * Personalized: every customer with a held-out order. Baskets that are orders: the history → the next order, and what
 * was bought before counts. Baskets that are customers: what they have → the rest; what they have is neither asked for
 * nor answered.
 * Co-purchase: each known product of a held-out basket of at least two known ones → the other known ones.
 */
export function askQuestions(data: Dataset, task: Task, basket: BasketKind): Questions {
  return task === 'personalized' ? askCustomers(data, basket) : askProducts(data, basket);
}

function askCustomers(data: Dataset, basket: BasketKind): Questions {
  const customers = data.customerIds.length;
  const [before, after] = [ordersByCustomer(data.train, customers), ordersByCustomer(data.test, customers)];
  const repeats = basket === 'order';
  const asked: Array<[subject: number, targets: number[]]> = [];
  for (let customer = 0; customer < customers; customer++) {
    const [from, to] = [after.start[customer]!, after.start[customer + 1]!];
    if (from === to) continue;
    const known = repeats ? new Set<number>() : itemsOf(data.train, before, customer);
    const wanted = new Set<number>();
    for (let at = from; at < (repeats ? from + 1 : to); at++) {
      const order = after.orders[at]!;
      for (let line = data.test.start[order]!; line < data.test.start[order + 1]!; line++) {
        const item = data.test.items[line]!;
        if (!known.has(item)) wanted.add(item);
      }
    }
    if (wanted.size > 0) asked.push([customer, [...wanted]]);
  }
  return {
    ...table(asked),
    task: 'personalized',
    unit: Int32Array.from(asked.keys()),
    units: asked.length,
    repeats,
  };
}

function askProducts(data: Dataset, basket: BasketKind): Questions {
  const asked: Array<[subject: number, targets: number[]]> = [];
  const unit: number[] = [];
  let units = 0;
  for (const items of heldOutBaskets(data, basket)) {
    const known = [...items].filter((item) => item < data.trainItems);
    if (known.length < 2) continue;
    for (const item of known) {
      asked.push([item, known.filter((other) => other !== item)]);
      unit.push(units);
    }
    units++;
  }
  return { ...table(asked), task: 'copurchase', unit: Int32Array.from(unit), units, repeats: true };
}

function* heldOutBaskets({ test, customerIds }: Dataset, basket: BasketKind): Generator<Set<number>> {
  if (basket === 'order') {
    for (let order = 0; order < test.count; order++)
      yield new Set(test.items.subarray(test.start[order]!, test.start[order + 1]!));
    return;
  }
  const orders = ordersByCustomer(test, customerIds.length);
  for (let customer = 0; customer < customerIds.length; customer++) yield itemsOf(test, orders, customer);
}

function itemsOf(log: Dataset['test'], { start, orders }: CustomerOrders, customer: number): Set<number> {
  const items = new Set<number>();
  for (let at = start[customer]!; at < start[customer + 1]!; at++) {
    const order = orders[at]!;
    for (let line = log.start[order]!; line < log.start[order + 1]!; line++) items.add(log.items[line]!);
  }
  return items;
}

function table(asked: ReadonlyArray<readonly [number, readonly number[]]>) {
  const start = new Int32Array(asked.length + 1);
  for (const [at, [, targets]] of asked.entries()) start[at + 1] = start[at]! + targets.length;
  return {
    count: asked.length,
    subject: Int32Array.from(asked, ([subject]) => subject),
    start,
    targets: Int32Array.from(asked.flatMap(([, targets]) => targets)),
  };
}

/** A part of the questions, evenly spread, whole units at a time; for trials that need no more. */
export function someQuestions(questions: Questions, most: number, seed: number): Questions {
  if (questions.units <= most) return questions;
  // A multiplicative walk through the units: spread, without repeats, the same on every machine.
  const keep = new Uint8Array(questions.units);
  let unit = seed % questions.units;
  const step = stepFor(questions.units);
  for (let taken = 0; taken < most; taken++) {
    keep[unit] = 1;
    unit = (unit + step) % questions.units;
  }
  const asked: Array<[number, number[]]> = [];
  const units: number[] = [];
  for (let at = 0; at < questions.count; at++) {
    if (!keep[questions.unit[at]!]) continue;
    asked.push([
      questions.subject[at]!,
      [...questions.targets.subarray(questions.start[at]!, questions.start[at + 1]!)],
    ]);
    units.push(questions.unit[at]!);
  }
  const dense = new Map([...new Set(units)].map((each, index) => [each, index]));
  return {
    ...questions,
    ...table(asked),
    unit: Int32Array.from(units, (each) => dense.get(each)!),
    units: dense.size,
  };
}

/** A step near the golden section of n that shares no divisor with it. */
function stepFor(n: number): number {
  let step = Math.max(1, Math.round(n * 0.618));
  while (divisor(step, n) > 1) step++;
  return step;
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
