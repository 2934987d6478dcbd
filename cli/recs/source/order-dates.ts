// Decides which order dates to believe: none after tomorrow, and not those of a few orders dated more than a year after
// all others. Days are counted from 2000-01-01 UTC, as in line batches.
import type { Client } from '../../../sql/pool.ts';

const dayMs = 86_400_000;
const firstDay = Date.UTC(2000, 0, 1);

/** @param time milliseconds since 1970 */
export function dayOf(time: number): number {
  return Math.floor((time - firstDay) / dayMs);
}

export function dateOfDay(day: number): Date {
  return new Date(firstDay + day * dayMs);
}

/**
 * The latest day that an order can have: tomorrow, in UTC. A column without a time zone is read as UTC and can be up to
 * 14 hours ahead of it, so an order placed right now can be dated tomorrow.
 *
 * Uses the later one of the database's clock and this machine's. A slow clock would skip real orders; a fast one only
 * admits some orders with wrong dates.
 */
export async function readLatestDay(client: Client): Promise<number> {
  const { rows } = await client.query<{ now: Date }>('select clock_timestamp() as now');
  return latestDay(Math.max(rows[0]!.now.getTime(), Date.now()));
}

/** Like `readLatestDay`, by this machine's clock alone, for use without a database. */
export function latestDay(now = Date.now()): number {
  return dayOf(now) + 1;
}

/** A day on which orders were placed. */
export interface DayCount {
  readonly day: number;
  readonly lines: number;
  readonly orders: number;
}

/** Result of `orderDates`. */
export interface OrderDates {
  /** Newest believed day, from which ages count; −Infinity if there is none. */
  readonly newest: number;
  readonly oldest: number;
  /** Days after `newest`, with too few orders too late to be believed. */
  readonly outliers?: { readonly from: number; readonly to: number; readonly lines: number } | undefined;
  /** The last gap of more than a year that less than half of the lines follow. */
  readonly gap?: { readonly from: number; readonly to: number; readonly share: number } | undefined;
  /** Believed days with a few orders long after all others, such as those dated in the wrong month or year. */
  readonly stray?: {
    readonly after: number;
    readonly from: number;
    readonly to: number;
    readonly lines: number;
  };
}

/** Days. Seasonal shops close for most of a year, but never for longer. */
const maxGap = 365;
const [fewOrders, fewInThousand, hardlyAnyInThousand] = [3, 10, 1];

/** Days, and how many times the longest gap before: later orders are believed, but remarked on. */
const [strayGap, strayGaps] = [60, 3];

/**
 * Finds the newest day to believe. Orders after a gap of more than a year are outliers if they have less than a
 * thousandth of the lines, or if they are at most three orders with less than a hundredth of the lines.
 *
 * One order dated too late makes all others look old: 14 months halve their weight five times, which leaves only
 * bestsellers. Skipping a real order by mistake costs only that order, until a few more are placed. In a shop with up to
 * a hundred lines there are no outliers, and orders within a year never are: a slow decline, a season, the day after a
 * holiday. A shop that reopens after more than a year is believed from its fourth order, once the new orders have a
 * thousandth of the lines.
 *
 * @param days in ascending order
 * @param latest the newest believed day of the whole shop, if `days` cover only a part of it
 */
export function orderDates(days: readonly DayCount[], latest = Number.POSITIVE_INFINITY): OrderDates {
  const all = days.reduce((sum, { lines }) => sum + lines, 0);
  let [lines, orders] = [0, 0];
  let newest = Math.min(latest, days.at(-1)?.day ?? Number.NEGATIVE_INFINITY);
  let gap: OrderDates['gap'];
  for (let at = days.length - 1; at > 0; at--) {
    lines += days[at]!.lines;
    orders += days[at]!.orders;
    const [from, to] = [days[at - 1]!.day, days[at]!.day];
    if (to - from <= maxGap) continue;
    if (areFew(lines, orders, all)) {
      newest = Math.min(newest, from);
    } else if (lines * 2 < all) {
      gap ??= { from, to, share: lines / all };
    }
  }
  const late = days.filter(({ day }) => day > newest);
  const outliers = late.length > 0 ? spanOf(late) : undefined;
  const stray = outliers ? undefined : strayDays(days, all);
  const oldest = days[0]?.day ?? Number.POSITIVE_INFINITY;
  return { newest, oldest, outliers, gap, ...(stray ? { stray } : {}) };
}

function strayDays(days: readonly DayCount[], all: number): OrderDates['stray'] {
  let longest = 0;
  for (let at = 1; at < days.length; at++) {
    const gap = days[at]!.day - days[at - 1]!.day;
    if (gap > strayGap && gap > strayGaps * longest) {
      const late = days.slice(at);
      const span = spanOf(late);
      const orders = late.reduce((sum, each) => sum + each.orders, 0);
      if (orders <= fewOrders && span.lines * 1000 < all * fewInThousand)
        return { after: days[at - 1]!.day, ...span };
    }
    longest = Math.max(longest, gap);
  }
  return undefined;
}

function spanOf(days: readonly DayCount[]) {
  return { from: days[0]!.day, to: days.at(-1)!.day, lines: days.reduce((sum, { lines }) => sum + lines, 0) };
}

function areFew(lines: number, orders: number, all: number): boolean {
  return (
    lines * 1000 < all * hardlyAnyInThousand || (orders <= fewOrders && lines * 1000 < all * fewInThousand)
  );
}

/**
 * The same rule as SQL over a relation of `DayCount`s, for Spark. Returns `newest` and `all_lines`, and for a gap
 * `gap_from`, `gap_to` and `gap_lines`.
 */
export function orderDatesQuery(relation: string): string {
  const few = `(lines_since * 1000 < all_lines * ${hardlyAnyInThousand}
      or (orders_since <= ${fewOrders} and lines_since * 1000 < all_lines * ${fewInThousand}))`;
  const isOutlier = `day - earlier > ${maxGap} and ${few}`;
  const isGap = `day - earlier > ${maxGap} and not ${few} and lines_since * 2 < all_lines`;
  return `select coalesce(min(case when ${isOutlier} then earlier end), max(day)) as newest,
    max(case when ${isGap} then earlier end) as gap_from, max(case when ${isGap} then day end) as gap_to,
    min(case when ${isGap} then lines_since end) as gap_lines, max(all_lines) as all_lines
  from (select day, lag(day) over (order by day) as earlier,
               sum(lines) over (order by day desc) as lines_since,
               sum(orders) over (order by day desc) as orders_since,
               sum(lines) over () as all_lines
        from ${relation}) days`;
}

/** Counts lines and orders per day while lines are streamed. */
export class DayCounter {
  readonly #days = new Map<number, { lines: number; readonly orders: Set<number | string> }>();
  // Cache of the current day: orders of one day are usually adjacent.
  #day = Number.NaN;
  #count = { lines: 0, orders: new Set<number | string>() };

  /** @param order any number or text that identifies the order; only the first few orders of a day are distinguished */
  add(day: number, order: number | string, lines: number): void {
    if (day !== this.#day) {
      this.#day = day;
      this.#count = this.#days.get(day) ?? { lines: 0, orders: new Set() };
      if (this.#count.lines === 0) this.#days.set(day, this.#count);
    }
    this.#count.lines += lines;
    if (this.#count.orders.size <= fewOrders) this.#count.orders.add(order);
  }

  /** @param latest the newest believed day of the whole shop, if only a part of it was counted */
  dates(latest?: number): OrderDates {
    const days = Array.from(this.#days, ([day, { lines, orders }]) => ({ day, lines, orders: orders.size }));
    return orderDates(
      days.sort((a, b) => a.day - b.day),
      latest,
    );
  }
}

const shown = (day: number) => dateOfDay(day).toISOString().slice(0, 10);

/** Number of lines dated after the latest day, and the last of their days. */
export interface FutureLines {
  readonly lines: number;
  readonly until: number;
}

/** Warnings about future dates, outliers and gaps. */
export function dateWarnings(
  dates: Pick<OrderDates, 'newest' | 'outliers' | 'gap' | 'stray'>,
  latest: number,
  future: FutureLines,
): string[] {
  const { newest, outliers, gap, stray } = dates;
  const lines = (n: number) => `${n.toLocaleString('en-GB')} order ${n === 1 ? 'line is' : 'lines are'}`;
  const until = (from: string, to: string) => (from === to ? from : `${from} to ${to}`);
  return [
    future.lines > 0 &&
      `${lines(future.lines)} dated in the future (after ${shown(latest)}, the latest ${shown(future.until)}) and left out`,
    outliers &&
      `${lines(outliers.lines)} dated ${until(shown(outliers.from), shown(outliers.to))}, more than a year after all others (up to ${shown(newest)}), and left out`,
    stray &&
      `${lines(stray.lines)} dated ${until(shown(stray.from), shown(stray.to))}, ${stray.from - stray.after} days after all others (up to ${shown(stray.after)}); ages, trending products and --since count from there. If that is wrong, correct ordered_at`,
    gap &&
      `no order is dated between ${shown(gap.from)} and ${shown(gap.to)}; ages count from ${shown(newest)}, so orders before the gap hardly count. Check ordered_at`,
  ].filter((warning) => typeof warning === 'string');
}
