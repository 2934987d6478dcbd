// Recommendation events and orders → figures by list, and comparisons of visitors with and without recommendations.

import { type ArmFigures, ArmSums, type Effects, exactSum } from '../../../runtime/uplift/arm-sums.ts';
import type { EffectsInput } from '../../../runtime/uplift/effects-input.ts';
import { eventsByList, knownClicks, seenUnits, soldLines } from '../../../sql/store/events/uplift.ts';

export type Arm = 'standard' | 'holdout' | 'experiment';

export interface ListFigures {
  readonly kind: string;
  readonly impressions: number;
  readonly clicks: number;
  readonly adds: number;
  /** Clicks per impression. */
  readonly click_through: number;
  /** Adds to the cart per impression. */
  readonly add_rate: number;
  /** Order lines whose customer clicked the product or added it within the attribution window, and their revenue. */
  readonly attributed_lines: number;
  readonly attributed_revenue: number;
}

/** One arm compared with another. */
export interface Comparison extends Effects {
  readonly arm: Arm;
  readonly against: Arm;
}

/** The output of `recs report --json`. */
export interface UpliftReport {
  readonly from: string;
  readonly to: string;
  readonly days: number;
  readonly window_days: number;
  /** Minimum detectable effect, relative, used for sample-size estimates. */
  readonly detect: number;
  readonly lists: readonly ListFigures[];
  readonly arms: Partial<Record<Arm, ArmFigures>>;
  readonly comparisons: readonly Comparison[];
  /** Number of visitors left out because they were in several arms, such as after a change of the share. */
  readonly left_out: number;
}

export async function measureUplift(input: EffectsInput): Promise<UpliftReport> {
  const { from, to, windowDays, detect } = input;
  const units = await readUnits(input);
  const clicks = await readClicks(input);
  const attributed = await addOrders(input, units.byCustomer, clicks);
  const sums = sumArms(units.all);
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    days: Math.round((to.getTime() - from.getTime()) / 86_400_000),
    window_days: windowDays,
    detect,
    lists: await listFigures(input, attributed),
    arms: Object.fromEntries([...sums].map(([arm, { figures }]) => [arm, figures])),
    comparisons: compare(sums, detect),
    left_out: units.leftOut,
  };
}

interface Unit {
  readonly arm: Arm;
  readonly firstSeen: number;
  readonly orders: Set<string>;
  revenue: number;
}

async function readUnits({ client, from, to, signal }: EffectsInput) {
  const all: Unit[] = [];
  const byCustomer = new Map<string, Unit>();
  let leftOut = 0;
  for await (const rows of seenUnits(client, from, to)) {
    signal.throwIfAborted();
    for (const [, customer, arm, firstSeen] of rows) {
      if (arm === null) {
        leftOut++;
        continue;
      }
      const unit: Unit = { arm: arm as Arm, firstSeen, orders: new Set(), revenue: 0 };
      all.push(unit);
      if (customer !== null) byCustomer.set(customer, unit);
    }
  }
  return { all, byCustomer, leftOut };
}

interface Click {
  readonly kind: string;
  readonly at: number;
}

/** Reads the clicks and adds of known customers: customer and item → clicks, oldest first. */
async function readClicks({ client, from, to, signal }: EffectsInput): Promise<Map<string, Click[]>> {
  const clicks = new Map<string, Click[]>();
  for await (const rows of knownClicks(client, from, to)) {
    signal.throwIfAborted();
    for (const [customer, item, kind, at] of rows) {
      const key = `${customer}\0${item}`;
      const list = clicks.get(key);
      if (list) list.push({ kind, at });
      else clicks.set(key, [{ kind, at }]);
    }
  }
  return clicks;
}

type Attributed = Map<string, { lines: number; revenue: number }>;

/** Adds each order placed after the first impression to its unit; returns lines and revenue attributed to each list. */
async function addOrders(
  { source, from, to, windowDays, signal }: EffectsInput,
  units: ReadonlyMap<string, Unit>,
  clicks: ReadonlyMap<string, readonly Click[]>,
): Promise<Attributed> {
  const attributed: Attributed = new Map();
  for await (const rows of soldLines(source, from, to)) {
    signal.throwIfAborted();
    for (const [order, customer, product, amount, at] of rows) {
      const unit = units.get(customer);
      if (unit && at >= unit.firstSeen) {
        unit.orders.add(order);
        unit.revenue += amount;
      }
      // Credit the last click before the order.
      const click = clicks
        .get(`${customer}\0${product}`)
        ?.findLast((each) => each.at <= at && at - each.at <= windowDays * 86_400);
      if (!click) continue;
      const sum = attributed.get(click.kind) ?? { lines: 0, revenue: 0 };
      attributed.set(click.kind, { lines: sum.lines + 1, revenue: sum.revenue + amount });
    }
  }
  return attributed;
}

async function listFigures(
  { client, from, to }: EffectsInput,
  attributed: Attributed,
): Promise<ListFigures[]> {
  const kinds = new Map<string, { impressions: number; clicks: number; adds: number }>();
  for (const row of await eventsByList(client, from, to)) {
    // The holdout group saw bestsellers in place of the lists.
    if (row.arm === 'holdout') continue;
    const sum = kinds.get(row.kind) ?? { impressions: 0, clicks: 0, adds: 0 };
    kinds.set(row.kind, {
      impressions: sum.impressions + row.impressions,
      clicks: sum.clicks + row.clicks,
      adds: sum.adds + row.adds,
    });
  }
  return [...kinds].map(([kind, sum]) => ({
    kind,
    ...sum,
    click_through: sum.clicks / Math.max(1, sum.impressions),
    add_rate: sum.adds / Math.max(1, sum.impressions),
    attributed_lines: attributed.get(kind)?.lines ?? 0,
    attributed_revenue: exactSum(attributed.get(kind)?.revenue ?? 0),
  }));
}

function sumArms(units: readonly Unit[]): Map<Arm, ArmSums> {
  const arms = new Map<Arm, ArmSums>();
  for (const { arm, orders, revenue } of units) {
    let sums = arms.get(arm);
    if (!sums) arms.set(arm, (sums = new ArmSums()));
    sums.add(orders.size, revenue);
  }
  return arms;
}

const pairs: ReadonlyArray<readonly [Arm, Arm]> = [
  ['standard', 'holdout'],
  ['experiment', 'standard'],
  ['experiment', 'holdout'],
];

function compare(arms: ReadonlyMap<Arm, ArmSums>, detect: number): Comparison[] {
  return pairs.flatMap(([arm, against]) => {
    const [one, other] = [arms.get(arm), arms.get(against)];
    if (!one || !other) return [];
    return { arm, against, ...one.effectsAgainst(other, detect) };
  });
}
