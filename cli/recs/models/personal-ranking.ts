// A customer's history × the terms of the model → the best items for that customer, each with its cause.
import type { Histories } from '../cooccurrence/baskets.ts';
import { TopK } from '../similarity/top-k.ts';
import type { WatchLists } from '../source/watch-lists.ts';
import type { NeighbourTable } from './neighbour-table.ts';
import type { PopularityTable } from './popularity.ts';
import { type FittedRepeat, RepeatTerm } from './repeat.ts';
import type { RepurchaseRule } from './repurchase.ts';

/** The fitted terms of a personal model. All arrays are in shared memory. */
export interface FittedModel {
  readonly items: number;
  /** Largest number of purchases whose neighbours count: the most recent ones of longer histories. */
  readonly profileLength: number;
  /** item_knn and ease, blended. */
  readonly neighbours: NeighbourTable | undefined;
  readonly repeat: FittedRepeat | undefined;
  readonly popularity: PopularityTable | undefined;
  /** Decides which items may be recommended to customers who bought them. */
  readonly repurchase: RepurchaseRule;
}

export interface RankingInput extends FittedModel {
  readonly watch: WatchLists;
  readonly top: number;
}

/** The purchase or watched product that led to an entry. */
export interface Cause {
  /**
   * `before` and `often`: the item itself, bought before, or on at least three occasions. `popular`: nothing that the
   * customer bought or watches led to it.
   */
  readonly kind: 'bought' | 'watched' | 'before' | 'often' | 'popular';
  readonly item: number;
  /** Index of the item's variant that was bought or is watched; below zero if the item has only one. */
  readonly product: number;
}

/** Maximum number of watched products that count. */
const maxWatched = 50;
/** `#from` holds the place in the profile in its low bits, and the stamp of the customer above them. */
const placeBits = 11;
const [placeMask, stampMask] = [2 ** placeBits - 1, 2 ** (32 - placeBits) - 1];
/** Used instead of a place: the item was bought before, or is popular. */
const [boughtBefore, boughtOften, popular] = [placeMask, placeMask - 1, placeMask - 2];
/** Weight of a watched product, relative to a product of the newest order. */
const watchWeight = 1;

/** Ranks one customer at a time. Its arrays are reused. */
export class PersonalRanking {
  /** The entries of the customer ranked last, best first. */
  readonly best: TopK;
  readonly #input: RankingInput;
  readonly #repeat: RepeatTerm | undefined;
  readonly #score: Float64Array;
  readonly #from: Int32Array;
  readonly #touched: Int32Array;
  readonly #owned: Int32Array;
  /** Item → the product that this customer bought, or watches. */
  readonly #causeProduct: Int32Array;
  readonly #profileItems: Int32Array;
  readonly #profileWeights: Float64Array;
  #purchases = 0;
  /** Σ of the weights of the profile: popularity counts as much as the purchases do together. */
  #mass = 0;
  #stamp = 0;

  constructor(input: RankingInput) {
    this.#input = input;
    const { repeat, repurchase, profileLength } = input;
    this.#repeat = repeat && repurchase.mode !== 'never' ? new RepeatTerm(repeat, repurchase) : undefined;
    this.#score = new Float64Array(input.items);
    this.#from = new Int32Array(input.items);
    // One more than items: a candidate is written before it is known to be new.
    this.#touched = new Int32Array(input.items + 1);
    this.#owned = new Int32Array(input.items);
    this.#causeProduct = new Int32Array(input.items);
    this.#profileItems = new Int32Array(profileLength + maxWatched);
    this.#profileWeights = new Float64Array(profileLength + maxWatched);
    this.best = new TopK(input.top);
  }

  /** Ranks the customer of history `basket`. Returns the number of entries, which are in `best`. */
  rank(histories: Histories, basket: number): number {
    let reached = this.#addNeighbours(this.#collectProfile(histories, basket));
    if (this.#repeat) reached = this.#addRepurchases(this.#repeat, histories, basket, reached);
    this.#select(reached);
    if (this.#input.popularity) this.#addBestsellers(this.#input.popularity);
    return this.best.length;
  }

  /** The cause of entry `at` of `best`. */
  cause(at: number): Cause {
    const place = this.best.extras[at]!;
    if (place === popular) return { kind: 'popular', item: this.best.ids[at]!, product: -1 };
    const itself = place >= boughtOften;
    const item = itself ? this.best.ids[at]! : this.#profileItems[place]!;
    const kind = itself
      ? place === boughtOften
        ? 'often'
        : 'before'
      : place < this.#purchases
        ? 'bought'
        : 'watched';
    return { kind, item, product: this.#causeProduct[item]! };
  }

  /** Fills the profile: the newest purchases, then the watch list. Returns its length. */
  #collectProfile(histories: Histories, basket: number): number {
    const { watch, profileLength } = this.#input;
    if ((++this.#stamp & stampMask) === 0) {
      // The stamp has wrapped around: marks of 2^21 customers ago, and zeros, would look like this customer's.
      this.#from.fill(0);
      this.#stamp++;
    }
    const stamp = this.#stamp;
    const [begin, end] = [histories.start[basket]!, histories.start[basket + 1]!];
    let length = 0;
    for (let at = begin; at < end; at++) {
      const item = histories.items[at]!;
      this.#owned[item] = stamp;
      this.#causeProduct[item] = histories.bought[at] ?? -1;
      if (length === profileLength) continue;
      this.#profileItems[length] = item;
      this.#profileWeights[length++] = histories.interactionWeight[at]!;
    }
    this.#purchases = length;
    const customer = histories.customer[basket]!;
    const watchEnd = Math.min(watch.start[customer + 1]!, watch.start[customer]! + maxWatched);
    for (let at = watch.start[customer]!; at < watchEnd; at++) {
      const item = watch.items[at]!;
      if (this.#owned[item] === stamp) continue;
      this.#causeProduct[item] = watch.products[at]!;
      this.#profileItems[length] = item;
      this.#profileWeights[length++] = watchWeight;
    }
    this.#mass = 0;
    for (let at = 0; at < length; at++) this.#mass += this.#profileWeights[at]!;
    return length;
  }

  /**
   * Adds up the neighbours of the whole profile. Returns the number of items reached. The cause of an entry is the newest
   * purchase that leads to it. Tried and rejected: the strongest purchase, which took half as long again; score, share and
   * `from` of an item in one record of 32 bytes, a cache line instead of three: as fast with 20 neighbours (48,766 items), 30
   * to 60 % slower with 60.
   */
  #addNeighbours(length: number): number {
    const table = this.#input.neighbours;
    if (table === undefined) return 0;
    const { start, length: lengths, items, scores } = table;
    const [score, from, touched] = [this.#score, this.#from, this.#touched];
    const stamp = this.#stamp;
    let reached = 0;
    // Oldest first, so that the newest purchase is the one recorded.
    for (let place = length - 1; place >= 0; place--) {
      const item = this.#profileItems[place]!;
      const weight = this.#profileWeights[place]!;
      // Skip orders so old that they weigh nothing: their neighbours would only fill places.
      if (weight < 1e-12) continue;
      const mark = (stamp << placeBits) | place;
      const begin = start[item]!;
      const end = begin + lengths[item]!;
      for (let at = begin; at < end; at++) {
        const candidate = items[at]!;
        // Branchless: whether the candidate is new is unpredictable, so adding the answer is cheaper than a branch.
        const other = (from[candidate]! >>> placeBits) ^ (stamp & stampMask);
        touched[reached] = candidate;
        reached += (other | -other) >>> 31;
        from[candidate] = mark;
        score[candidate]! += weight * scores[at]!;
      }
    }
    return reached;
  }

  /** Adds the items that may be bought again. Returns the new number of items reached. */
  #addRepurchases(repeat: RepeatTerm, histories: Histories, basket: number, reached: number): number {
    let end = reached;
    repeat.open(histories, basket);
    for (let at = histories.start[basket]!; at < histories.start[basket + 1]!; at++) {
      const part = repeat.score(histories, at);
      if (part < 1e-12) continue;
      const item = histories.items[at]!;
      if (this.#from[item]! >>> placeBits !== (this.#stamp & stampMask)) this.#touched[end++] = item;
      this.#score[item]! += part;
      this.#from[item] =
        (this.#stamp << placeBits) | (repeat.isOften(histories, at) ? boughtOften : boughtBefore);
    }
    return end;
  }

  /** Keeps the best of the items reached and clears their scores. */
  #select(reached: number): void {
    const { repurchase, popularity } = this.#input;
    const { again } = repurchase;
    const share = popularity?.share ?? noShares;
    const [score, from, touched, owned, best] = [
      this.#score,
      this.#from,
      this.#touched,
      this.#owned,
      this.best,
    ];
    const [stamp, mass] = [this.#stamp, this.#mass];
    best.clear();
    // The linear term can make a score negative: such an item is not recommended.
    let worst = Number.MIN_VALUE;
    for (let at = 0; at < reached; at++) {
      const candidate = touched[at]!;
      const total = score[candidate]! + (share.length === 0 ? 0 : mass * share[candidate]!);
      score[candidate] = 0;
      if (total < worst || (owned[candidate] === stamp && again[candidate] === 0)) continue;
      best.push(total, candidate, from[candidate]! & placeMask);
      if (best.length === best.k) worst = best.scores[best.k - 1]!;
    }
  }

  /** Adds the bestsellers that nothing else has reached. Those after the first that is not good enough are worse still. */
  #addBestsellers({ share, first }: PopularityTable): void {
    const { again } = this.#input.repurchase;
    const [from, owned, best] = [this.#from, this.#owned, this.best];
    for (const item of first) {
      const score = this.#mass * share[item]!;
      if (score < Number.MIN_VALUE || !best.admits(score)) return;
      if (from[item]! >>> placeBits === (this.#stamp & stampMask)) continue;
      if (owned[item] === this.#stamp && again[item] === 0) continue;
      best.push(score, item, popular);
    }
  }
}

const noShares = new Float64Array(0);
