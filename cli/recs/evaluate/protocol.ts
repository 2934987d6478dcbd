// A data set → the test cases that every model ranks a list for, with their targets.
import { rowOf, startsOf } from '../csr.ts';
import type { Task, TestCases } from '../gate/test-cases.ts';
import type { BasketKind } from '../models/model-settings.ts';
import { type Dataset, itemsOfCustomer, ordersByCustomer } from './order-log.ts';

/**
 * Personalized: one test case per customer with a held-out order. If baskets are orders, the targets are all items of the
 * customer's first held-out order, including items bought before. If baskets are customers, the targets are all held-out
 * items that the customer does not have in training; the items in training are also left out of the lists.
 * Co-purchase: one test case per training item of a held-out basket with at least two of them; the targets are the others.
 */
export function buildTestCases(data: Dataset, task: Task, basket: BasketKind): TestCases {
  return task === 'personalized' ? customerCases(data, basket) : productCases(data, basket);
}

type TestCase = readonly [subject: number, targets: readonly number[]];

function customerCases(data: Dataset, basket: BasketKind): TestCases {
  const customers = data.customerIds.length;
  const [before, after] = [ordersByCustomer(data.train, customers), ordersByCustomer(data.test, customers)];
  const repeats = basket === 'order';
  const cases: TestCase[] = [];
  for (let customer = 0; customer < customers; customer++) {
    const [from, to] = [after.start[customer]!, after.start[customer + 1]!];
    if (from === to) continue;
    const known = repeats ? new Set<number>() : itemsOfCustomer(data.train, before, customer);
    const targets = new Set<number>();
    for (let at = from; at < (repeats ? from + 1 : to); at++) {
      const order = after.orders[at]!;
      for (const item of rowOf(data.test.start, data.test.items, order))
        if (!known.has(item)) targets.add(item);
    }
    if (targets.size > 0) cases.push([customer, [...targets]]);
  }
  return {
    ...toTable(cases),
    task: 'personalized',
    unit: Int32Array.from(cases.keys()),
    units: cases.length,
    repeats,
  };
}

function productCases(data: Dataset, basket: BasketKind): TestCases {
  const cases: TestCase[] = [];
  const unit: number[] = [];
  let units = 0;
  for (const items of heldOutBaskets(data, basket)) {
    const known = [...items].filter((item) => item < data.trainItems);
    if (known.length < 2) continue;
    for (const item of known) {
      cases.push([item, known.filter((other) => other !== item)]);
      unit.push(units);
    }
    units++;
  }
  return { ...toTable(cases), task: 'copurchase', unit: Int32Array.from(unit), units, repeats: true };
}

function* heldOutBaskets({ test, customerIds }: Dataset, basket: BasketKind): Generator<Set<number>> {
  if (basket === 'order') {
    for (let order = 0; order < test.count; order++) yield new Set(rowOf(test.start, test.items, order));
    return;
  }
  const orders = ordersByCustomer(test, customerIds.length);
  for (let customer = 0; customer < customerIds.length; customer++)
    yield itemsOfCustomer(test, orders, customer);
}

function toTable(cases: readonly TestCase[]) {
  return {
    count: cases.length,
    subject: Int32Array.from(cases, ([subject]) => subject),
    start: startsOf(cases.map(([, targets]) => targets.length)),
    targets: Int32Array.from(cases.flatMap(([, targets]) => targets)),
  };
}

/** Returns the test cases of at most `maxUnits` units, evenly spread; trials of a search need no more. */
export function sampleTestCases(testCases: TestCases, maxUnits: number, seed: number): TestCases {
  if (testCases.units <= maxUnits) return testCases;
  // Step through the units by a number coprime to their count: evenly spread, no unit twice, the same on every machine.
  const keep = new Uint8Array(testCases.units);
  let unit = seed % testCases.units;
  const step = stepFor(testCases.units);
  for (let taken = 0; taken < maxUnits; taken++) {
    keep[unit] = 1;
    unit = (unit + step) % testCases.units;
  }
  const cases: TestCase[] = [];
  const units: number[] = [];
  for (let at = 0; at < testCases.count; at++) {
    if (!keep[testCases.unit[at]!]) continue;
    cases.push([testCases.subject[at]!, [...rowOf(testCases.start, testCases.targets, at)]]);
    units.push(testCases.unit[at]!);
  }
  const dense = new Map([...new Set(units)].map((each, index) => [each, index]));
  return {
    ...testCases,
    ...toTable(cases),
    unit: Int32Array.from(units, (each) => dense.get(each)!),
    units: dense.size,
  };
}

/** Returns a step near the golden section of n that is coprime to n. */
function stepFor(n: number): number {
  let step = Math.max(1, Math.round(n * 0.618));
  while (greatestDivisor(step, n) > 1) step++;
  return step;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
