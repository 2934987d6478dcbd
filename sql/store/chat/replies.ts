// Canned replies: texts that agents insert with a shortcut.
import type { Queryable } from '../../pool.ts';

export interface ReplyRow {
  readonly reply_id: number;
  readonly shortcut: string;
  readonly body: string;
  readonly updated_at: Date;
}

export async function readReplies(client: Queryable): Promise<ReplyRow[]> {
  const { rows } = await client.query<ReplyRow>(
    'select reply_id, shortcut, body, updated_at from couture.chat_reply order by shortcut',
  );
  return rows;
}

/** Upserts the reply of a shortcut. */
export async function writeReply(
  client: Queryable,
  reply: { readonly shortcut: string; readonly body: string; readonly by: string },
): Promise<ReplyRow> {
  const { rows } = await client.query<ReplyRow>(
    `insert into couture.chat_reply (shortcut, body, updated_by) values ($1, $2, $3)
     on conflict (shortcut) do update set body = excluded.body, updated_by = excluded.updated_by, updated_at = now()
     returning reply_id, shortcut, body, updated_at`,
    [reply.shortcut, reply.body, reply.by],
  );
  return rows[0]!;
}

export async function removeReply(client: Queryable, replyId: number): Promise<boolean> {
  const { rowCount } = await client.query('delete from couture.chat_reply where reply_id = $1', [replyId]);
  return rowCount === 1;
}
