// Messages of chats: stored in batches across sessions, each with the next seq of its session; read from a seq on.
import { type Client, type Pool, type Queryable, runPrepared } from '../../pool.ts';

export type ChatSide = 'shopper' | 'staff';
export type MessageKind = 'text' | 'product' | 'attachment' | 'event';

export interface NewMessage {
  readonly sessionId: string;
  /** Chosen by the sender; a message with the same id is stored once. */
  readonly clientMessageId: string;
  /** `system` for events. */
  readonly side: ChatSide | 'system';
  /** Subject of an agent; null for the shopper and the system. */
  readonly sender: string | null;
  readonly senderName: string | null;
  readonly kind: MessageKind;
  readonly body: string;
  readonly productId: string | null;
  readonly attachmentId: string | null;
}

export interface MessageRow {
  readonly session_id: string;
  readonly seq: number;
  readonly client_message_id: string;
  readonly side: ChatSide | 'system';
  readonly sender: string | null;
  readonly sender_name: string | null;
  readonly kind: MessageKind;
  readonly body: string;
  readonly product_id: string | null;
  readonly attachment_id: string | null;
  readonly created_at: Date;
}

/** `repeated`: stored before, with this seq. With any other outcome than `stored`, nothing is stored. */
export type Appended =
  | { readonly outcome: 'stored' | 'repeated'; readonly seq: number; readonly created_at: Date }
  | { readonly outcome: 'unknown' | 'closed' | 'not_assigned' | 'no_attachment' | 'id_taken' };

/** Stores a batch in one transaction. @returns the outcome of each message, in the order given */
export async function appendMessages(
  pool: Pool | Client,
  messages: readonly NewMessage[],
): Promise<Appended[]> {
  const column = <V>(read: (message: NewMessage) => V) => messages.map(read);
  const rows = await runPrepared<Appended>(
    pool,
    'append_chat_messages',
    `select outcome, seq, created_at
     from couture.append_chat_messages($1, $2, $3, $4, $5, $6, $7, $8, $9) order by place`,
    [
      column((each) => each.sessionId),
      column((each) => each.clientMessageId),
      column((each) => each.side),
      column((each) => each.sender),
      column((each) => each.senderName),
      column((each) => each.kind),
      column((each) => each.body),
      column((each) => each.productId),
      column((each) => each.attachmentId),
    ],
  );
  return rows;
}

/** Messages of each session after its seq, at most `limit` per session, in order. */
export async function messagesAfter(
  pool: Pool | Client,
  places: ReadonlyArray<{ readonly sessionId: string; readonly after: number }>,
  limit: number,
): Promise<MessageRow[]> {
  return runPrepared<MessageRow>(
    pool,
    'chat_messages_after',
    `select m.* from unnest($1::uuid[], $2::int[]) as w (session_id, after) cross join lateral (
       select ${messageColumns} from couture.chat_message c
       where c.session_id = w.session_id and c.seq > w.after order by c.seq limit $3) m
     order by m.session_id, m.seq`,
    [places.map((each) => each.sessionId), places.map((each) => each.after), limit],
  );
}

/** The newest messages of a session, in order. */
export async function latestMessages(
  client: Queryable,
  sessionId: string,
  limit: number,
): Promise<MessageRow[]> {
  const { rows } = await client.query<MessageRow>(
    `select * from (select ${messageColumns} from couture.chat_message c
       where session_id = $1 order by seq desc limit $2) latest order by seq`,
    [sessionId, limit],
  );
  return rows;
}

/** The agent of an active chat, if this message of its shopper is the first that no agent has read; else undefined. */
export async function firstUnread(
  client: Queryable,
  sessionId: string,
  seq: number,
): Promise<string | undefined> {
  const { rows } = await client.query<{ assigned_to: string }>(
    `select assigned_to from couture.chat_session s where session_id = $1 and state = 'active' and staff_read < $2
       and not exists (select from couture.chat_message m where m.session_id = s.session_id and m.seq < $2 and ${unreadBy('staff')})`,
    [sessionId, seq],
  );
  return rows[0]?.assigned_to;
}

/** Counts the other side's messages after this side's read mark. */
export async function unreadCount(client: Queryable, sessionId: string, side: ChatSide): Promise<number> {
  const { rows } = await client.query<{ unread: number }>(
    `select count(*)::int as unread from couture.chat_session s join couture.chat_message m using (session_id)
     where s.session_id = $1 and ${unreadBy(side)}`,
    [sessionId],
  );
  return rows[0]!.unread;
}

/** SQL: whether message m of session s is unread by the side. */
export function unreadBy(side: ChatSide): string {
  return side === 'shopper'
    ? `m.side = 'staff' and m.seq > s.shopper_read`
    : `m.side = 'shopper' and m.seq > s.staff_read`;
}

export interface ReadMark {
  readonly sessionId: string;
  readonly side: ChatSide;
  readonly seq: number;
}

/** Raises read marks; they never decrease and never pass the newest message. @returns the sessions in which one rose */
export async function raiseReadMarks(client: Queryable, marks: readonly ReadMark[]): Promise<string[]> {
  // Lock by id, as append_chat_messages does: a plain update locks in any order, and the two would deadlock.
  const { rows } = await client.query<{ session_id: string }>(
    `with given as (
       select session_id, coalesce(max(seq) filter (where side = 'shopper'), 0) as shopper,
         coalesce(max(seq) filter (where side = 'staff'), 0) as staff
       from unnest($1::uuid[], $2::text[], $3::int[]) as g (session_id, side, seq) group by 1
     ), locked as (
       select s.session_id, s.last_seq from couture.chat_session s
       where s.session_id in (select session_id from given) order by s.session_id for no key update
     )
     update couture.chat_session s set version = version + 1,
       shopper_read = greatest(s.shopper_read, least(shopper, locked.last_seq)),
       staff_read = greatest(s.staff_read, least(staff, locked.last_seq))
     from given join locked using (session_id)
     where s.session_id = given.session_id
       and (least(shopper, locked.last_seq) > s.shopper_read or least(staff, locked.last_seq) > s.staff_read)
     returning s.session_id`,
    [marks.map((each) => each.sessionId), marks.map((each) => each.side), marks.map((each) => each.seq)],
  );
  return rows.map((row) => row.session_id);
}

const messageColumns =
  'session_id, seq, client_message_id, side, sender, sender_name, kind, body, product_id, attachment_id, created_at';
