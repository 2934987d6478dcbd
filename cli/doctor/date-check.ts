// What `couture doctor` says of the dates of orders: the newest that is believed, and what a build will leave out.
import type { Client } from '../../sql/pool.ts';
import { dateWarnings, readLatestDay } from '../recs/source/order-dates.ts';
import { readSourceDates, type SourceDates } from '../recs/source/plan.ts';

/** Reading all dates of a large shop takes longer; a build does it anyway. */
const longest = '5s';

export async function describeDates(
  source: Client,
): Promise<{ readonly newest: string; readonly warnings: readonly string[] }> {
  const latestDay = await readLatestDay(source);
  const dates = await readInTime(source, latestDay);
  if (!dates) return { newest: `not checked: reading them takes more than ${longest}`, warnings: [] };
  const day = dates.newestAt?.toISOString().slice(0, 10);
  return {
    newest: day ? `the newest order is of ${day}` : 'no order line has a date',
    warnings: dateWarnings(dates, latestDay, dates.future),
  };
}

async function readInTime(source: Client, latestDay: number): Promise<SourceDates | undefined> {
  await source.query('begin');
  try {
    await source.query(`set local statement_timeout = '${longest}'`);
    return await readSourceDates(source, latestDay);
  } catch (error) {
    if ((error as { code?: string }).code === '57014') return undefined;
    throw error;
  } finally {
    await source.query('rollback');
  }
}
