// Snoozed chats: put aside by their agent until a time. Every step of the chat's state, and a shopper who writes, end it.
import type { Queryable } from '../../pool.ts';
import { isRevoked } from './revoked-subjects.ts';
import { type SessionRow, sessionColumns } from './sessions.ts';
import type { Agent } from './states.ts';

/** Chats that return in one round; the rest follow in the next. */
const maxBatch = 500;

/**
 * Puts an active chat aside, or takes it back with `until` null.
 * @returns undefined if the chat isn't active, or another agent has it; admins may act in any chat
 */
export async function snoozeChat(
  client: Queryable,
  sessionId: string,
  until: Date | null,
  { agent, admin }: { readonly agent: Agent; readonly admin: boolean },
): Promise<SessionRow | undefined> {
  const { rows } = await client.query<SessionRow>(
    `update couture.chat_session s set snoozed_until = $2, version = version + 1
     where session_id = $1 and state = 'active' and ($4 or assigned_to = $3) returning ${sessionColumns}`,
    [sessionId, until, agent.sub, admin],
  );
  return rows[0];
}

/** Takes back the chats whose time has come; each is taken once. One whose agent has lost access waits for another one. */
export async function wakeSnoozed(
  client: Queryable,
): Promise<Array<Pick<SessionRow, 'session_id' | 'assigned_to'>>> {
  const { rows } = await client.query<Pick<SessionRow, 'session_id' | 'assigned_to'>>(
    `update couture.chat_session s set snoozed_until = null, version = version + 1, updated_at = clock_timestamp(),
       unanswered_since = case when ${isRevoked('s.assigned_to')} then now() else unanswered_since end,
       missed_at = case when ${isRevoked('s.assigned_to')} then null else missed_at end
     where session_id in (
         select session_id from couture.chat_session where snoozed_until <= now()
         order by session_id limit ${maxBatch} for no key update skip locked)
     returning session_id, assigned_to`,
  );
  return rows;
}
