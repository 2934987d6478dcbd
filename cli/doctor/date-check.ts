// The order-date check of `couture doctor`: the newest plausible order, and which lines a build will skip.
import type { Client } from '../../sql/pool.ts';
import { dateWarnings, readLatestDay } from '../recs/source/order-dates.ts';
import { readSourceDates, type SourceDates } from '../recs/source/plan.ts';

/** Reading all dates of a large shop takes longer; a build checks them anyway. */
const timeout = '5s';

export async function describeDates(
  source: Client,
): Promise<{ readonly newest: string; readonly warnings: readonly string[] }> {
  const latestDay = await readLatestDay(source);
  const dates = await readInTime(source, latestDay);
  if (!dates) return { newest: `not checked: reading them takes more than ${timeout}`, warnings: [] };
  const day = dates.newestAt?.toISOString().slice(0, 10);
  return {
    newest: day ? `the newest order is from ${day}` : 'no order line has a date',
    warnings: dateWarnings(dates, latestDay, dates.future),
  };
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
