// Histories × neighbours → `personalized`: each customer's best items, with what they come from, as COPY rows.
import { CopyEncoder } from '../../../sql/copy-encoder.ts';
import type { Histories } from '../cooccurrence/baskets.ts';
import type { Neighbours } from '../similarity/neighbours.ts';
import { TopK } from '../similarity/top-k.ts';
import type { WatchLists } from '../source/watch-lists.ts';

export interface PersonalizedInput {
  readonly buildId: number;
  readonly items: number;
  readonly neighbours: Neighbours;
  readonly watch: WatchLists;
  /** Dense customer index → couture.customer_key. */
  readonly customerKey: Int32Array;
  /** Item → couture.product_key of the product that stands for it. */
  readonly itemKey: Int32Array;
  /** Product → couture.product_key. */
  readonly productKey: Int32Array;
  /** Item → chance that a buyer buys it again; undefined: what was bought is left out. */
  readonly rebuyRate: Float64Array | undefined;
  readonly top: number;
  /** Item → 1 once it stands in anyone's list; shared by all threads. */
  readonly listed: Uint8Array;
}

/** Customers' lists, ready for COPY into couture.customer_list. */
export interface PersonalizedRows {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly lists: number;
  readonly entries: number;
}

/** Purchases that personal lists are made of; the most recent ones of longer histories. */
const mostSeeds = 50;
/** `from` holds the seed in its low bits, and above them whose list it belongs to. */
const seedBits = 7;
const [seedMask, stampMask] = [2 ** seedBits - 1, 2 ** (32 - seedBits) - 1];
/** In place of a seed: what was bought before is the reason for itself, also where it is no seed. */
const itself = seedMask;
/** What a product on the watch list says, against one of the newest order. */
const watchWeight = 1;
/** What buying again weighs against discovering: fitted on two real sets of histories, flat from 2 to 5. */
const habitWeight = 3;
/** `reasons` above this mean: on the watch list. */
const watchReason = 10_000;

/** Computes the lists of whole partitions; one a thread. */
export class Personalizer {
  readonly #input: PersonalizedInput;
  readonly #score: Float64Array;
  readonly #from: Int32Array;
  readonly #touched: Int32Array;
  readonly #owned: Int32Array;
  /** Item → key of the variant that this customer bought, or watches: what a reason names. */
  readonly #causeKey: Int32Array;
  readonly #best: TopK;
  readonly #seedItems = new Int32Array(mostSeeds * 2);
  readonly #seedWeights = new Float64Array(mostSeeds * 2);
  readonly #row: RowArrays;
  readonly #encoder = new CopyEncoder();
  #stamp = 0;

  constructor(input: PersonalizedInput) {
    this.#input = input;
    this.#score = new Float64Array(input.items);
    this.#from = new Int32Array(input.items);
    // One more: a candidate is written before it is known to be new.
    this.#touched = new Int32Array(input.items + 1);
    this.#owned = new Int32Array(input.items);
    this.#causeKey = new Int32Array(input.items);
    this.#best = new TopK(input.top);
    this.#row = {
      items: new Int32Array(input.top),
      scores: new Float32Array(input.top),
      reasons: new Int16Array(input.top),
      because: new Int32Array(input.top),
    };
  }

  /** Lists of every customer of the histories that anything can be said about. */
  rows(histories: Histories): PersonalizedRows {
    const encoder = this.#encoder;
    let [lists, entries] = [0, 0];
    for (let basket = 0; basket < histories.count; basket++) {
      const customer = histories.customer[basket]!;
      const seeds = this.#collectSeeds(histories, basket, customer);
      const length = this.#rank(seeds.length, histories, basket);
      if (length === 0) continue;
      this.#encode(encoder, customer, seeds.purchases);
      lists++;
      entries += length;
    }
    return { bytes: new Uint8Array(encoder.take()), lists, entries };
  }

  /** Fills the seeds: the newest purchases, then the watch list. */
  #collectSeeds(histories: Histories, basket: number, customer: number) {
    const { watch, itemKey, productKey } = this.#input;
    if ((++this.#stamp & stampMask) === 0) {
      // Marks of 2^25 lists ago, and of none, would look like this one's.
      this.#from.fill(0);
      this.#stamp++;
    }
    const stamp = this.#stamp;
    const [begin, end] = [histories.start[basket]!, histories.start[basket + 1]!];
    let length = 0;
    for (let at = begin; at < end; at++) {
      const item = histories.items[at]!;
      this.#owned[item] = stamp;
      const bought = histories.bought[at] ?? -1;
      this.#causeKey[item] = bought < 0 ? itemKey[item]! : productKey[bought]!;
      if (length === mostSeeds) continue;
      this.#seedItems[length] = item;
      this.#seedWeights[length++] = histories.taste[at]!;
    }
    const purchases = length;
    const most = Math.min(watch.start[customer + 1]!, watch.start[customer]! + mostSeeds);
    for (let at = watch.start[customer]!; at < most; at++) {
      const item = watch.items[at]!;
      if (this.#owned[item] === stamp) continue;
      this.#causeKey[item] = productKey[watch.products[at]!]!;
      this.#seedItems[length] = item;
      this.#seedWeights[length++] = watchWeight;
    }
    return { length, purchases };
  }

  /**
   * Adds up the neighbours of all seeds and keeps the best; returns how many. The reason of an entry is the first
   * seed that leads to it, the newest purchase: finding the strongest one instead took half as long again.
   */
  #rank(seeds: number, histories: Histories, basket: number): number {
    const { neighbours, rebuyRate } = this.#input;
    const { k, length: lengths, items, scores } = neighbours;
    const [score, from, touched, owned, best] = [
      this.#score,
      this.#from,
      this.#touched,
      this.#owned,
      this.#best,
    ];
    const stamp = this.#stamp;
    let reached = 0;
    // Oldest first, so that the newest seed is the one that is remembered.
    for (let seed = seeds - 1; seed >= 0; seed--) {
      const item = this.#seedItems[seed]!;
      const weight = this.#seedWeights[seed]!;
      // Orders far back weigh nothing: their neighbours would only take places.
      if (weight < 1e-12) continue;
      const mark = (stamp << seedBits) | seed;
      const begin = item * k;
      const end = begin + lengths[item]!;
      for (let at = begin; at < end; at++) {
        const candidate = items[at]!;
        // Whether the candidate is new is a coin toss: adding the answer is cheaper than branching on it.
        const other = (from[candidate]! >>> seedBits) ^ (stamp & stampMask);
        touched[reached] = candidate;
        reached += (other | -other) >>> 31;
        from[candidate] = mark;
        score[candidate]! += weight * scores[at]!;
      }
    }
    if (rebuyRate) reached = this.#addHabits(rebuyRate, histories, basket, reached);
    best.clear();
    let worst = Number.NEGATIVE_INFINITY;
    for (let at = 0; at < reached; at++) {
      const candidate = touched[at]!;
      const total = score[candidate]!;
      score[candidate] = 0;
      if (total < worst || (rebuyRate === undefined && owned[candidate] === stamp)) continue;
      best.push(total, candidate, from[candidate]! & seedMask);
      if (best.length === best.k) worst = best.scores[best.k - 1]!;
    }
    return best.length;
  }

  /** What was bought before is wanted again: each product by its own rate. Returns the candidates reached now. */
  #addHabits(rebuyRate: Float64Array, histories: Histories, basket: number, reached: number): number {
    let end = reached;
    const begin = histories.start[basket]!;
    for (let at = begin; at < histories.start[basket + 1]!; at++) {
      const item = histories.items[at]!;
      const part = habitWeight * histories.habit[at]! * rebuyRate[item]!;
      if (part < 1e-12) continue;
      if (this.#from[item]! >>> seedBits !== (this.#stamp & stampMask)) this.#touched[end++] = item;
      this.#score[item]! += part;
      this.#from[item] = (this.#stamp << seedBits) | itself;
    }
    return end;
  }

  /** One row: build_id, customer_key, item_keys, scores, reasons, because_keys. */
  #encode(encoder: CopyEncoder, customer: number, purchases: number): void {
    const { buildId, customerKey, itemKey } = this.#input;
    const best = this.#best;
    const { items, scores, reasons, because } = this.#row;
    let seeds = 0;
    for (let at = 0; at < best.length; at++) {
      items[at] = itemKey[best.ids[at]!]!;
      this.#input.listed[best.ids[at]!] = 1;
      scores[at] = best.scores[at]!;
      const seed = best.extras[at]!;
      const key = this.#causeKey[seed === itself ? best.ids[at]! : this.#seedItems[seed]!]!;
      let place = 0;
      while (place < seeds && because[place] !== key) place++;
      if (place === seeds) because[seeds++] = key;
      reasons[at] = place + 1 + (seed < purchases || seed === itself ? 0 : watchReason);
    }
    encoder.row(6);
    encoder.int4(buildId);
    encoder.int4(customerKey[customer]!);
    encoder.int4Array(items, 0, best.length);
    encoder.float4Array(scores, 0, best.length);
    encoder.int2Array(reasons, 0, best.length);
    encoder.int4Array(because, 0, seeds);
  }
}

interface RowArrays {
  readonly items: Int32Array;
  readonly scores: Float32Array;
  readonly reasons: Int16Array;
  readonly because: Int32Array;
}

/**
 * Chance that a buyer of each item buys it again, shrunk towards the shop's rate r:
 * (rebuyers + 20 r) / (buyers + 20).
 */
export function rebuyRates(buyers: Float64Array, rebuyers: Float64Array): Float64Array {
  const total = (counts: Float64Array) => counts.reduce((sum, each) => sum + each, 0);
  const overall = total(rebuyers) / Math.max(1, total(buyers));
  return buyers.map((each, item) => (rebuyers[item]! + 20 * overall) / (each + 20));
}
