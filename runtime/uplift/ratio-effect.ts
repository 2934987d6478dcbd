// A ratio of sums (revenue per order, buyers per visitor) in two groups → effect, confidence interval, sample size.

/** Sums over the visitors of a group of y, x and their products. */
export interface RatioSums {
  readonly units: number;
  readonly y: number;
  readonly x: number;
  readonly yy: number;
  readonly xx: number;
  readonly xy: number;
}

export interface RatioEffect {
  /** y / x of each group; null for fewer than two visitors, or if x is 0. */
  readonly group: number | null;
  readonly control: number | null;
  /** group / control − 1, with its 95 % confidence interval; null unless both ratios are above 0. */
  readonly relative: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Whether the interval excludes zero. */
  readonly significant: boolean;
  /** Number of further visitors, in both groups together, until the effect `detect` would be significant. */
  readonly still_needed: number | null;
}

/** Normal quantiles for 95 % confidence (two-sided) and 80 % power. */
const [z, power] = [1.959_964, 0.841_621];

export function addUnit(sums: { -readonly [K in keyof RatioSums]: number }, y: number, x: number): void {
  sums.units++;
  sums.y += y;
  sums.x += x;
  sums.yy += y * y;
  sums.xx += x * x;
  sums.xy += x * y;
}

export function noUnits(): { -readonly [K in keyof RatioSums]: number } {
  return { units: 0, y: 0, x: 0, yy: 0, xx: 0, xy: 0 };
}

/**
 * Computes the effect on a log scale, with the variance of a ratio by the delta method (Deng, Knoblich, Lu 2018, “Applying
 * the delta method in metric analytics”): visitors are independent, the orders of one visitor are not.
 * @param detect minimum detectable effect (relative) for the sample size
 */
export function ratioEffect(group: RatioSums, control: RatioSums, detect: number): RatioEffect {
  const [one, other] = [ratio(group), ratio(control)];
  if (!one || !other || one.value <= 0 || other.value <= 0) {
    return {
      group: one?.value ?? null,
      control: other?.value ?? null,
      relative: null,
      low: null,
      high: null,
      significant: false,
      still_needed: null,
    };
  }
  const difference = Math.log(one.value / other.value);
  const variance = one.variance / one.value ** 2 + other.variance / other.value ** 2;
  const reach = z * Math.sqrt(variance);
  const units = group.units + control.units;
  const times = ((z + power) ** 2 * variance) / Math.log1p(detect) ** 2;
  return {
    group: one.value,
    control: other.value,
    relative: Math.expm1(difference),
    low: Math.expm1(difference - reach),
    high: Math.expm1(difference + reach),
    significant: Math.abs(difference) > reach,
    still_needed: Math.max(0, Math.ceil(units * (times - 1))),
  };
}

function ratio({ units, y, x, yy, xx, xy }: RatioSums): { value: number; variance: number } | undefined {
  if (units < 2 || x <= 0) return undefined;
  const value = y / x;
  const squares = Math.max(0, yy - 2 * value * xy + value * value * xx);
  return { value, variance: (squares * units) / (units - 1) / (x * x) };
}
