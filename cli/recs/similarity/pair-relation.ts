// Counts of a pair of items → whether customers buy one with the other, or one instead of the other.
import { logLikelihoodRatio } from './open-similarity.ts';

/** What is known about a pair, from orders alone. */
export interface PairCounts {
  /** Number of orders with both items. */
  readonly together: number;
  /** Number of orders with each item, and of all orders. */
  readonly orders: readonly [number, number];
  readonly allOrders: number;
  /** Number of customers who bought both, in one order or in several. */
  readonly customers: number;
  /** Of the pairs of items in the customers' histories, the share in one order: for each of the two items. */
  readonly shares: readonly [number, number];
  /** Cosine of the words of both names, 0 … 1. Read only where it decides: few pairs are apart enough. */
  readonly names: number;
  /** Whether neither costs more than twice the other. */
  readonly nearPrice: boolean;
  /** The category of both; undefined if theirs differ or have no name. */
  readonly category: CategoryPairs | undefined;
}

/** The pairs of items of one category: joint orders, and how many there would be if customers bought them independently. */
export interface CategoryPairs {
  readonly together: number;
  readonly expected: number;
}

export interface PairRelation {
  readonly relation: 'complement' | 'substitute' | 'none';
  /** Whether the pair's own counts prove it; otherwise those of its category do. */
  readonly proven: boolean;
  /** ln((orders with both + .5) / (expected + .5)): above zero for complements, below for substitutes. */
  readonly score: number;
  /** Customers who bought both (substitutes; 0: only the orders of each tell), or orders with both. */
  readonly evidence: number;
}

/**
 * Customers of both items who bought them independently would have them in one order in E = customers · √(share_i · share_j)
 * cases. Items of which they have both, but rarely in one order, are alternatives; a Poisson test says how surely:
 *
 *   substitute   P(X ≤ together | E) < .01 and together < E / 2, and the names are alike (cosine of at least .4) and so are
 *                the prices; or P < .001 and the same category; or, in shops without customers,
 *                E = orders_i · orders_j / all orders, P < .001, and names and prices are alike
 *   complement   together more often than the orders of each let expect: log-likelihood ratio of at least 3.84, p < .05
 *   substitute   (together + 10 r) / (E + 10) < ⅔ in a category of which customers surely buy one product at a time:
 *                r = its joint orders / their E, r < ⅔, P < .001
 *
 * Colours of one style that customers collect are together as often as expected, and so are none of both.
 */
export function pairRelation(counts: PairCounts): PairRelation {
  const { together, orders, allOrders, customers, shares, category } = counts;
  const byOrders = (orders[0] * orders[1]) / Math.max(1, allOrders);
  const share = Math.sqrt(shares[0] * shares[1]);
  const expected = share > 0 ? customers * share : byOrders;
  const instead = (proven: boolean): PairRelation => ({
    relation: 'substitute',
    proven,
    score: logRatio(together, expected),
    evidence: customers,
  });
  const chance = apart(together, expected);
  if (chance < surely && chance < limitOf(counts, share > 0)) return instead(true);
  const found = (relation: 'complement' | 'none'): PairRelation => ({
    relation,
    proven: true,
    score: logRatio(together, byOrders),
    evidence: together,
  });
  if (together > 1 && logLikelihoodRatio(together, orders[0], orders[1], allOrders) >= complementLlr)
    return found('complement');
  const rate = category && rateOf(category);
  if (rate !== undefined && (together + categoryPrior * rate) / (expected + categoryPrior) < maxRate)
    return instead(false);
  return found('none');
}

/** Least cosine of names that are alike: `HOT WATER BOTTLE BABUSHKA` and `HOT WATER BOTTLE KEEP CALM` have .58. */
export const alikeNames = 0.4;
/** Significance: of alike names when customers bought both; and where less is known. None is higher than the first. */
const [surely, certainly] = [0.01, 0.001];
/** p < .05 at one degree of freedom. */
const complementLlr = 3.84;
/**
 * Joint orders ÷ expected ones of alternatives, and how many expected orders of its own a pair outweighs its category with.
 * Categories of the sample shop: shoes .30, skirts .43, jeans .44, coats .52, bags .54, dresses .56, knitwear .58,
 * tops .66; hats and scarves 1.3, activewear 2.2, jewellery 2.4, socks 2.9, swimwear 4.3.
 */
const maxRate = 2 / 3;
const categoryPrior = 10;

/** The probability of a chance result below which the pair is a substitute. */
function limitOf({ names, nearPrice, category }: PairCounts, bought: boolean): number {
  const alike = names >= alikeNames && nearPrice;
  if (bought) return alike ? surely : category ? certainly : 0;
  return alike ? certainly : 0;
}

const rates = new WeakMap<CategoryPairs, number | undefined>();

/**
 * Computed once per category: the test has as many terms as the category has joint orders, which took half of the time of
 * relating all pairs of a million lines.
 */
function rateOf(category: CategoryPairs): number | undefined {
  if (!rates.has(category)) rates.set(category, alternativeRate(category));
  return rates.get(category);
}

/** Joint orders ÷ expected ones of a category of alternatives; undefined if it is not surely one. */
function alternativeRate({ together, expected }: CategoryPairs): number | undefined {
  const isOne = together < expected * maxRate && poissonAtMost(together, expected) < certainly;
  return isOne ? together / expected : undefined;
}

/** Probability of so few orders with both by chance; 1 if there are at least half of the expected ones. */
function apart(together: number, expected: number): number {
  return together < expected / 2 ? poissonAtMost(together, expected) : 1;
}

/** P(X ≤ x) of a Poisson distribution. */
export function poissonAtMost(x: number, mean: number): number {
  let [log, sum] = [-mean, 0];
  for (let k = 0; k <= x; k++) {
    sum += Math.exp(log);
    log += Math.log(mean / (k + 1));
  }
  return Math.min(1, sum);
}

function logRatio(together: number, expected: number): number {
  return Math.log((together + 0.5) / (expected + 0.5));
}
