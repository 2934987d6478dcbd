// Opens a REPEATABLE READ snapshot of the shop in a session that always reads lines in the same order.
import type { Client } from '../../../sql/pool.ts';
import { openClient } from '../../../sql/pool.ts';

/** The connection that a build reads the shop through. `close()` closes it, even in the middle of a query. */
export interface Snapshot {
  readonly client: Client;
  close(): Promise<void>;
}

/** @param exported id of a snapshot exported by another session, which must still be open */
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
  // Synchronized scans and parallel workers would return lines in a different order each night.
  'synchronize_seqscans = off',
  'max_parallel_workers_per_gather = 0',
  // JIT compilation of a scan and join costs more than it saves.
  'jit = off',
  // Memory for the hash join of lines with their orders.
  `work_mem = '256MB'`,
  // A migration that holds a table of the shop ends a build, which would wait for it in silence, and make others wait.
  `lock_timeout = '60s'`,
  // Columns without a time zone are read as UTC.
  `timezone = 'UTC'`,
];
