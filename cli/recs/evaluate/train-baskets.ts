// Training orders → weighted baskets for the pair kernel, with the sums that similarity functions divide by.
import { type Weighting, weightOf } from '../cooccurrence/basket-weights.ts';
import { type Baskets, decay } from '../cooccurrence/baskets.ts';
import { chooseKernel, maxRangePairs } from '../cooccurrence/kernel.ts';
import { type PairCounter, type RowSink, splitRows } from '../cooccurrence/pair-counter.ts';
import type { RowCounter } from '../cooccurrence/row-counter.ts';
import { rowOf } from '../csr.ts';
import type { BasketKind } from '../models/model-settings.ts';
import { itemsOfCustomer, type OrderLog, ordersByCustomer } from './order-log.ts';

export interface TrainBaskets {
  readonly items: number;
  readonly baskets: Baskets;
  /** Item → number of baskets that contain it; and the number of all baskets. */
  readonly popularity: Float64Array;
  readonly total: number;
  /** Item → sum of the weights of the baskets that contain it; and the sum over all baskets. */
  readonly weight: Float64Array;
  readonly totalWeight: number;
  /** Item → number of ordered pairs in its row, for the kernel. */
  readonly rowPairs: Float64Array;
}

export interface BasketOptions {
  readonly items: number;
  /** Number of all items, including those without a training order: the N of the idf. */
  readonly catalogue: number;
  readonly customers: number;
  readonly basket: BasketKind;
  readonly weighting: Weighting;
  /** Days after which an order counts half. With Infinity, or if undated, all orders count the same. */
  readonly halfLife: number;
}

export function weighBaskets(log: OrderLog, options: BasketOptions): TrainBaskets {
  const { items, weighting } = options;
  const parts = options.basket === 'order' ? eachOrder(log) : eachCustomer(log, options.customers);
  const newest = log.day.reduce((latest, day) => (day > latest ? day : latest), Number.NEGATIVE_INFINITY);
  const start = [0];
  const flat: number[] = [];
  const weights: number[] = [];
  const popularity = new Float64Array(items);
  const weight = new Float64Array(items);
  const rowPairs = new Float64Array(items);
  let [total, totalWeight] = [0, 0];
  for (const { members, day } of parts) {
    const n = members.length;
    const age = Number.isNaN(day) ? 0 : newest - day;
    const each = Math.fround(weightOf(weighting, n, options.catalogue) * decay(age, options.halfLife));
    total++;
    totalWeight += each;
    for (const item of members) {
      popularity[item]!++;
      weight[item]! += each;
      rowPairs[item]! += n - 1;
      flat.push(item);
    }
    weights.push(each);
    start.push(flat.length);
  }
  const baskets: Baskets = {
    count: weights.length,
    start: Int32Array.from(start),
    items: Int32Array.from(flat),
    weight: Float32Array.from(weights),
  };
  return { items, baskets, popularity, total, weight, totalWeight, rowPairs };
}

/** Passes every row that has pairs to `sink` in ascending order, by the kernel that suits the length of the baskets. */
export function countRows(
  { baskets, rowPairs }: Pick<TrainBaskets, 'baskets' | 'rowPairs'>,
  kernel: { readonly pairs: PairCounter; readonly rows: RowCounter },
  sink: RowSink,
): void {
  const chosen = chooseKernel(rowPairs, baskets.items.length, false);
  for (const range of splitRows(rowPairs, maxRangePairs)) {
    if (chosen === 'rows') kernel.rows.count(range, (visit) => visit(baskets), sink);
    else kernel.pairs.count(range, rowPairs, (visit) => visit(baskets), sink);
  }
}

interface Part {
  readonly members: ArrayLike<number> & Iterable<number>;
  readonly day: number;
}

function* eachOrder(log: OrderLog): Generator<Part> {
  for (let order = 0; order < log.count; order++)
    yield { members: rowOf(log.start, log.items, order), day: log.day[order]! };
}

/** A customer's basket is as old as their newest order. Guest orders belong to no basket. */
function* eachCustomer(log: OrderLog, customers: number): Generator<Part> {
  const byCustomer = ordersByCustomer(log, customers);
  for (let customer = 0; customer < customers; customer++) {
    const newest = rowOf(byCustomer.start, byCustomer.orders, customer).at(-1);
    if (newest === undefined) continue;
    const members = Int32Array.from(itemsOfCustomer(log, byCustomer, customer));
    yield { members, day: log.day[newest]! };
  }
}
