// Histories → the rows of couture.buy_again_list, for binary COPY.
import { CopyEncoder } from '../../../sql/copy/copy-encoder.ts';
import type { Histories } from '../cooccurrence/baskets.ts';
import { hasUsableDates } from '../cooccurrence/grouping.ts';
import type { ItemTallies } from '../cooccurrence/tallies.ts';
import { fitIntervals, type Intervals } from '../models/intervals.ts';
import type { RepurchaseRule } from '../models/repurchase.ts';
import type { LogTotals } from '../source/basket-log.ts';
import { BuyAgainRanking, type BuyAgainRankingInput, provenItems } from './buy-again.ts';
import type { ItemFacts } from './item-facts.ts';
import type { CustomerKeys, CustomerRows } from './personalized.ts';

export interface BuyAgainInput extends BuyAgainRankingInput, CustomerKeys {
  /** Days from 2000-01-01 to the newest day of the orders, from which ages count. */
  readonly newest: number;
}

interface BuyAgainFacts {
  readonly keys: CustomerKeys;
  readonly tallies: ItemTallies;
  readonly facts: ItemFacts;
  readonly rule: RepurchaseRule;
  readonly totals: LogTotals;
  /** Entries of a list. */
  readonly top: number;
  /** Those of the personal model, if it has fitted them. */
  readonly intervals: Intervals | undefined;
}

export function buyAgainInput({
  keys,
  tallies,
  facts,
  rule,
  totals,
  top,
  ...fitted
}: BuyAgainFacts): BuyAgainInput {
  const { intervals = fitIntervals(tallies, facts) } = fitted;
  return {
    ...keys,
    intervals,
    again: rule.again,
    proven: provenItems(tallies, rule),
    newest: Number.isFinite(totals.dates.newest) ? totals.dates.newest : 0,
    undated: !hasUsableDates(totals),
    top,
  };
}

/** Computes the lists of whole partitions. One per thread. */
export class BuyAgainLists {
  readonly #input: BuyAgainInput;
  readonly #ranking: BuyAgainRanking;
  readonly #encoder = new CopyEncoder();

  constructor(input: BuyAgainInput) {
    this.#input = input;
    this.#ranking = new BuyAgainRanking(input);
  }

  /** Makes the lists of all customers in the histories, skipping customers without entries. */
  rows(histories: Histories): CustomerRows {
    let [lists, entries] = [0, 0];
    for (let basket = 0; basket < histories.count; basket++) {
      const length = histories.times.length > 0 ? this.#ranking.rank(histories, basket) : 0;
      if (length === 0) continue;
      this.#encode(histories, histories.customer[basket]!);
      lists++;
      entries += length;
    }
    return { bytes: new Uint8Array(this.#encoder.take()), lists, entries };
  }

  /** One row: build_id, customer_key, item_keys, probabilities, last_days, intervals, times. */
  #encode(histories: Histories, customer: number): void {
    const { buildId, customerKey, itemKey, productKey, newest, undated } = this.#input;
    const { best } = this.#ranking;
    const places = best.extras.subarray(0, best.length);
    const bought = places.map((at, rank) => {
      const product = histories.bought[at] ?? -1;
      return product < 0 ? itemKey[best.ids[rank]!]! : productKey[product]!;
    });
    const encoder = this.#encoder;
    encoder.row(7);
    encoder.int4(buildId);
    encoder.int4(customerKey[customer]!);
    encoder.int4Array(bought);
    encoder.float4Array(Float32Array.from(best.scores.subarray(0, best.length)));
    encoder.dateArray(undated ? new Int32Array(0) : places.map((at) => newest - histories.last[at]!));
    encoder.float4Array(Float32Array.from(places, (at) => this.#ranking.interval(at)));
    encoder.int2Array(Int16Array.from(places, (at) => Math.min(32_767, histories.times[at]!)));
  }
}
