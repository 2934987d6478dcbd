// One REPEATABLE READ snapshot of the shop, with a session that reads lines in the same order each time.
import type { Client } from '../../../sql/pool.ts';
import { openClient } from '../../../sql/pool.ts';

/** Everything the build reads of the shop, it reads here. `close()` ends the connection, even in the middle of a query. */
export interface Snapshot {
  readonly client: Client;
  close(): Promise<void>;
}

/** @param exported the snapshot of another session, which must be open still */
export async function openSnapshot(
  url: string,
  applicationName: string,
  exported?: string,
): Promise<Snapshot> {
  const client = await openClient(url, { applicationName });
  try {
    await client.query('begin isolation level repeatable read read only');
    if (exported) await client.query(`set transaction snapshot '${exported}'`);
    for (const setting of sessionSettings) await client.query(`set local ${setting}`);
  } catch (error) {
    await client.end();
    throw error;
  }
  let closed: Promise<void> | undefined;
  return { client, close: () => (closed ??= client.end()) };
}

const sessionSettings = [
  // A scan that joins another one in the middle, or parallel workers, would deliver lines in another order each night.
  'synchronize_seqscans = off',
  'max_parallel_workers_per_gather = 0',
  // Compiling a scan-and-join costs more than it saves.
  'jit = off',
  // Room for the hash of the orders that lines are joined with.
  `work_mem = '256MB'`,
  'statement_timeout = 0',
  'idle_in_transaction_session_timeout = 0',
  // Columns without a time zone are read as UTC.
  `timezone = 'UTC'`,
];
