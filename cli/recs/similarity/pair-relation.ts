// Counts of a pair of items → whether customers buy one with the other, or one instead of the other.
import { logLikelihoodRatio } from './open-similarity.ts';

/** What is known about a pair, from orders alone. */
export interface PairCounts {
  /** Number of orders with both items, or the most that it can be. */
  readonly together: number;
  /** Number of orders with each item, and of all orders. */
  readonly orders: readonly [number, number];
  readonly allOrders: number;
  /** Number of customers who bought both, in one order or in several; or the least that it can be. */
  readonly customers: number;
  /** Of the pairs of items in the customers' histories, the share in one order: for each of the two items. */
  readonly shares: readonly [number, number];
  /** Cosine of the words of both names, 0 … 1. */
  readonly names: number;
  /** Whether both are in the same category, and it has a name. */
  readonly sameCategory: boolean;
}

export interface PairRelation {
  readonly relation: 'complement' | 'substitute' | 'none';
  /** ln((orders with both + .5) / (expected + .5)): above zero for complements, below for substitutes. */
  readonly score: number;
  /** Customers who bought both (substitutes; 0: only the orders of each tell), or orders with both. */
  readonly evidence: number;
}

/**
 * Customers of both items who bought them independently would have them in one order in E = customers · √(share_i · share_j)
 * cases. Items of which they have both, but rarely in one order, are alternatives; a Poisson test says how surely:
 *
 *   substitute   P(X ≤ together | E) < .01 and together < E / 2, and the names are alike (cosine of at least .4);
 *                or P < .001 and the same category; or, in shops without customers, E = orders_i · orders_j / all orders,
 *                P < .001, and the names are alike
 *   complement   together more often than the orders of each let expect: log-likelihood ratio of at least 3.84, p < .05
 *
 * Colours of one style that customers collect are together as often as expected, and so are none of both.
 */
export function pairRelation(counts: PairCounts): PairRelation {
  const { together, orders, allOrders, customers, shares } = counts;
  const byOrders = (orders[0] * orders[1]) / Math.max(1, allOrders);
  const share = Math.sqrt(shares[0] * shares[1]);
  const expected = share > 0 ? customers * share : byOrders;
  if (apart(together, expected) < limitOf(counts, share > 0))
    return { relation: 'substitute', score: logRatio(together, expected), evidence: customers };
  const significant =
    together > 1 && logLikelihoodRatio(together, orders[0], orders[1], allOrders) >= complementLlr;
  const relation = significant ? 'complement' : 'none';
  return { relation, score: logRatio(together, byOrders), evidence: together };
}

/** Least cosine of names that are alike: `HOT WATER BOTTLE BABUSHKA` and `HOT WATER BOTTLE KEEP CALM` have .58. */
const alikeNames = 0.4;
/** Significance: of alike names when customers bought both; and where less is known. */
const [surely, certainly] = [0.01, 0.001];
/** p < .05 at one degree of freedom. */
const complementLlr = 3.84;

/** The probability of a chance result below which the pair is a substitute. */
function limitOf({ names, sameCategory }: PairCounts, bought: boolean): number {
  if (bought) return names >= alikeNames ? surely : sameCategory ? certainly : 0;
  return names >= alikeNames ? certainly : 0;
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
