// Publishing by hand and pruning exclude each other: nobody publishes a build whose tables are about to go.
import type { Client } from '../../pool.ts';

/** 'coutprun' as a number. Apart from the build lock, so that a rollback need not wait for a build to end. */
const lockKey = '7165074675132953966';

/** Runs `work` while no other session is in here; waits its turn. */
export async function withPublishLock<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query('select pg_advisory_lock($1::bigint)', [lockKey]);
  try {
    return await work();
  } finally {
    // With the connection gone, the lock is gone too.
    await client.query('select pg_advisory_unlock($1::bigint)', [lockKey]).catch(() => {});
  }
}
