// The runs of a partition → its orders, in an order that only what they contain decides, not where their rows are stored:
// an update moves rows within a table, and an incremental build reads them in another order than a full one.
import { mix32 } from '../../../sql/hash32.ts';
import { runHeader } from '../source/basket-log.ts';
import { ticksPerDay } from '../source/line-batch.ts';
import type { Scratch } from './scratch.ts';

/** The orders of a partition, oldest first. */
export interface ChainedRuns {
  readonly count: number;
  /** Order → its first run; run → the next run of the same order, −1 after the last. */
  readonly first: Int32Array;
  readonly next: Int32Array;
  /** Run → its position. */
  readonly runAt: Int32Array;
  /** Number of lines of all orders. */
  readonly lines: number;
}

/**
 * Chains the runs of each order (usually one; more if its lines are not adjacent in the table) and sorts the orders by the
 * time of their newest line, then by id. An order is identified by customer and order id.
 * @param customerHash customer → hash of their id: decides between orders of the same time and id
 */
export function orderRuns(
  runs: Int32Array,
  customerHash: Int32Array | undefined,
  scratch: Scratch,
): ChainedRuns {
  const chained = chainRuns(runs, scratch);
  const time = timesOf(runs, chained, scratch);
  const { first, runAt, count } = chained;
  const compare = (a: number, b: number) => {
    const [one, other] = [runAt[first[a]!]!, runAt[first[b]!]!];
    return (
      time[a]! - time[b]! ||
      runs[one + 1]! - runs[other + 1]! ||
      (runs[one + 2]! >>> 0) - (runs[other + 2]! >>> 0) ||
      (customerHash?.[runs[one]!] ?? runs[one]!) - (customerHash?.[runs[other]!] ?? runs[other]!)
    );
  };
  return { ...chained, first: inOrder(first, time, compare, count, scratch) };
}

/** Sorts `items[begin … end)` in place. Orders are short: insertion beats a call of the native sort. */
export function sortItems(items: Int32Array, begin: number, end: number): void {
  if (end - begin > 32) {
    items.subarray(begin, end).sort();
    return;
  }
  for (let at = begin + 1; at < end; at++) {
    const item = items[at]!;
    let place = at;
    for (; place > begin && items[place - 1]! > item; place--) items[place] = items[place - 1]!;
    items[place] = item;
  }
}

function chainRuns(runs: Int32Array, scratch: Scratch): ChainedRuns {
  let runCount = 0;
  for (let at = 0; at < runs.length; at += runHeader + runs[at + 4]!) runCount++;
  const runAt = scratch.int32('run at', runCount);
  const next = scratch.int32('run next', runCount, -1);
  const first = scratch.int32('order first', runCount);
  const last = scratch.int32('order last', runCount);
  const mask = 2 ** Math.ceil(Math.log2(Math.max(8, runCount * 2))) - 1;
  const slots = scratch.int32('slots', mask + 1);
  let count = 0;
  let lines = 0;
  for (let run = 0, at = 0; run < runCount; run++, at += runHeader + runs[at + 4]!) {
    runAt[run] = at;
    lines += runs[at + 4]!;
    let slot = mix32(runs[at + 2]! ^ Math.imul(runs[at + 1]!, 0x9e3779b1)) & mask;
    for (;;) {
      const order = slots[slot]! - 1;
      if (order < 0) {
        first[count] = run;
        last[count] = run;
        slots[slot] = ++count;
        break;
      }
      const known = runAt[first[order]!]!;
      if (runs[known + 2] === runs[at + 2] && runs[known + 1] === runs[at + 1] && runs[known] === runs[at]) {
        next[last[order]!] = run;
        last[order] = run;
        break;
      }
      slot = (slot + 1) & mask;
    }
  }
  return { count, first, next, runAt, lines };
}

/** Order → ticks since 2000-01-01 of its newest line. */
function timesOf(runs: Int32Array, { count, first, next, runAt }: ChainedRuns, scratch: Scratch) {
  const time = scratch.float64('order time', count);
  for (let order = 0; order < count; order++) {
    let newest = Number.NEGATIVE_INFINITY;
    for (let run = first[order]!; run >= 0; run = next[run]!) {
      const at = runAt[run]!;
      newest = Math.max(newest, runs[at + 3]! * ticksPerDay + runs[at + 5]!);
    }
    time[order] = newest;
  }
  return time;
}

const ticksPerSecond = ticksPerDay / 86_400;

/** Whole numbers are exact up to here. */
const exact = 2 ** 53;

/** Sorts by `compare`, whose first key is `time`. Tables usually hold orders oldest first, which takes one pass. */
function inOrder(
  first: Int32Array,
  time: Float64Array,
  compare: (a: number, b: number) => number,
  count: number,
  scratch: Scratch,
): Int32Array {
  let sorted = true;
  let [oldest, newest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let order = 0; order < count; order++) {
    oldest = Math.min(oldest, time[order]!);
    newest = Math.max(newest, time[order]!);
    if (order > 0 && compare(order - 1, order) > 0) sorted = false;
  }
  if (sorted) return first;
  const order = scratch.int32('order sorted', count);
  const second = (at: number) => Math.floor((time[at]! - oldest) / ticksPerSecond);
  if ((newest - oldest + ticksPerSecond) * (count / ticksPerSecond) < exact) {
    // Second and place as one number: the native sort of numbers is ten times as fast as one that calls `compare`.
    const keys = scratch.float64('order keys', count);
    for (let at = 0; at < count; at++) keys[at] = second(at) * count + at;
    keys.sort();
    for (let at = 0; at < count; at++) order[at] = keys[at]! % count;
    for (let begin = 0, end = 1; begin < count; begin = end++) {
      while (end < count && second(order[end]!) === second(order[begin]!)) end++;
      if (end - begin > 1) order.subarray(begin, end).sort(compare);
    }
  } else {
    for (let at = 0; at < count; at++) order[at] = at;
    order.sort(compare);
  }
  const firsts = scratch.int32('order firsts', count);
  for (let at = 0; at < count; at++) firsts[at] = first[order[at]!]!;
  return firsts;
}
