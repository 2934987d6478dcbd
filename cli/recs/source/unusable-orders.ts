// Errors for a shop whose orders cannot be used, and warnings about those that are left out.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { type OrderCustomers, orderCustomerWarnings } from '../../../sql/source/order-customers.ts';
import { count } from '../../terminal/figures.ts';
import type { LogTotals } from './basket-log.ts';
import { dateOfDay, dateWarnings } from './order-dates.ts';
import type { SinceWindow } from './plan.ts';

/**
 * No order line can be used.
 * @param warnings about the shop, which may name the cause
 */
export function emptySource({ lines, skipped }: LogTotals, warnings: readonly string[] = []): CoutureError {
  const reasons = Object.entries(skipped)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${count} ${reason.replaceAll('_', ' ')}`);
  return new CoutureError(
    'source_empty',
    lines === 0
      ? 'couture_source.order_line has no rows.'
      : `None of the ${lines} order lines can be used: ${reasons.join(', ')}.`,
    [
      ...warnings.map((warning) => `${warning}\n`),
      'Check the view’s filter and ids ("couture doctor" helps), or build from the catalog alone with --force.',
    ].join(''),
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

/** Share of lines of unknown products above which that is a warning. */
const maxUnknown = 0.2;

/** Warnings about dates, customers, and lines that are left out although somebody probably wants them. */
export function lineWarnings(
  totals: LogTotals,
  customers: OrderCustomers,
  latestDay: number,
  { stray }: Pick<SinceWindow, 'stray'>,
): string[] {
  const { futureUntil, skipped } = totals;
  const dates = { ...(stray ? { stray } : {}), ...totals.dates };
  return [
    ...dateWarnings(dates, latestDay, { lines: skipped.future_date, until: futureUntil }),
    ...orderCustomerWarnings(customers),
    ...skippedWarnings(totals),
  ];
}

function skippedWarnings({ lines, skipped }: LogTotals): string[] {
  const { unknown_product: unknown, implausible_quantity: implausible } = skipped;
  return [
    unknown > lines * maxUnknown &&
      `${count(unknown)} of ${count(lines)} order lines are of products that couture_source.product lacks, and left out. Compare product_id of both views: "couture doctor" does`,
    implausible > 0 &&
      `${count(implausible)} order ${implausible === 1 ? 'line has a quantity' : 'lines have quantities'} above 2,147,483,646, which ${implausible === 1 ? 'is' : 'are'} left out. Check quantity of couture_source.order_line`,
  ].filter((warning) => typeof warning === 'string');
}
