// Successive halving over known good and random choices, then hill climbing from the best, with random changes where no step
// improves; reproducible by seed.
import { Random } from '../../../../fixtures/random.ts';
import { type Choice, type Dimensions, randomChoice, type SearchSpace } from './search-space.ts';

/** The outcome of a trial. */
export interface Score {
  /** Mean of recall and NDCG. */
  readonly value: number;
  /** Share of the items that are in any list. */
  readonly coverage: number;
  /** The value on each validation set, if it is the mean of several. */
  readonly sets?: readonly number[];
}

export interface Trial<S> {
  /** Sequence number, from 1. */
  readonly trial: number;
  readonly phase: 'halving' | 'steps';
  /** Number of customers or baskets that it was measured on. */
  readonly units: number;
  readonly settings: S;
  readonly score: Score;
  readonly ms: number;
}

export interface SearchPlan {
  readonly seed: number;
  /** Number of choices in the first round. */
  readonly first: number;
  /** Number of steps after the halving: hill climbing, and random changes of the best choice. */
  readonly steps: number;
  /** Units in the first round. */
  readonly minUnits: number;
  /** Units in the last round. */
  readonly maxUnits: number;
}

export interface SearchResult<S> {
  /** Settings measured on the most units, best first. */
  readonly best: ReadonlyArray<{ readonly settings: S; readonly score: Score }>;
  /** Number of units that they were measured on. */
  readonly units: number;
  readonly trials: readonly Trial<S>[];
  /** Whether the time limit ended the search before its plan: a faster machine may find other settings. */
  readonly cut: boolean;
}

/** The share of choices that each round keeps, and the factor by which its units grow. */
const keptShare = 1 / 3;
const growth = 3;
/** Attempts per step: in a small space, most changes lead to settings that were measured before. */
const maxAttempts = 20;

/**
 * @param measure scores settings on a number of units; must be deterministic
 * @param worth what the search maximizes; default: the value of the score
 */
export async function search<S>(
  space: SearchSpace<S>,
  plan: SearchPlan,
  measure: (settings: S, units: number) => Promise<Score>,
  clock: { readonly expired: () => boolean; readonly onTrial: (trial: Trial<S>) => void },
  worth: (score: Score) => number = ({ value }) => value,
): Promise<SearchResult<S>> {
  const random = new Random(plan.seed, 'tune');
  const byScore = (one: Score, other: Score) => worth(other) - worth(one) || other.coverage - one.coverage;
  const trials: Trial<S>[] = [];
  const known = new Map<string, Score>();
  let cut = false;
  const run = async (choice: Choice, units: number, phase: Trial<S>['phase']): Promise<Score | undefined> => {
    const settings = space.settings(choice);
    const key = `${units} ${JSON.stringify(settings)}`;
    const before = known.get(key);
    if (before) return before;
    // However slow the machine is, something is measured.
    if (trials.length > 0 && clock.expired()) {
      cut = true;
      return undefined;
    }
    const started = performance.now();
    const score = await measure(settings, units);
    known.set(key, score);
    const ms = Math.round(performance.now() - started);
    const trial = { trial: trials.length + 1, phase, units, settings, score, ms };
    trials.push(trial);
    clock.onTrial(trial);
    return score;
  };

  let round = firstRound(space, plan.first, random);
  let units = Math.min(plan.minUnits, plan.maxUnits);
  let ranked: Ranked[] = [];
  for (;;) {
    const scored: Ranked[] = [];
    for (const choice of round) {
      const score = await run(choice, units, 'halving');
      if (score) scored.push({ choice, score });
    }
    // A round that the time limit cut short ranks only the choices it measured; if there are none, keep the previous ranking.
    ranked = scored.length > 0 ? scored.toSorted((one, other) => byScore(one.score, other.score)) : ranked;
    if (units >= plan.maxUnits || ranked.length <= 1 || cut) break;
    round = ranked.slice(0, Math.max(2, Math.ceil(ranked.length * keptShare))).map(({ choice }) => choice);
    units = Math.min(plan.maxUnits, units * growth);
  }
  let best = ranked[0]!;
  let left = plan.steps;
  let attempts = plan.steps * maxAttempts;
  /** Takes a step to `next` if it is better. Settings that were measured before cost nothing. */
  const step = async (next: Choice): Promise<boolean> => {
    attempts--;
    const measured = trials.length;
    const score = await run(next, units, 'steps');
    left -= trials.length - measured;
    if (!score || worth(score) <= worth(best.score)) return false;
    best = { choice: next, score };
    return true;
  };
  const ended = () => cut || left <= 0 || attempts <= 0;
  while (!ended()) {
    let improved = false;
    for (const next of neighboursOf(space.dimensions, best.choice, random)) {
      if (ended()) break;
      if (await step(next)) improved = true;
    }
    while (!improved && !ended()) improved = await step(changed(space.dimensions, best.choice, random));
  }
  // If the time limit ended the search early, no trial ran on the full number of units.
  const reached = Math.max(...trials.map((trial) => trial.units));
  const last = trials.filter((trial) => trial.units === reached);
  return {
    best: last.toSorted((one, other) => byScore(one.score, other.score)),
    units: reached,
    trials,
    cut,
  };
}

interface Ranked {
  readonly choice: Choice;
  readonly score: Score;
}

function firstRound<S>(space: SearchSpace<S>, first: number, random: Random): Choice[] {
  const seen = new Set<string>();
  const choices: Choice[] = [];
  const take = (choice: Choice) => {
    const key = JSON.stringify(space.settings(choice));
    if (!seen.has(key)) choices.push(choice);
    seen.add(key);
  };
  for (const start of space.starts) take(start);
  // Small spaces run out of new choices, so limit the attempts.
  for (let tried = 0; choices.length < first && tried < first * 20; tried++)
    take(random.chance(0.5) ? randomChoice(space.dimensions, random) : mutate(space, random));
  return choices;
}

/** Returns a known good choice with one to four dimensions redrawn at random. */
function mutate<S>({ dimensions, starts }: SearchSpace<S>, random: Random): Choice {
  return changed(dimensions, random.pick(starts), random);
}

function changed(dimensions: Dimensions, from: Choice, random: Random): Choice {
  const choice: Record<string, number> = { ...from };
  for (const name of random.some(Object.keys(dimensions), 1 + random.below(4)))
    choice[name] = random.below(dimensions[name]!.length);
  return choice;
}

/** Returns all choices that differ by one step in one dimension, in random order. */
function neighboursOf(dimensions: Dimensions, choice: Choice, random: Random): Choice[] {
  const steps = Object.entries(dimensions).flatMap(([name, values]) =>
    [choice[name]! - 1, choice[name]! + 1]
      .filter((index) => index >= 0 && index < values.length)
      .map((index) => ({ ...choice, [name]: index })),
  );
  return random.some(steps, steps.length);
}
