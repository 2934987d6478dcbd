// The idle rules of chats: resolve quiet ones, close resolved and abandoned ones, remove those without a message.
import { daysAgo } from '../../days-ago.ts';
import { type Pool, type Queryable, transact } from '../../pool.ts';
import { takeStep } from './states.ts';

export interface IdleRules {
  /** Days (fractions allowed) without a message after which an active chat is resolved. */
  readonly resolveAfter: number;
  /** Days after which a resolved chat is closed. */
  readonly closeAfter: number;
  /** Days after which a chat that no agent took is closed; chats left outside business hours keep waiting. */
  readonly abandonAfter: number;
}

/** Advisory lock, so that one process applies the rules at a time; spells "chat". */
const idleLock = 0x63686174;
/** Chats per round; the rest follow in the next. */
const maxBatch = 500;

export interface IdleRound {
  /** The sessions whose state changed, with their new seq. */
  readonly moved: ReadonlyArray<{ readonly sessionId: string; readonly seq: number }>;
  /** What Postgres refused; it holds up no other chat. */
  readonly failures: readonly unknown[];
}

export async function applyIdleRules(pool: Pool, rules: IdleRules): Promise<IdleRound> {
  return transact(pool, async (client) => {
    const { rows: lock } = await client.query<{ got: boolean }>(
      'select pg_try_advisory_xact_lock($1) as got',
      [idleLock],
    );
    if (!lock[0]!.got) return { moved: [], failures: [] };
    await removeStale(client);
    const moved: Array<{ sessionId: string; seq: number }> = [];
    const failures: unknown[] = [];
    for (const { session_id, step } of await idleSessions(client, rules)) {
      await client.query('savepoint step');
      try {
        const session = await takeStep(client, session_id, { to: step }, 'clock');
        if (session) moved.push({ sessionId: session_id, seq: session.last_seq });
      } catch (error) {
        // Fails itself if the connection is lost, and then ends the round.
        await client.query('rollback to savepoint step');
        failures.push(error);
      }
    }
    return { moved, failures };
  });
}

/** Locks by id, like everything that locks several sessions. Skips locked ones: they are being written to, so not idle. */
async function idleSessions(client: Queryable, { resolveAfter, closeAfter, abandonAfter }: IdleRules) {
  const { rows } = await client.query<{ session_id: string; step: 'resolve' | 'close' }>(
    `select session_id, case state when 'active' then 'resolve' else 'close' end as step
     from couture.chat_session s
     where state = 'active' and updated_at < ${daysAgo('$1')} and snoozed_until is null
         and not exists (select from couture.chat_scheduled w where w.session_id = s.session_id and w.held is null)
       or state = 'resolved' and resolved_at < ${daysAgo('$2')}
       or state = 'waiting' and not left_offline and greatest(updated_at, waiting_since) < ${daysAgo('$3')}
     order by session_id limit $4 for no key update skip locked`,
    [resolveAfter, closeAfter, abandonAfter, maxBatch],
  );
  return rows;
}

/** Removes uploads that were never sent, tickets that were never used and sessions without a message. */
async function removeStale(client: Queryable): Promise<void> {
  await client.query(
    `delete from couture.chat_attachment where not sent and created_at < now() - interval '1 day'`,
  );
  await client.query('delete from couture.chat_ticket where expires_at < now()');
  await client.query(
    `delete from couture.chat_session where session_id in (
       select session_id from couture.chat_session
       where last_seq = 0 and state = 'waiting' and greatest(created_at, waiting_since) < now() - interval '1 day'
       order by session_id limit $1 for update skip locked)`,
    [maxBatch],
  );
}
