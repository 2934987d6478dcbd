// Budget and size of the data → what `recs tune` tries, what it leaves out and why.
import { rowLength, rowOf } from '../../csr.ts';
import type { Task } from '../../gate/test-cases.ts';
import { maxExactItems, planEase } from '../../models/ease.ts';
import type { BasketKind } from '../../models/model-settings.ts';
import { maxEntries } from '../../models/neighbour-table.ts';
import { type Dataset, ordersByCustomer } from '../order-log.ts';
import type { SearchPlan } from './search.ts';
import type { SpaceFacts } from './search-space.ts';
import { isDated, type Validations } from './validation.ts';

/** What a search will do, for its user. */
export interface TunePlan {
  /** What is held out to search on, and to confirm the winner. */
  readonly validation: string;
  readonly confirmation: string;
  /** The terms of the model, or the similarities, that are searched. */
  readonly searches: readonly string[];
  readonly left_out: ReadonlyArray<{ readonly what: string; readonly why: string }>;
  /** Number of trials. */
  readonly trials: number;
}

export interface PlanInput {
  readonly task: Task;
  readonly basket: BasketKind;
  readonly seed: number;
  readonly budgetMs: number;
  readonly trials?: number | undefined;
}

/** Facts about the training orders that decide what can be searched. */
export function factsOf(
  { train, trainItems, customerIds }: Dataset,
  { basket, budgetMs }: Pick<PlanInput, 'basket' | 'budgetMs'>,
): SpaceFacts {
  return {
    basket,
    dated: isDated(train),
    items: trainItems,
    exactEase: trainItems <= maxExactItems && inverseSeconds(trainItems) <= exactShare * (budgetMs / 1_000),
    maxNeighbours: Math.floor(maxEntries / Math.max(1, trainItems)),
    meanHistory: train.items.length / Math.max(1, customerIds.length),
  };
}

export function describePlan(
  task: Task,
  { search, confirm }: Validations,
  facts: SpaceFacts,
  plan: SearchPlan,
): TunePlan {
  const leftOut: Array<{ what: string; why: string }> = [];
  const searches =
    task === 'copurchase'
      ? ['similarity', 'weighting of orders', 'damping', 'prior', 'popularity penalty', 'minimum support']
      : ['item_knn', 'ease', 'popularity', ...(facts.basket === 'order' ? ['repeat'] : [])];
  const byOrders = task === 'personalized' && facts.basket === 'order';
  if (facts.dated) searches.push('half-life');
  else if (byOrders) searches.push('half-life in orders');
  else leftOut.push({ what: 'half-life', why: 'the orders have no dates' });
  if (task === 'personalized') {
    if (facts.basket === 'customer')
      leftOut.push({ what: 'repeat', why: 'with --basket customer, lists leave out what was bought' });
    if (!facts.exactEase)
      leftOut.push({
        what: 'exact ease',
        why: `the inverse of ${facts.items} items takes too long for ${facts.items > maxExactItems ? 'a build' : 'a trial of this budget'}`,
      });
    if (facts.maxNeighbours < 400)
      leftOut.push({
        what: `more than ${Math.max(20, facts.maxNeighbours)} neighbours per item`,
        why: `a table of this catalogue has at most ${maxEntries / 1e6} million entries`,
      });
  }
  return {
    validation: namesOf(search),
    confirmation: confirm.name,
    searches,
    left_out: leftOut,
    trials: plannedTrials(plan),
  };
}

/** Two sets that are drawn alike have one name. */
function namesOf(sets: Validations['search']): string {
  const names = [...new Set(sets.map(({ name }) => name))];
  return names.length < sets.length ? `${names[0]}, and once more` : names.join(', and ');
}

/** Multiply-adds per second that plans assume: fewer than any machine does, so that plans end before the time limit. */
const assumedRate = 2.5e7;

/**
 * Limit of the customers or baskets in the last round. With 4,000 of Ta-Feng's 13,858 customers, noise selected a model
 * with 5 % less recall than the best.
 */
const maxUnits = 12_000;

/**
 * Plans the number of trials from the budget and the size of the data, not from the clock, so that every machine runs the
 * same trials; only a machine too slow for the plan finds another winner.
 */
export function planSearch(data: Dataset, input: PlanInput, units: number): SearchPlan {
  const { train, trainItems, customerIds } = data;
  const byCustomer = input.basket === 'customer' || input.task === 'personalized';
  const pairs = byCustomer ? customerPairs(train, customerIds.length) : orderPairs(train);
  const fit = 0.05 + pairs / assumedRate + (2 * trainItems) / 1e5 + easeSeconds(trainItems);
  const lastRound = Math.min(units, maxUnits);
  const rank =
    input.task === 'personalized' ? (lastRound * pairs) / Math.max(1, customerIds.length) / assumedRate : 0.1;
  const affordable = input.trials ?? (input.budgetMs * searchShare) / 1_000 / (fit + rank / 2);
  const first = Math.round(Math.min(96, Math.max(9, affordable * 0.4)));
  return {
    seed: input.seed,
    first,
    steps: Math.round(Math.min(160, Math.max(6, affordable * 0.4))),
    minUnits: Math.min(lastRound, Math.max(200, Math.round(lastRound / 9))),
    maxUnits: lastRound,
  };
}

/** Share of the budget that one exact fit of the term ease may take. */
const exactShare = 0.03;

/** Seconds of an exact fit on one thread: 1.8 s for 2,000 items, 27 s for 5,000. */
function inverseSeconds(items: number): number {
  return 2.2e-10 * items ** 3;
}

/** Seconds to fit the term ease at 2e9 multiply-adds per second, averaged over the trials: half of them have it. */
function easeSeconds(items: number): number {
  const { candidates } = planEase({ candidates: 120 }, items);
  return (0.5 * items * candidates ** 3) / 6 / 2e9;
}

/** Share of the budget for the search; the rest is for the second validation set. */
export const searchShare = 0.65;

function plannedTrials({ first, steps, minUnits, maxUnits }: SearchPlan): number {
  let [trials, round] = [first, first];
  for (let units = minUnits; units < maxUnits; units *= 3)
    trials += round = Math.max(2, Math.ceil(round / 3));
  return trials + steps;
}

function orderPairs(train: Dataset['train']): number {
  let pairs = 0;
  for (let order = 0; order < train.count; order++) {
    const n = rowLength(train.start, order);
    pairs += n * (n - 1);
  }
  return pairs;
}

function customerPairs(train: Dataset['train'], customers: number): number {
  const { start, orders } = ordersByCustomer(train, customers);
  let pairs = 0;
  for (let customer = 0; customer < customers; customer++) {
    let n = 0;
    for (const order of rowOf(start, orders, customer)) n += rowLength(train.start, order);
    pairs += n * n;
  }
  return pairs;
}
