// Histories × neighbours → `personalized`: each customer's best items and their causes, as binary COPY rows.
import { CopyEncoder } from '../../../sql/copy/copy-encoder.ts';
import { reasonCode } from '../../../sql/store/lists/fallback-chain.ts';
import type { Histories } from '../cooccurrence/baskets.ts';
import { type Cause, PersonalRanking, type RankingInput } from '../models/personal-ranking.ts';

/** What turns the numbers of a build into the keys of its tables. */
export interface CustomerKeys {
  readonly buildId: number;
  /** Dense customer index → couture.customer_key. */
  readonly customerKey: Int32Array;
  /** Item → couture.product_key of the product that represents it. */
  readonly itemKey: Int32Array;
  /** Product → couture.product_key. */
  readonly productKey: Int32Array;
}

export interface PersonalizedInput extends RankingInput, CustomerKeys {
  /** Item → 1 once it is in any customer's list; shared by all threads. */
  readonly listed: Uint8Array;
}

/** Customers' lists as rows for COPY into couture.customer_list or couture.buy_again_list. */
export interface CustomerRows {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly lists: number;
  readonly entries: number;
}

/**
 * A reason is the cause's 1-based place in because_keys plus this offset; couture.reason_words decodes it. What is popular
 * has no cause among the purchases: its reason is the code of shop bestsellers.
 */
const reasonOffset: Record<Exclude<Cause['kind'], 'popular'>, number> = {
  bought: 0,
  watched: 10_000,
  before: 20_000,
  often: 30_000,
};

/** Computes the lists of whole partitions. One per thread. */
export class Personalizer {
  readonly #input: PersonalizedInput;
  readonly #ranking: PersonalRanking;
  readonly #row: RowArrays;
  readonly #encoder = new CopyEncoder();

  constructor(input: PersonalizedInput) {
    this.#input = input;
    this.#ranking = new PersonalRanking(input);
    this.#row = {
      items: new Int32Array(input.top),
      scores: new Float32Array(input.top),
      reasons: new Int16Array(input.top),
      because: new Int32Array(input.top),
    };
  }

  /** Makes the lists of all customers in the histories, skipping customers without entries. */
  rows(histories: Histories): CustomerRows {
    const encoder = this.#encoder;
    let [lists, entries] = [0, 0];
    for (let basket = 0; basket < histories.count; basket++) {
      const length = this.#ranking.rank(histories, basket);
      if (length === 0) continue;
      this.#encode(encoder, histories.customer[basket]!);
      lists++;
      entries += length;
    }
    return { bytes: new Uint8Array(encoder.take()), lists, entries };
  }

  /** One row: build_id, customer_key, item_keys, scores, reasons, because_keys. */
  #encode(encoder: CopyEncoder, customer: number): void {
    const { buildId, customerKey, itemKey, productKey, listed } = this.#input;
    const { best } = this.#ranking;
    const { items, scores, reasons, because } = this.#row;
    let causes = 0;
    for (let at = 0; at < best.length; at++) {
      items[at] = itemKey[best.ids[at]!]!;
      listed[best.ids[at]!] = 1;
      scores[at] = best.scores[at]!;
      const { kind, item, product } = this.#ranking.cause(at);
      if (kind === 'popular') {
        reasons[at] = reasonCode.bestseller;
        continue;
      }
      const key = product < 0 ? itemKey[item]! : productKey[product]!;
      let place = 0;
      while (place < causes && because[place] !== key) place++;
      if (place === causes) because[causes++] = key;
      reasons[at] = place + 1 + reasonOffset[kind];
    }
    encoder.row(6);
    encoder.int4(buildId);
    encoder.int4(customerKey[customer]!);
    encoder.int4Array(items, 0, best.length);
    encoder.float4Array(scores, 0, best.length);
    encoder.int2Array(reasons, 0, best.length);
    encoder.int4Array(because, 0, causes);
  }
}

interface RowArrays {
  readonly items: Int32Array;
  readonly scores: Float32Array;
  readonly reasons: Int16Array;
  readonly because: Int32Array;
}
