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

/** Finalists that differ by less than this share of their score are equally good: less than the noise of a few thousand test cases. */
const tolerance = 0.002;
/** Gain in the score, as a share of it, that is worth showing this share of the catalogue no longer: 1 % for 2 %. */
const coverageWorth = 0.5;
/** Gain in coverage that decides between equally good finalists. */
const minCoverageGain = 0.02;

/**
 * Returns the finalist with the best mean score among those that reach every floor on both sets; of equally good ones the one
 * whose lists show more of the catalogue. If neither a finalist nor the current settings reach the floors, the best one of all
 * that are better than the current settings. Undefined without a measurable gain over the current settings.
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
  const reaches = (score: Score, floor: readonly number[]) => floor.every((each) => score.value >= each);
  const reachesFloors = ({ search, confirm }: Finalist<S>) =>
    reaches(search, floors.search) && reaches(confirm, floors.confirm);
  const value = ({ search, confirm }: Finalist<S>) =>
    relative(search, current.search) + relative(confirm, current.confirm);
  const worth = keepCoverage && reachesFloors(current) ? coverageWorth : 0;
  const lost = (each: Finalist<S>) => coverage(current) - coverage(each);
  const better = finalists.filter(
    (each) =>
      reaches(each.search, [current.search.value]) &&
      reaches(each.confirm, [current.confirm.value]) &&
      (lost(each) <= minCoverageGain || value(each) >= value(current) * (1 + worth * lost(each))),
  );
  const reaching = better.filter(reachesFloors);
  // Where nothing that can be built reaches the baselines, what comes closest is still better than the current settings.
  const fit = reaching.length > 0 || reachesFloors(current) ? reaching : better;
  const best = fit.toSorted((a, b) => value(b) - value(a))[0];
  if (!best) return undefined;
  const winner = fit
    .filter((each) => value(each) >= value(best) * (1 - tolerance))
    .reduce((widest, each) => (coverage(each) > coverage(widest) + minCoverageGain ? each : widest), best);
  const gains = value(winner) > value(current) * (1 + tolerance);
  return gains || coverage(winner) > coverage(current) + minCoverageGain ? winner : undefined;
}

function coverage({ search, confirm }: Finalist<unknown>): number {
  return (search.coverage + confirm.coverage) / 2;
}

/** A score as a multiple of the current settings', so that both sets count the same. */
function relative({ value }: Score, current: Score): number {
  return value / Math.max(1e-9, current.value);
}
