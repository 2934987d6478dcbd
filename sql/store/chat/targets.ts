// Chats whose shoppers wait for the first response: which are late is known to the runtime, which has the business hours.
import type { Queryable } from '../../pool.ts';
import type { SessionRow } from './sessions.ts';

/** A chat without a response, for which no alarm was raised yet. */
export interface Unanswered extends Pick<SessionRow, 'session_id' | 'last_seq' | 'team_id' | 'assigned_to'> {
  readonly unanswered_since: Date;
  readonly team_target: number | null;
}

/** Chats per round, the longest wait first. */
const maxBatch = 1_000;

export async function unansweredChats(client: Queryable): Promise<Unanswered[]> {
  const { rows } = await client.query<Unanswered>(
    `select session_id, last_seq, team_id, assigned_to, unanswered_since,
       (select target from couture.chat_team t where t.team_id = s.team_id) as team_target
     from couture.chat_session s
     where state in ('waiting', 'active') and unanswered_since is not null and missed_at is null and last_seq > 0
     order by unanswered_since limit ${maxBatch}`,
  );
  return rows;
}

/** Whether any chat waits for an agent or for the first response. */
export async function hasUnanswered(client: Queryable): Promise<boolean> {
  const { rows } = await client.query<{ any: boolean }>(
    `select exists (select from couture.chat_session
       where unanswered_since is not null and state in ('waiting', 'active')) as any`,
  );
  return rows[0]!.any;
}

/** Records that the target has passed. @returns the chats for which no other process has done so, and no agent has answered */
export async function markMissed(client: Queryable, sessionIds: readonly string[]): Promise<string[]> {
  if (sessionIds.length === 0) return [];
  const { rows } = await client.query<{ session_id: string }>(
    `update couture.chat_session set missed_at = now(), version = version + 1
     where session_id in (
         select session_id from couture.chat_session where session_id = any ($1::uuid[])
         order by session_id for no key update)
       and missed_at is null and unanswered_since is not null and state in ('waiting', 'active')
     returning session_id`,
    [sessionIds],
  );
  return rows.map((row) => row.session_id);
}

/**
 * Takes the chats that have waited for this long and of which no phone was notified yet; each is taken once.
 * @param seconds time in which chats are usually assigned
 */
export async function takeUnannounced(
  client: Queryable,
  seconds: number,
): Promise<Array<Pick<SessionRow, 'session_id' | 'team_id'>>> {
  const { rows } = await client.query<Pick<SessionRow, 'session_id' | 'team_id'>>(
    `update couture.chat_session set announced_at = now()
     where session_id in (
         select session_id from couture.chat_session
         where state = 'waiting' and announced_at is null and last_seq > 0
           and greatest(waiting_since, updated_at) < now() - make_interval(secs => $1)
         order by session_id limit ${maxBatch} for no key update skip locked)
     returning session_id, team_id`,
    [seconds],
  );
  return rows;
}
