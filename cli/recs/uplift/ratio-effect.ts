// Two groups, one figure that is a ratio of sums (revenue an order, buyers a visitor) → effect, interval, sample size.

/** What is kept of a group: Σ over its visitors of y, x, and their products. */
export interface RatioSums {
  readonly units: number;
  readonly y: number;
  readonly x: number;
  readonly yy: number;
  readonly xx: number;
  readonly xy: number;
}

export interface RatioEffect {
  /** y / x of each group; null where x is nothing. */
  readonly group: number | null;
  readonly control: number | null;
  /** group / control − 1, with its interval; null where a group has too little. */
  readonly relative: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Whether the interval leaves zero out. */
  readonly significant: boolean;
  /** Visitors still to come, both groups together, until an effect of the size asked about would be seen. */
  readonly still_needed: number | null;
}

/** 95 % two-sided, and 80 % power at it. */
const [z, power] = [1.959_964, 0.841_621];

/** Adds one visitor's y and x. */
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
 * The effect on a log scale with the variance of a ratio by the delta method (Deng, Knoblich, Lu 2018, “Applying the
 * delta method in metric analytics”): visitors are independent, their orders are not.
 * @param detect relative effect that the sample size is asked for
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
