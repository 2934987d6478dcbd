// The search: successive halving over first and random choices, then small steps from the best, all by seed.
import { Random } from '../../../../fixtures/random.ts';
import { type Choice, type Dimensions, randomChoice, type SearchSpace } from './search-space.ts';

/** What a trial says: how good, and how much of the catalogue is shown. */
export interface Score {
  /** What is searched for. */
  readonly value: number;
  /** The same without regard to the catalogue: the mean of recall and NDCG. */
  readonly plain: number;
  readonly coverage: number;
}

export interface Trial<S> {
  /** In the order in which they ran, from 1. */
  readonly trial: number;
  readonly phase: 'halving' | 'steps' | 'final';
  /** Customers or baskets that were asked about. */
  readonly units: number;
  readonly settings: S;
  readonly score: Score;
  readonly ms: number;
}

export interface SearchPlan {
  readonly seed: number;
  /** Choices of the first round. */
  readonly first: number;
  /** Small steps that may be tried. */
  readonly steps: number;
  /** A choice that scores less by no more than this share is as good, and is taken if it shows more of the catalogue. */
  readonly asGood: number;
  /** Units of the first round, and of the last. */
  readonly fewest: number;
  readonly most: number;
}

export interface SearchResult<S> {
  readonly best: S;
  readonly score: Score;
  readonly trials: readonly Trial<S>[];
  /** The clock ended the search before its plan did: another machine may find another winner. */
  readonly cut: boolean;
}

/** Of each round this share goes on, and is asked that many times more. */
const keptShare = 1 / 3;
const growth = 3;

/** @param measure scores settings on so many units; the same answer each time */
export async function search<S>(
  space: SearchSpace<S>,
  plan: SearchPlan,
  measure: (settings: S, units: number) => Promise<Score>,
  clock: { readonly expired: () => boolean; readonly onTrial: (trial: Trial<S>) => void },
): Promise<SearchResult<S>> {
  const random = new Random(plan.seed, 'tune');
  const trials: Trial<S>[] = [];
  const known = new Map<string, Score>();
  let cut = false;
  const run = async (choice: Choice, units: number, phase: Trial<S>['phase']): Promise<Score | undefined> => {
    const settings = space.settings(choice);
    const key = `${units} ${JSON.stringify(settings)}`;
    const before = known.get(key);
    if (before) return before;
    if (clock.expired()) {
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
  let units = Math.min(plan.fewest, plan.most);
  let ranked: Ranked[] = [];
  for (;;) {
    const scored: Ranked[] = [];
    for (const choice of round) {
      const score = await run(choice, units, 'halving');
      if (score) scored.push({ choice, score });
    }
    // A round that was cut short has not seen all: those of the one before stay behind it.
    ranked = scored.length > 0 ? inOrder(scored) : ranked;
    if (units >= plan.most || ranked.length <= 1 || cut) break;
    round = ranked.slice(0, Math.max(2, Math.ceil(ranked.length * keptShare))).map(({ choice }) => choice);
    units = Math.min(plan.most, units * growth);
  }
  let best = ranked[0]!;
  let left = plan.steps;
  for (let improved = true; improved && left > 0 && !cut; ) {
    improved = false;
    for (const next of neighboursOf(space.dimensions, best.choice, random)) {
      if (left-- <= 0 || cut) break;
      if (sameSettings(space, next, best.choice)) continue;
      const score = await run(next, units, 'steps');
      if (score && score.value > best.score.value) {
        best = { choice: next, score };
        improved = true;
      }
    }
  }
  const floor = Math.max(0, ...(await floorScores(run, space, units)).map(({ plain }) => plain));
  const winner = choose(
    trials.filter((trial) => trial.units === units),
    floor,
    plan.asGood,
  );
  // Where the clock ended the first round, what it has seen must do.
  return winner
    ? { best: winner.settings, score: winner.score, trials, cut }
    : { best: space.settings(best.choice), score: best.score, trials, cut };
}

/** The plain models that the winner must not fall behind, asked as much as it was. */
async function floorScores<S>(
  run: (choice: Choice, units: number, phase: 'final') => Promise<Score | undefined>,
  space: SearchSpace<S>,
  units: number,
): Promise<Score[]> {
  const scores: Score[] = [];
  for (const choice of space.floors) {
    const score = await run(choice, units, 'final');
    if (score) scores.push(score);
  }
  return scores;
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
  // Small spaces run out of choices: there is an end to trying.
  for (let tried = 0; choices.length < first && tried < first * 20; tried++)
    take(random.chance(0.5) ? randomChoice(space.dimensions, random) : mutate(space, random));
  return choices;
}

/** A start with a few dimensions drawn anew: better than chance, more than the start. */
function mutate<S>({ dimensions, starts }: SearchSpace<S>, random: Random): Choice {
  const choice: Record<string, number> = { ...random.pick(starts) };
  for (const name of random.some(Object.keys(dimensions), 1 + random.below(4)))
    choice[name] = random.below(dimensions[name]!.length);
  return choice;
}

/** One step up or down in one dimension, in random order. */
function neighboursOf(dimensions: Dimensions, choice: Choice, random: Random): Choice[] {
  const steps = Object.entries(dimensions).flatMap(([name, values]) =>
    [choice[name]! - 1, choice[name]! + 1]
      .filter((index) => index >= 0 && index < values.length)
      .map((index) => ({ ...choice, [name]: index })),
  );
  return random.some(steps, steps.length);
}

function sameSettings<S>(space: SearchSpace<S>, one: Choice, other: Choice): boolean {
  return JSON.stringify(space.settings(one)) === JSON.stringify(space.settings(other));
}

function inOrder(ranked: readonly Ranked[]): Ranked[] {
  return [...ranked].sort((a, b) => b.score.value - a.score.value || b.score.coverage - a.score.coverage);
}

/**
 * The best of those that are no worse than the plain models: showing more of the catalogue must not cost so much. Among
 * equals the one that shows most.
 */
function choose<S>(trials: readonly Trial<S>[], floor: number, asGood: number): Trial<S> | undefined {
  const fit = trials.filter(({ score }) => score.plain >= floor);
  const best = fit.toSorted((a, b) => b.score.value - a.score.value)[0];
  if (!best) return undefined;
  return fit
    .filter(({ score }) => score.value >= best.score.value * (1 - asGood))
    .reduce(
      (widest, trial) => (trial.score.coverage > widest.score.coverage + worthIt ? trial : widest),
      best,
    );
}

/** Coverage that is worth being a little less right. */
const worthIt = 0.02;
