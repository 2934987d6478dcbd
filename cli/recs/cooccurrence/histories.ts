// The orders of a partition → each customer's history: distinct items, newest purchase first, and when they were bought.
import { RowLengths } from '../csr.ts';
import { weightOf } from './basket-weights.ts';
import { decay, type Histories } from './baskets.ts';
import { maxAge } from './gaps.ts';
import { defaultHistoryWeights, type GroupingOptions, popularityOf } from './grouping-options.ts';
import type { ItemCounter } from './item-counter.ts';
import type { OrderRows } from './order-rows.ts';
import type { Scratch } from './scratch.ts';

/** Collects the histories of the customers of `orders`, and counts them in `counter`. */
export function collectHistories(
  orders: OrderRows,
  options: GroupingOptions,
  counter: ItemCounter,
  scratch: Scratch,
): Histories {
  const { customers, ordersOf, startOf } = ordersByCustomer(orders, scratch);
  const { weighting, catalogue, ...decays } = options.weights ?? defaultHistoryWeights;
  const interactionByRank = powers(decays.interactionDecay);
  const repurchaseByRank = powers(decays.repurchaseDecay);
  const popularity = popularityOf(options);
  const ranked = popularity !== undefined && popularity.orders < Number.POSITIVE_INFINITY;
  const start = scratch.int32('history start', customers.length + 1);
  const weight = scratch.float32('history weight', customers.length);
  const histories = new HistoryColumns(orders, options, counter, scratch);
  for (let basket = 0; basket < customers.length; basket++) {
    histories.begin(basket);
    const newest = startOf[basket]!;
    let [occasion, day] = [-1, Number.NaN];
    for (let entry = newest; entry < startOf[basket + 1]!; entry++) {
      const order = ordersOf[entry]!;
      if (options.undated || orders.age[order] !== day) occasion++;
      day = orders.age[order]!;
      const rank = entry - newest;
      if (ranked)
        counter.addPopularity(
          orders.items,
          orders.start[order]!,
          orders.start[order + 1]!,
          decay(rank, popularity.orders),
        );
      histories.addOrder(
        order,
        occasion,
        interactionByRank[Math.min(255, rank)]!,
        repurchaseByRank[Math.min(255, occasion)]!,
      );
    }
    const { begun, end } = histories;
    start[basket + 1] = end;
    weight[basket] = weightOf(weighting, end - begun, catalogue);
    histories.count(weight[basket]!);
  }
  return { count: customers.length, start, weight, customer: customers, ...histories.filled() };
}

/** The columns of histories while they are filled, one customer after another. */
class HistoryColumns {
  /** Where the history that is being filled begins, and where it ends so far. */
  begun = 0;
  end = 0;
  readonly #orders: OrderRows;
  readonly #options: GroupingOptions;
  readonly #counter: ItemCounter;
  readonly #items: Int32Array;
  readonly #times: Uint16Array;
  /** Occasion of the item's oldest purchase so far; 0 is the newest. */
  readonly #since: Int32Array;
  readonly #interactionWeight: Float32Array;
  // For lists that may recommend products bought before.
  readonly #repurchaseWeight: Float32Array;
  readonly #last: Uint16Array;
  readonly #first: Uint16Array;
  readonly #chances: Uint16Array;
  // For items of several variants. `boughtAge` is by item: the age of the newest order with it.
  readonly #bought: Int32Array;
  readonly #boughtAge: Int32Array;
  /** Item → the last history with it, and its place there. */
  readonly #seenBy: Int32Array;
  readonly #position: Int32Array;
  #basket = 0;
  #cut = false;

  constructor(orders: OrderRows, options: GroupingOptions, counter: ItemCounter, scratch: Scratch) {
    this.#orders = orders;
    this.#options = options;
    this.#counter = counter;
    const lines = orders.items.length;
    const repurchases = options.repurchase ? lines : 0;
    this.#items = scratch.int32('history items', lines);
    this.#times = scratch.uint16('history times', lines);
    this.#since = scratch.int32('history since', lines);
    this.#interactionWeight = scratch.float32('history interaction', lines);
    this.#repurchaseWeight = scratch.float32('history repurchase', repurchases);
    this.#last = scratch.uint16('history last', repurchases);
    this.#first = scratch.uint16('history first', repurchases);
    this.#chances = scratch.uint16('history chances', repurchases);
    this.#bought = scratch.int32('history bought', options.variants ? lines : 0);
    this.#boughtAge = scratch.int32('bought age', options.variants ? options.items : 0);
    this.#seenBy = scratch.int32('seen', options.items, -1);
    this.#position = scratch.int32('position', options.items);
  }

  begin(basket: number): void {
    this.#basket = basket;
    this.begun = this.end;
    this.#cut = false;
  }

  /**
   * Adds the customer's next older order. `occasion` counts days, or orders without dates, from 0 for the newest; the weights
   * are those that the order adds to each of its items.
   */
  addOrder(order: number, occasion: number, interaction: number, repurchase: number): void {
    const { items, products, start, age } = this.#orders;
    const { maxHistory, undated, variants } = this.#options;
    const maxEnd = this.begun + maxHistory;
    const days = age[order]!;
    const stop = start[order + 1]!;
    for (let line = start[order]!; line < stop; line++) {
      const item = items[line]!;
      if (this.#seenBy[item] !== this.#basket) {
        if (this.end === maxEnd) {
          this.#cut = true;
          continue;
        }
        this.#seenBy[item] = this.#basket;
        this.#position[item] = this.end;
        this.#items[this.end] = item;
        if (variants) {
          this.#bought[this.end] = products[line]!;
          this.#boughtAge[item] = days;
        }
        this.end++;
      }
      const at = this.#position[item]!;
      // Of several orders on the newest day, take the lower product index, so that the order of rows does not matter.
      if (variants && days === this.#boughtAge[item])
        this.#bought[at] = Math.min(this.#bought[at]!, products[line]!);
      this.#interactionWeight[at]! += interaction;
      // A product in two orders on the same day was bought on one occasion.
      if (this.#times[at]! > 0 && this.#since[at] === occasion) continue;
      this.#addOccasion(at, occasion, Math.min(maxAge, undated ? occasion : days), repurchase);
    }
  }

  /** Counts one more occasion, older than those before, on which the item at a place was bought. */
  #addOccasion(at: number, occasion: number, age: number, repurchase: number): void {
    if (this.#options.repurchase) {
      this.#repurchaseWeight[at]! += repurchase;
      if (this.#times[at] === 0) this.#last[at] = age;
      else this.#counter.addClosedGap(this.#items[at]!, age - this.#first[at]!);
      this.#first[at] = age;
    }
    if (this.#times[at]! < maxAge) this.#times[at]!++;
    this.#since[at] = occasion;
  }

  /** Counts the finished history, whose pairs each have the given weight. */
  count(weight: number): void {
    const counter = this.#counter;
    if (this.#cut) counter.totals.cutHistories++;
    const counted = { items: this.#items, times: this.#times, since: this.#since };
    counter.addHistory(counted, this.begun, this.end, weight);
    if (!this.#options.repurchase) return;
    for (let at = this.begun; at < this.end; at++) {
      counter.addOpenGap(this.#items[at]!, this.#last[at]!);
      this.#chances[at] = Math.min(maxAge, this.#since[at]!);
    }
  }

  /** The columns, cut to what was filled; empty where nobody asked for them. */
  filled() {
    const { end } = this;
    return {
      items: this.#items.subarray(0, end),
      interactionWeight: this.#interactionWeight.subarray(0, end),
      repurchaseWeight: this.#repurchaseWeight.subarray(0, end),
      last: this.#last.subarray(0, end),
      first: this.#first.subarray(0, end),
      times: this.#times.subarray(0, this.#options.repurchase ? end : 0),
      chances: this.#chances.subarray(0, end),
      bought: this.#bought.subarray(0, end),
    };
  }
}

/** decay^0 … decay^255. */
function powers(decay: number): Float64Array {
  return Float64Array.from({ length: 256 }, (_, rank) => decay ** rank);
}

/** Counting sort of the orders by customer, newest first within a customer, without guests. */
function ordersByCustomer(orders: OrderRows, scratch: Scratch) {
  const highest = orders.customer.reduce((most, customer) => Math.max(most, customer), -1);
  const basketOf = scratch.int32('basket of', highest + 1, -1);
  const customers = scratch.int32('customers', orders.count);
  const basket = scratch.int32('order basket', orders.count);
  let count = 0;
  for (let order = 0; order < orders.count; order++) {
    const customer = orders.customer[order]!;
    if (customer >= 0 && basketOf[customer] === -1) {
      customers[count] = customer;
      basketOf[customer] = count++;
    }
    basket[order] = customer < 0 ? -1 : basketOf[customer]!;
  }
  const lengths = new RowLengths(scratch.int32('orders start', count + 1));
  for (const index of basket) if (index >= 0) lengths.add(index);
  const places = lengths.places();
  const startOf = places.start;
  const ordersOf = scratch.int32('orders of', places.length);
  // Orders are in order of time: read from the end, a customer's orders are newest first.
  for (let order = orders.count - 1; order >= 0; order--) {
    const known = basket[order]!;
    if (known >= 0) ordersOf[places.next(known)] = order;
  }
  return { customers: customers.slice(0, count), ordersOf, startOf };
}
