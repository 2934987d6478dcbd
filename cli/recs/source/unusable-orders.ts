// Errors for a shop whose orders cannot be used.
import { CoutureError } from '../../../runtime/core/errors.ts';
import type { LogTotals } from './basket-log.ts';
import { dateOfDay } from './order-dates.ts';

/** No order line can be used. */
export function emptySource({ lines, skipped }: LogTotals): CoutureError {
  const reasons = Object.entries(skipped)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${count} ${reason.replaceAll('_', ' ')}`);
  return new CoutureError(
    'source_empty',
    lines === 0
      ? 'couture_source.order_line has no rows.'
      : `None of the ${lines} order lines can be used: ${reasons.join(', ')}.`,
    'Check the view’s filter and ids ("couture doctor" helps), or build from the catalog alone with --force.',
  );
}

/** Most order lines are in the future: a wrong clock is more likely than that many wrong orders. */
export function mostlyFuture({ lines, skipped }: LogTotals, latestDay: number): CoutureError {
  const today = dateOfDay(latestDay - 1)
    .toISOString()
    .slice(0, 10);
  return new CoutureError(
    'orders_in_future',
    `${skipped.future_date} of ${lines} order lines are dated in the future: today is ${today} according to this machine and Postgres.`,
    'Set the clock, correct ordered_at in the view couture_source.order_line, or build from the other lines with --force.',
  );
}
