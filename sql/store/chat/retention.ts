// Exports a whole chat, as for an access request, and purges old chats.
import { daysAgo } from '../../days-ago.ts';
import type { Client, Queryable } from '../../pool.ts';
import { type AttachmentFacts, attachmentFacts } from './attachments.ts';
import { type MessageRow, messagesAfter } from './messages.ts';
import { type NoteRow, notesAfter } from './notes.ts';
import { readSession, type SessionRow } from './sessions.ts';

export interface WholeChat {
  readonly session: SessionRow;
  readonly messages: readonly MessageRow[];
  readonly attachments: readonly AttachmentFacts[];
  readonly notes: readonly NoteRow[];
}

/** Undefined if there is no such chat. */
export async function readWholeChat(client: Client, sessionId: string): Promise<WholeChat | undefined> {
  const session = await readSession(client, sessionId);
  if (!session) return undefined;
  const messages = await messagesAfter(client, [{ sessionId, after: 0 }], session.last_seq + 1_000);
  const ids = messages.flatMap((message) => message.attachment_id ?? []);
  const attachments = [...(await attachmentFacts(client, ids)).values()];
  return { session, messages, attachments, notes: await notesAfter(client, [{ sessionId, after: '0' }]) };
}

/** Counts chats last updated more than so many days ago, open ones included, with their messages and attachments. */
export async function countOldChats(
  client: Queryable,
  olderThanDays: number,
): Promise<{ sessions: number; messages: number; attachments: number }> {
  const { rows } = await client.query<{ sessions: number; messages: number; attachments: number }>(
    `select count(*)::int as sessions,
       coalesce(sum((select count(*) from couture.chat_message m where m.session_id = s.session_id)), 0)::int as messages,
       coalesce(sum((select count(*) from couture.chat_attachment a where a.session_id = s.session_id)), 0)::int as attachments
     from couture.chat_session s where ${isOld}`,
    [olderThanDays],
  );
  return rows[0]!;
}

/** Sessions removed per statement. */
const sessionsAtOnce = 500;

/** Removes these chats with their messages, notes and attachments. @returns the number of sessions removed */
export async function purgeOldChats(
  client: Queryable,
  olderThanDays: number,
  onProgress: (removed: number) => void = () => {},
): Promise<number> {
  for (let removed = 0; ; ) {
    const { rowCount } = await client.query(
      `delete from couture.chat_session where session_id in (
         select session_id from couture.chat_session s where ${isOld} order by session_id limit $2 for update skip locked)`,
      [olderThanDays, sessionsAtOnce],
    );
    removed += rowCount ?? 0;
    onProgress(removed);
    if ((rowCount ?? 0) < sessionsAtOnce) return removed;
  }
}

/** The condition on created_at is implied by the other one, and lets Postgres use the index on it. */
const isOld = `created_at < ${daysAgo('$1')} and updated_at < ${daysAgo('$1')}`;
