// After all lines are in: what lines of one order share, numbers that restart, returns, made-up dates.
import { CoutureError } from '../../runtime/core/errors.ts';
import type { Client } from '../../sql/pool.ts';
import { countUndated } from '../../sql/store/sample/imported.ts';
import {
  completeCustomers,
  completeStatuses,
  dateUndatedLines,
  type JoinedOrders,
  joinExamples,
  joinOrderFacts,
  markTakenBack,
  orderSpans,
  splitOrdersByDay,
} from '../../sql/store/sample/imported-orders.ts';
import type { Intake } from './intake.ts';
import { undatedFrom } from './order-row.ts';

export interface CompletedOrders {
  /** Orders of files without products. */
  readonly joined: JoinedOrders | undefined;
  /** Lines whose product was returned in the same order. */
  readonly taken_back: number;
  /** Whether order numbers restart, so that the day became part of them. */
  readonly split_by_day: boolean;
  /** Whether nothing else changed the lines, so that figures of the lines as they were read still hold. */
  readonly as_read: boolean;
  readonly warnings: readonly string[];
}

export interface CompleteOptions {
  /** Files of orders without products were read. */
  readonly joinOrders: boolean;
  readonly allowUndated: boolean;
  readonly keepOrderNumbers: boolean;
}

/** Share of lines without a time above which nothing is imported. */
const maxUndatedShare = 0.05;
/** Share of orders that last longer than a week above which numbers are taken to restart, and the least number of them. */
const [maxLongShare, minLong] = [0.2, 5];

/**
 * Completes the lines in the database, and counts what it did in the reader's figures.
 * @throws CoutureError `file_invalid` if too many lines have no time
 */
export async function completeOrders(
  client: Client,
  intake: Intake,
  options: CompleteOptions,
): Promise<CompletedOrders> {
  const { figures } = intake;
  const { filled, open, undatedOrders } = intake.reader;
  const [from, end] = [new Date(undatedFrom), new Date(undatedFrom + (undatedOrders + 1) * 1000)];
  const orderTimes = filled.order_times;
  const joined = options.joinOrders ? await joinOrderFacts(client, from, end) : undefined;
  if (joined?.lines === 0) throw await noOrderJoined(client);
  if (joined) {
    intake.reader.refunds += joined.refunded;
    const undated = filled.times > 0 ? await countUndated(client, from, end) : 0;
    filled.order_times += filled.times - undated;
    filled.times = undated;
  }
  if (filled.times > 0 && filled.times < intake.taken) {
    const dated = await dateUndatedLines(client, from, end);
    filled.times -= dated;
    filled.order_times += dated;
  }
  // A file in which no line has a time is a file without times; one that has some has lost the others.
  if (filled.times < intake.taken && !options.allowUndated) requireTimes(filled.times, intake.taken);
  let asRead = figures.known && !joined && filled.order_times === orderTimes;
  const spans = asRead ? figures.spans : await orderSpans(client);
  const split =
    !options.keepOrderNumbers && spans.long >= minLong && spans.long > maxLongShare * spans.orders;
  if (split) await splitOrdersByDay(client);
  if (open.statuses > 0) filled.statuses += await completeStatuses(client);
  if (open.customers > 0 && spans.partial > 0) {
    filled.customers += await completeCustomers(client);
    asRead = false;
  }
  const takenBack = figures.hasReturns || joined ? await markTakenBack(client) : 0;
  return {
    joined,
    taken_back: takenBack,
    split_by_day: split,
    as_read: asRead && !split && open.statuses === 0,
    warnings: warnings(spans, split),
  };
}

function requireTimes(undated: number, lines: number): void {
  if (undated <= maxUndatedShare * lines) return;
  const percent = Math.round((100 * undated) / lines);
  throw new CoutureError(
    'file_invalid',
    `${undated.toLocaleString('en-GB')} of ${lines.toLocaleString('en-GB')} lines (${percent} %) have no time, and no other line of their order has one`,
    'Nothing was imported. Name the column with --map ordered_at=COLUMN, or accept made-up dates with --allow-undated.',
  );
}

/** Lines without their orders would count whatever became of them. */
async function noOrderJoined(client: Client): Promise<CoutureError> {
  const ids = await joinExamples(client);
  return new CoutureError(
    'file_invalid',
    `No order line has an order id of the files without products: lines have ids such as "${ids.line}", orders such as "${ids.order}"`,
    'Nothing was imported. Name the column that both files have with --map order_id=COLUMN, or leave the file of orders out.',
  );
}

function warnings(spans: Awaited<ReturnType<typeof orderSpans>>, split: boolean): string[] {
  const day = (date: Date) => date.toISOString().slice(0, 10);
  const { example } = spans;
  return [
    ...(split && example
      ? [
          `Order numbers restart: ${spans.long} of ${spans.orders} have lines more than a week apart, such as ${example.order_id} from ${day(example.from)} to ${day(example.to)}. The same number on another day is another order; use --keep-order-numbers if that is wrong.`,
        ]
      : []),
    ...(!split && spans.long > 0 && example
      ? [
          `${spans.long} ${spans.long === 1 ? 'order has' : 'orders have'} lines more than a week apart, such as ${example.order_id} from ${day(example.from)} to ${day(example.to)}.`,
        ]
      : []),
    ...(!split && spans.shared > 0
      ? [
          `${spans.shared} ${spans.shared === 1 ? 'order names' : 'orders name'} more than one customer; the lines of each customer count as an order of their own.`,
        ]
      : []),
  ];
}
