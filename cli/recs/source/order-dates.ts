// Which dates of orders are believed: none after tomorrow, and none of the few that lie more than a year after all others.
// Days are counted from 2000-01-01 UTC, as in line batches.
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
 * The last day that an order can be of: tomorrow, in UTC. A column without a time zone is read as UTC and may be up to
 * 14 hours ahead of it, so an order of this minute may claim to be of tomorrow.
 *
 * Of the database's clock and this machine's the later one counts. A clock that is slow would leave out orders that
 * were really placed; one that is fast only lets in some that were not.
 */
export async function readLatestDay(client: Client): Promise<number> {
  const { rows } = await client.query<{ now: Date }>('select clock_timestamp() as now');
  return latestDay(Math.max(rows[0]!.now.getTime(), Date.now()));
}

/** By this machine's clock alone, where there is no database. */
export function latestDay(now = Date.now()): number {
  return dayOf(now) + 1;
}

/** A day on which orders were placed. */
export interface DayCount {
  readonly day: number;
  readonly lines: number;
  readonly orders: number;
}

/** What the dates of a shop's order lines say, none of them after `latestDay`. */
export interface OrderDates {
  /** The day from which ages count; −Infinity where there is none. */
  readonly newest: number;
  readonly oldest: number;
  /** The days after `newest`: too few orders, too late to be believed. */
  readonly outliers?: { readonly from: number; readonly to: number; readonly lines: number } | undefined;
  /** The last gap of more than a year after which less than half of the lines lie. */
  readonly gap?: { readonly from: number; readonly to: number; readonly share: number } | undefined;
}

/** Seasonal shops rest for most of a year, never for longer than one. */
const longestGap = 365;
const [fewOrders, fewInThousand, hardlyAnyInThousand] = [3, 10, 1];

/**
 * Finds the newest day to believe. What comes after a gap of more than a year is an outlier if it is less than a
 * thousandth of the lines, or no more than three orders with less than a hundredth of them.
 *
 * One order that is dated too late makes all others old: 14 months halve their weight five times, and nothing but
 * bestsellers is left. Left out by mistake, it costs that order, until a few more are placed. In a shop of
 * up to a hundred lines nothing is ever an outlier, and neither is what follows within a year: a slow decline, a season, the
 * day after a holiday. A shop that reopens after more than a year counts anew from its fourth order on, once these have a thousandth
 * of the lines.
 *
 * @param days in ascending order
 * @param latest the newest day of the whole shop, where `days` are a part of it
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
    if (to - from <= longestGap) continue;
    if (areFew(lines, orders, all)) {
      newest = Math.min(newest, from);
    } else if (lines * 2 < all) {
      gap ??= { from, to, share: lines / all };
    }
  }
  const late = days.filter(({ day }) => day > newest);
  const outliers = late.length > 0 ? spanOf(late) : undefined;
  return { newest, oldest: days[0]?.day ?? Number.POSITIVE_INFINITY, outliers, gap };
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
 * The same rule as a query over a relation of `DayCount`s, for Spark: newest, and gap_from, gap_to, gap_lines of
 * all_lines where there is a gap.
 */
export function orderDatesQuery(relation: string): string {
  const few = `(lines_since * 1000 < all_lines * ${hardlyAnyInThousand}
      or (orders_since <= ${fewOrders} and lines_since * 1000 < all_lines * ${fewInThousand}))`;
  const isOutlier = `day - earlier > ${longestGap} and ${few}`;
  const isGap = `day - earlier > ${longestGap} and not ${few} and lines_since * 2 < all_lines`;
  return `select coalesce(min(case when ${isOutlier} then earlier end), max(day)) as newest,
    max(case when ${isGap} then earlier end) as gap_from, max(case when ${isGap} then day end) as gap_to,
    min(case when ${isGap} then lines_since end) as gap_lines, max(all_lines) as all_lines
  from (select day, lag(day) over (order by day) as earlier,
               sum(lines) over (order by day desc) as lines_since,
               sum(orders) over (order by day desc) as orders_since,
               sum(lines) over () as all_lines
        from ${relation}) days`;
}

/** Counts lines and orders by day while they stream by. */
export class DayCounter {
  readonly #days = new Map<number, { lines: number; readonly orders: Set<number | string> }>();
  // Orders of one day mostly follow each other.
  #day = Number.NaN;
  #count = { lines: 0, orders: new Set<number | string>() };

  /** @param order any number or text that tells orders apart; more than a few of a day are not told apart */
  add(day: number, order: number | string, lines: number): void {
    if (day !== this.#day) {
      this.#day = day;
      this.#count = this.#days.get(day) ?? { lines: 0, orders: new Set() };
      if (this.#count.lines === 0) this.#days.set(day, this.#count);
    }
    this.#count.lines += lines;
    if (this.#count.orders.size <= fewOrders) this.#count.orders.add(order);
  }

  /** @param latest the newest day of the whole shop, where a part of it was counted */
  dates(latest?: number): OrderDates {
    const days = Array.from(this.#days, ([day, { lines, orders }]) => ({ day, lines, orders: orders.size }));
    return orderDates(
      days.sort((a, b) => a.day - b.day),
      latest,
    );
  }
}

const shown = (day: number) => dateOfDay(day).toISOString().slice(0, 10);

/** Lines that are dated after the latest day, and the last day that they name. */
export interface FutureLines {
  readonly lines: number;
  readonly until: number;
}

/** Remarks for people on the dates that were met. */
export function dateWarnings(
  dates: Pick<OrderDates, 'newest' | 'outliers' | 'gap'>,
  latest: number,
  future: FutureLines,
): string[] {
  const { newest, outliers, gap } = dates;
  const lines = (n: number) => `${n.toLocaleString('en-GB')} order ${n === 1 ? 'line is' : 'lines are'}`;
  const until = (from: string, to: string) => (from === to ? from : `${from} to ${to}`);
  return [
    future.lines > 0 &&
      `${lines(future.lines)} dated in the future (after ${shown(latest)}, the latest ${shown(future.until)}) and left out`,
    outliers &&
      `${lines(outliers.lines)} dated ${until(shown(outliers.from), shown(outliers.to))}, more than a year after all others (up to ${shown(newest)}), and left out`,
    gap &&
      `no order is dated between ${shown(gap.from)} and ${shown(gap.to)}; ages count from ${shown(newest)}, so orders before the gap hardly count. Check ordered_at`,
  ].filter((warning) => typeof warning === 'string');
}
