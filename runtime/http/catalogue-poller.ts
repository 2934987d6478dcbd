// Refreshes the catalogue from the shop's views at startup and every minute, in one of several processes.
import type { Pool } from '../../sql/pool.ts';
import { refreshCatalogue } from '../../sql/store/shop/catalogue-refresh.ts';
import { scaleOf } from '../contract/money.ts';
import type { Log } from '../core/log.ts';
import { settledWithin } from '../core/release.ts';
import { Poller } from '../work/poller.ts';

/** Milliseconds between refreshes. */
const defaultInterval = 60_000;

/** Maximum delay of startup by the first refresh, in milliseconds. Writing 48 k products takes 9 s, comparing them 1 s. */
const maxStartDelay = 15_000;

/** Its `close` aborts a refresh in progress, which leaves no changes; the next process starts with a refresh. */
export function cataloguePoller(
  pool: Pool,
  log: Log,
  { interval = defaultInterval, currency = 'EUR' }: { interval?: number; currency?: string } = {},
): Poller {
  const scale = scaleOf(currency);
  const task = async (signal: AbortSignal) =>
    log.debug(await refreshCatalogue(pool, signal, scale), 'catalogue refreshed');
  return new Poller({ name: 'refresh the catalogue', interval, task, log });
}

/** Starts the poller, and waits for the first refresh up to a limit, so that the first request finds products. */
export async function startCataloguePoller(poller: Poller): Promise<void> {
  await settledWithin(poller.start(), maxStartDelay);
}
