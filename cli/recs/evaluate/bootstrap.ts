// Percentile bootstrap of a ratio of sums. Units are resampled with replacement, each with all of its test cases.
import { Random } from '../../../fixtures/random.ts';
import type { UnitSums } from '../gate/metrics.ts';

export type Interval = readonly [low: number, high: number];

export interface BootstrapOptions {
  readonly seed: number;
  /** Number of resamples. */
  readonly draws?: number;
  /** Confidence level. */
  readonly level?: number;
}

/** Returns the confidence intervals of several means over the same units, all from the same resamples. */
export function bootstrapIntervals(
  means: readonly UnitSums[],
  { seed, draws = 200, level = 0.95 }: BootstrapOptions,
): Interval[] {
  const units = means[0]?.sum.length ?? 0;
  if (units === 0) return means.map(() => [0, 0]);
  const random = new Random(seed, 'bootstrap');
  const drawn = means.map(() => new Float64Array(draws));
  const times = new Uint16Array(units);
  for (let draw = 0; draw < draws; draw++) {
    times.fill(0);
    for (let unit = 0; unit < units; unit++) times[random.below(units)]!++;
    for (const [index, { sum, count }] of means.entries()) {
      let [total, testCases] = [0, 0];
      for (let unit = 0; unit < units; unit++) {
        total += times[unit]! * sum[unit]!;
        testCases += times[unit]! * count[unit]!;
      }
      drawn[index]![draw] = testCases > 0 ? total / testCases : 0;
    }
  }
  return drawn.map((values) => {
    values.sort();
    return [quantile(values, (1 - level) / 2), quantile(values, (1 + level) / 2)];
  });
}

/** Interpolates linearly between the two nearest of the sorted values. */
export function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!);
}
