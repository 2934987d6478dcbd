// The newest plausible order, and which lines a build will skip because of their dates.
import type { Client } from '../../../sql/pool.ts';
import { dateWarnings, readLatestDay } from '../../recs/source/order-dates.ts';
import { readSourceDates, type SourceDates } from '../../recs/source/plan.ts';
import { type Finding, found, passed } from './findings.ts';

/** Reading all dates of a large shop takes longer; a build checks them anyway. */
const timeout = '5s';

/** Days after which the newest order of a shop that sells is old. */
const oldDays = 180;

export async function judgeOrderDates(source: Client): Promise<Finding> {
  const check = 'order dates';
  const latestDay = await readLatestDay(source);
  const dates = await readInTime(source, latestDay);
  if (!dates) return passed(check, `not checked: reading them takes more than ${timeout}`);
  const warnings = dateWarnings(dates, latestDay, dates.future);
  const { newestAt } = dates;
  const age = newestAt ? Math.floor((Date.now() - newestAt.getTime()) / 86_400_000) : null;
  const isWrong = warnings.length > 0;
  if (age !== null && age > oldDays) warnings.push(`${age} days ago`);
  const newest = newestAt
    ? `the newest order is from ${newestAt.toISOString().slice(0, 10)}`
    : 'no order line has a date';
  if (warnings.length === 0) return passed(check, newest, age);
  return found(
    check,
    'warn',
    age,
    [newest, ...warnings].join('; '),
    isWrong
      ? 'Correct ordered_at in the shop, or exclude these lines in the view couture_source.order_line.'
      : 'If the shop has newer orders, return them from the view couture_source.order_line, or import them with couture import orders --replace.',
  );
}

async function readInTime(source: Client, latestDay: number): Promise<SourceDates | undefined> {
  await source.query('begin');
  try {
    await source.query(`set local statement_timeout = '${timeout}'`);
    return await readSourceDates(source, latestDay);
  } catch (error) {
    if ((error as { code?: string }).code === '57014') return undefined;
    throw error;
  } finally {
    await source.query('rollback');
  }
}
