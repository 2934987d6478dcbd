// Manual publishing and pruning exclude each other, so that no build is published whose tables are about to be dropped.
import type { Client } from '../../pool.ts';

/** 'coutprun' as a number. Not the build lock, so that a rollback need not wait for a build to end. */
const lockKey = '7165074675132953966';

/** Runs `work` with the lock held; waits until it is free. */
export async function withPublishLock<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query('select pg_advisory_lock($1::bigint)', [lockKey]);
  try {
    return await work();
  } finally {
    // If the connection was lost, Postgres has released the lock.
    await client.query('select pg_advisory_unlock($1::bigint)', [lockKey]).catch(() => {});
  }
}
