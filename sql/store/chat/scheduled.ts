// Replies that are sent at a time. Everything locks the chat before its replies, as the function that stores messages does;
// a reply becomes a message, and is removed, in one transaction, so that it is sent once however many processes try.
import type { Pool, Queryable } from '../../pool.ts';
import { appendMessages, type NewMessage } from './messages.ts';
import { isRevoked } from './revoked-subjects.ts';
import { raiseVersion, withLockedChat } from './sessions.ts';
import type { Agent } from './states.ts';

export interface ScheduledRow {
  readonly client_message_id: string;
  readonly session_id: string;
  readonly sender: string;
  readonly sender_name: string | null;
  readonly body: string;
  readonly send_at: Date;
  /** Why it waits for its agent instead of being sent. */
  readonly held: 'shopper_wrote' | 'not_assigned' | null;
}

export const maxScheduledOfChat = 10;
export const maxScheduledOfAgent = 200;
/** Replies that are sent in one round; the rest follow in the next. */
const maxBatch = 200;

export type Planned =
  | { readonly outcome: 'planned'; readonly reply: ScheduledRow }
  | { readonly outcome: 'not_assigned' | 'id_taken' | 'too_many' };

/** Plans a reply in the agent's own chat. Repeated with the same id, it is planned once. */
export function planReply(
  pool: Pool,
  sessionId: string,
  agent: Agent,
  reply: { readonly id: string; readonly body: string; readonly sendAt: Date },
): Promise<Planned> {
  return withLockedChat(pool, sessionId, async (client, chat) => {
    if (chat?.state !== 'active' || chat.assigned_to !== agent.sub) return { outcome: 'not_assigned' };
    const [before] = await readScheduled(client, 'client_message_id = $1', [reply.id]);
    if (before)
      return before.sender === agent.sub && before.session_id === sessionId
        ? { outcome: 'planned', reply: before }
        : { outcome: 'id_taken' };
    const { rows } = await client.query<{ sent: boolean; of_chat: number; of_agent: number }>(
      `select exists (select from couture.chat_message where session_id = $1 and client_message_id = $2) as sent,
         (select count(*)::int from couture.chat_scheduled where session_id = $1) as of_chat,
         (select count(*)::int from couture.chat_scheduled where sender = $3) as of_agent`,
      [sessionId, reply.id, agent.sub],
    );
    const { sent, of_chat, of_agent } = rows[0]!;
    if (sent) return { outcome: 'id_taken' };
    if (of_chat >= maxScheduledOfChat || of_agent >= maxScheduledOfAgent) return { outcome: 'too_many' };
    await client.query(
      `insert into couture.chat_scheduled (client_message_id, session_id, sender, sender_name, body, send_at)
       values ($1, $2, $3, $4, $5, $6)`,
      [reply.id, sessionId, agent.sub, agent.name, reply.body, reply.sendAt],
    );
    await raiseVersion(client, sessionId);
    const [reply_] = await readScheduled(client, 'client_message_id = $1', [reply.id]);
    return { outcome: 'planned', reply: reply_! };
  });
}

/** Changes a reply of the agent that was not sent yet, and releases it if it was held. */
export function changeReply(
  pool: Pool,
  sessionId: string,
  agent: Agent,
  reply: { readonly id: string; readonly body: string; readonly sendAt: Date },
): Promise<ScheduledRow | undefined> {
  return withLockedChat(pool, sessionId, async (client) => {
    const { rowCount } = await client.query(
      `update couture.chat_scheduled set body = $4, send_at = $5, held = null
       where client_message_id = $1 and session_id = $2 and sender = $3`,
      [reply.id, sessionId, agent.sub, reply.body, reply.sendAt],
    );
    if (rowCount === 0) return undefined;
    await raiseVersion(client, sessionId);
    return (await readScheduled(client, 'client_message_id = $1', [reply.id]))[0];
  });
}

/** Removes a reply that was not sent yet: as its sender, as the agent who has the chat now, or as an admin. */
export function cancelReply(
  pool: Pool,
  sessionId: string,
  id: string,
  { agent, admin }: { readonly agent: Agent; readonly admin: boolean },
): Promise<boolean> {
  return withLockedChat(pool, sessionId, async (client, chat) => {
    const { rowCount } = await client.query(
      'delete from couture.chat_scheduled where client_message_id = $1 and session_id = $2 and ($4 or sender = $3)',
      [id, sessionId, agent.sub, admin || chat?.assigned_to === agent.sub],
    );
    if (rowCount === 1) await raiseVersion(client, sessionId);
    return rowCount === 1;
  });
}

/** Planned replies of a chat, the next first. */
export function scheduledOf(client: Queryable, sessionId: string): Promise<ScheduledRow[]> {
  return readScheduled(client, 'session_id = $1', [sessionId]);
}

/** Replies whose time has come. */
export async function dueReplies(
  client: Queryable,
): Promise<Array<Pick<ScheduledRow, 'client_message_id' | 'session_id'>>> {
  const { rows } = await client.query<Pick<ScheduledRow, 'client_message_id' | 'session_id'>>(
    `select client_message_id, session_id from couture.chat_scheduled where held is null and send_at <= now()
     order by send_at, client_message_id limit ${maxBatch}`,
  );
  return rows;
}

/** What became of a due reply. */
export type SentReply = { readonly message: NewMessage } & (
  | { readonly outcome: 'sent'; readonly seq: number; readonly created_at: Date }
  | { readonly outcome: 'held' }
);

/**
 * Sends a due reply, or holds it if its agent no longer has the chat or has lost access.
 * @returns undefined if another process was first, or it was cancelled
 */
export function sendDue(
  pool: Pool,
  { client_message_id, session_id }: Pick<ScheduledRow, 'client_message_id' | 'session_id'>,
): Promise<SentReply | undefined> {
  return withLockedChat(pool, session_id, async (client) => {
    const due = 'client_message_id = $1 and held is null and send_at <= now()';
    const [row] = await readScheduled(client, due, [client_message_id]);
    if (!row) return undefined;
    const message: NewMessage = {
      sessionId: session_id,
      clientMessageId: client_message_id,
      side: 'staff',
      sender: row.sender,
      senderName: row.sender_name,
      kind: 'text',
      body: row.body,
      productId: null,
      attachmentId: null,
    };
    const { rows } = await client.query(`select 1 where ${isRevoked('$1')}`, [row.sender]);
    const [appended] = rows.length === 0 ? await appendMessages(client, [message]) : [];
    if (appended?.outcome === 'stored' || appended?.outcome === 'repeated') {
      await client.query('delete from couture.chat_scheduled where client_message_id = $1', [
        client_message_id,
      ]);
      return { outcome: 'sent', message, seq: appended.seq, created_at: appended.created_at };
    }
    await client.query(
      `update couture.chat_scheduled set held = 'not_assigned' where client_message_id = $1`,
      [client_message_id],
    );
    await raiseVersion(client, session_id);
    return { outcome: 'held', message };
  });
}

async function readScheduled(
  client: Queryable,
  where: string,
  values: readonly unknown[],
): Promise<ScheduledRow[]> {
  const { rows } = await client.query<ScheduledRow>(
    `select client_message_id, session_id, sender, sender_name, body, send_at, held from couture.chat_scheduled
     where ${where} order by send_at, client_message_id`,
    [...values],
  );
  return rows;
}
