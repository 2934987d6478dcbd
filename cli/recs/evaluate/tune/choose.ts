// The best trials of a search, measured on both validation sets → the winner, or the current settings.
import type { Score } from './search.ts';

/** A model with its scores on the set that was searched on and on the one that confirms. */
export interface Finalist<S> {
  readonly settings: S;
  readonly search: Score;
  readonly confirm: Score;
}

/** Scores of what the winner must at least match, on both sets. */
export interface Floors {
  readonly search: readonly number[];
  readonly confirm: readonly number[];
}

/**
 * Finalists that differ by less than this share of their score are equally good: less than the noise of a few thousand test
 * cases.
 */
const tolerance = 0.002;
/** Gain in the score, as a share of it, that is worth showing this share of the catalogue no longer: 1 % for 2 %. */
const coverageWorth = 0.5;
/** Gain in coverage that decides between equally good finalists. */
const minCoverageGain = 0.02;

/**
 * Returns the finalist with the best mean score among those that reach every floor on both sets; of equally good ones the one
 * whose lists show more of the catalogue. If neither a finalist nor the current settings reach the floors, the one that comes
 * closest to all of them, the current settings among them, without a loss against those on either set. No winner loses on one
 * of the sets that were searched on together. Undefined without a measurable gain over the current settings.
 * @param current the settings in use, which are a floor themselves
 * @param keepCoverage whether lists that show less of the catalogue than the current ones need a gain of 1 % for every 2 % of
 *   it, if those reach the floors
 */
export function choose<S>(
  finalists: readonly Finalist<S>[],
  floors: Floors,
  current: Finalist<S>,
  keepCoverage = false,
): Finalist<S> | undefined {
  const all = {
    search: [...floors.search, current.search.value],
    confirm: [...floors.confirm, current.confirm.value],
  };
  const reachesFloors = (each: Finalist<S>) => distance(each, all) >= 1;
  const value = ({ search, confirm }: Finalist<S>) =>
    relative(search, current.search) + relative(confirm, current.confirm);
  const worth = keepCoverage && reachesFloors(current) ? coverageWorth : 0;
  const lost = (each: Finalist<S>) => coverage(current) - coverage(each);
  const reaching = finalists.filter(
    (each) =>
      reachesFloors(each) &&
      keepsEverySet(each.search, current.search) &&
      (lost(each) <= minCoverageGain || value(each) >= value(current) * (1 + worth * lost(each))),
  );
  const best = reaching.toSorted((a, b) => value(b) - value(a))[0];
  if (!best) {
    const losesNothing = (each: Finalist<S>) =>
      keeps(each.search, current.search) &&
      keeps(each.confirm, current.confirm) &&
      value(each) >= value(current);
    const closest = finalists.filter(losesNothing).toSorted((a, b) => distance(b, all) - distance(a, all))[0];
    if (!closest || reachesFloors(current)) return undefined;
    return distance(closest, all) > distance(current, all) * (1 + tolerance) ? closest : undefined;
  }
  const winner = reaching
    .filter((each) => value(each) >= value(best) * (1 - tolerance))
    .reduce((widest, each) => (coverage(each) > coverage(widest) + minCoverageGain ? each : widest), best);
  const gains = value(winner) > value(current) * (1 + tolerance);
  return gains || coverage(winner) > coverage(current) + minCoverageGain ? winner : undefined;
}

/** Gain that recommending more products to their buyers again must bring: customers see what they already have. */
const minRepeatGain = 0.01;

/**
 * Of a winner that recommends products again which few buyers buy again, and the same settings with the usual threshold: the
 * latter, if they are a valid choice, too, and the winner gains less than 1 % over them.
 */
export function preferUsual<S>(
  winner: Finalist<S>,
  usual: Finalist<S>,
  floors: Floors,
  current: Finalist<S>,
): Finalist<S> {
  const gain = relative(winner.search, usual.search) + relative(winner.confirm, usual.confirm);
  const enough = gain >= 2 * (1 + minRepeatGain);
  return enough || !choose([usual], floors, current) ? winner : usual;
}

/** Loss against the current settings that a winner may have on one of several sets: noise. */
const maxSetLoss = 0.005;

function keeps({ value }: Score, current: Score): boolean {
  return value >= current.value * (1 - maxSetLoss);
}

/** Whether no gain on one set of the search pays for a loss on another. */
function keepsEverySet({ sets }: Score, current: Score): boolean {
  return sets?.every((value, at) => value >= (current.sets?.[at] ?? 0) * (1 - maxSetLoss)) ?? true;
}

/** Number of the best settings that are measured on the second validation set, and of others, each of another family. */
const [maxBest, maxOthers] = [4, 6];

/**
 * The settings that are measured on the second set: the best ones, which are often alike, and the best of every other family
 * of models, so that one that is right on one set only does not leave its likes alone to choose from.
 * @param best settings, best first
 */
export function finalistsOf<T extends { readonly settings: object }>(best: readonly T[]): T[] {
  const chosen = best.slice(0, maxBest);
  const families = new Set(chosen.map(({ settings }) => familyOf(settings)));
  for (const each of best.slice(maxBest)) {
    if (chosen.length === maxBest + maxOthers) break;
    const family = familyOf(each.settings);
    if (!families.has(family)) chosen.push(each);
    families.add(family);
  }
  return chosen;
}

/** The terms, with the similarities and weightings of those that have them. */
function familyOf(settings: object): string {
  const parts = Object.entries(settings).map(([name, value]) => {
    if (name === 'similarity' || name === 'weighting') return value;
    const { similarity, weighting } = value as { similarity?: string; weighting?: string };
    return `${name} ${similarity ?? ''} ${weighting ?? ''}`;
  });
  return parts.join(', ');
}

/** The lowest ratio of a score to a floor, of both sets: at least 1 if every floor is reached. */
function distance({ search, confirm }: Finalist<unknown>, floors: Floors): number {
  const ratios = ({ value }: Score, floor: readonly number[]) =>
    floor.map((each) => value / Math.max(1e-9, each));
  return Math.min(...ratios(search, floors.search), ...ratios(confirm, floors.confirm));
}

/** The score, less what it must gain to be worth the part of the catalogue that the current lists show and these do not. */
export function worthOf(score: Score, current: Score): number {
  const lost = current.coverage - score.coverage - minCoverageGain;
  return score.value / (1 + coverageWorth * Math.max(0, lost));
}

function coverage({ search, confirm }: Finalist<unknown>): number {
  return (search.coverage + confirm.coverage) / 2;
}

/** A score as a multiple of the current settings', so that both sets count the same. */
function relative({ value }: Score, current: Score): number {
  return value / Math.max(1e-9, current.value);
}
