// Why a shop's orders are not built from, in words.
import { CoutureError } from '../../../runtime/core/errors.ts';
import type { LogTotals } from './basket-log.ts';
import { dateOfDay } from './order-dates.ts';

/** No line counts. */
export function emptySource({ lines, skipped }: LogTotals): CoutureError {
  const reasons = Object.entries(skipped)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${count} ${reason.replaceAll('_', ' ')}`);
  return new CoutureError(
    'source_empty',
    lines === 0
      ? 'couture_source.order_line has no rows.'
      : `Of ${lines} order lines none counts: ${reasons.join(', ')}.`,
    'Look at the view’s predicate and its ids ("couture doctor" helps). --force builds from the catalog alone.',
  );
}

/** Most lines are in the future: more likely a clock is wrong than most orders. */
export function mostlyFuture({ lines, skipped }: LogTotals, latestDay: number): CoutureError {
  const today = dateOfDay(latestDay - 1)
    .toISOString()
    .slice(0, 10);
  return new CoutureError(
    'orders_in_future',
    `${skipped.future_date} of ${lines} order lines are dated in the future: today is ${today} by the clocks of this machine and of Postgres.`,
    'Set the clock, or correct ordered_at in the view couture_source.order_line. --force builds from the other lines.',
  );
}
