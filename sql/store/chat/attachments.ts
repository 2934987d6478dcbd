// Pictures and documents of chats, stored in Postgres with the messages that carry them.
import type { Queryable } from '../../pool.ts';
import type { ChatSide } from './messages.ts';

export interface AttachmentFacts {
  readonly attachment_id: string;
  readonly type: string;
  readonly name: string;
  readonly bytes: number;
}

export interface NewAttachment {
  /** Given if the same file may come again: then it is stored once. */
  readonly id?: string;
  readonly sessionId: string;
  readonly side: ChatSide;
  readonly uploader: string;
  readonly type: string;
  readonly name: string;
  readonly content: Buffer;
}

/** Attachments per chat; more are refused. */
const maxPerSession = 100;

/** Undefined if the chat is closed or has too many attachments. */
export async function addAttachment(
  client: Queryable,
  attachment: NewAttachment,
): Promise<AttachmentFacts | undefined> {
  const { id = null, sessionId, side, uploader, type, name, content } = attachment;
  const { rows } = await client.query<AttachmentFacts>(
    `insert into couture.chat_attachment (attachment_id, session_id, side, uploader, type, name, bytes, content)
     select coalesce($9, gen_random_uuid()), session_id, $2, $3, $4, $5, $6, $7 from couture.chat_session s
     where session_id = $1 and state <> 'closed'
       and (select count(*) from couture.chat_attachment a where a.session_id = s.session_id) < $8
     on conflict (attachment_id) do nothing returning attachment_id, type, name, bytes`,
    [sessionId, side, uploader, type, name, content.length, content, maxPerSession, id],
  );
  return rows[0] ?? (id === null ? undefined : await findAttachment(client, sessionId, id, side));
}

/** Finds an attachment that was sent, or that this side uploaded and hasn't sent yet. */
export async function findAttachment(
  client: Queryable,
  sessionId: string,
  attachmentId: string,
  side: ChatSide,
): Promise<AttachmentFacts | undefined> {
  const { rows } = await client.query<AttachmentFacts>(
    `select attachment_id, type, name, bytes from couture.chat_attachment
     where session_id = $1 and attachment_id = $2 and (sent or side = $3)`,
    [sessionId, attachmentId, side],
  );
  return rows[0];
}

/** Reads the content of an attachment; undefined if it was removed. */
export async function readContent(client: Queryable, attachmentId: string): Promise<Buffer | undefined> {
  const { rows } = await client.query<{ content: Buffer }>(
    'select content from couture.chat_attachment where attachment_id = $1',
    [attachmentId],
  );
  return rows[0]?.content;
}

/** What messages show of their attachments. */
export async function attachmentFacts(
  client: Queryable,
  ids: readonly string[],
): Promise<Map<string, AttachmentFacts>> {
  if (ids.length === 0) return new Map();
  const { rows } = await client.query<AttachmentFacts>(
    'select attachment_id, type, name, bytes from couture.chat_attachment where attachment_id = any ($1::uuid[])',
    [ids],
  );
  return new Map(rows.map((row) => [row.attachment_id, row]));
}
