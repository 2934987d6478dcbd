// Labels of chats: a set of the whole shop, in which a label exists while a chat has it.
import type { Pool, Queryable } from '../../pool.ts';
import { raiseVersion, withLockedChat } from './sessions.ts';

export interface LabelRow {
  readonly label_id: number;
  readonly name: string;
}

/** `too_many`: the shop has the most labels already, or the chat has. */
export type Labelled =
  | { readonly outcome: 'labelled'; readonly labels: readonly LabelRow[] }
  | { readonly outcome: 'unknown_chat' | 'too_many_in_shop' | 'too_many_on_chat' };

/** Labels of the shop, and of one chat. */
export const maxLabels = 200;
export const maxLabelsOfChat = 20;

/** Advisory lock of all who add and remove labels; spells "labl", as in the migration. */
const labelLock = 0x6c61626c;

/** Those used most often first. */
export async function readLabels(client: Queryable): Promise<Array<LabelRow & { readonly chats: number }>> {
  const { rows } = await client.query<LabelRow & { chats: number }>(
    `select label_id, name, count(s.session_id)::int as chats
     from couture.chat_label l left join couture.chat_session_label s using (label_id)
     group by label_id order by chats desc, lower(name)`,
  );
  return rows;
}

/** Puts a label on a chat, and creates it on its first use; its name is the same in any case. */
export async function addLabel(pool: Pool, sessionId: string, name: string): Promise<Labelled> {
  return withLockedChat(pool, sessionId, async (client, chat) => {
    if (!chat) return { outcome: 'unknown_chat' };
    await client.query('select pg_advisory_xact_lock($1)', [labelLock]);
    const { rows: known } = await client.query<{ label_id: number | null; labels: number; own: number }>(
      `select (select label_id from couture.chat_label where lower(name) = lower($2)) as label_id,
         (select count(*)::int from couture.chat_label) as labels,
         (select count(*)::int from couture.chat_session_label l join couture.chat_label using (label_id)
          where session_id = $1 and lower(name) <> lower($2)) as own`,
      [sessionId, name],
    );
    const { label_id, labels, own } = known[0]!;
    if (own >= maxLabelsOfChat) return { outcome: 'too_many_on_chat' };
    if (label_id === null && labels >= maxLabels) return { outcome: 'too_many_in_shop' };
    const id = label_id ?? (await createLabel(client, name));
    const { rowCount } = await client.query(
      `insert into couture.chat_session_label (session_id, label_id) values ($1, $2) on conflict do nothing`,
      [sessionId, id],
    );
    if (rowCount === 1) await raiseVersion(client, sessionId);
    return { outcome: 'labelled', labels: await labelsOf(client, sessionId) };
  });
}

/** Takes a label off a chat. @returns the labels it has then; undefined if there is no such chat */
export async function removeLabel(
  pool: Pool,
  sessionId: string,
  labelId: number,
): Promise<readonly LabelRow[] | undefined> {
  return withLockedChat(pool, sessionId, async (client, chat) => {
    if (!chat) return undefined;
    const { rowCount } = await client.query(
      'delete from couture.chat_session_label where session_id = $1 and label_id = $2',
      [sessionId, labelId],
    );
    if (rowCount === 1) await raiseVersion(client, sessionId);
    return labelsOf(client, sessionId);
  });
}

/** SQL: the labels of chat s as JSON, by name. */
export const labelsOfChat = `(select coalesce(jsonb_agg(jsonb_build_object('label_id', label_id, 'name', name) order by lower(name)), '[]')
  from couture.chat_session_label join couture.chat_label using (label_id) where session_id = s.session_id)`;

async function createLabel(client: Queryable, name: string): Promise<number> {
  const { rows } = await client.query<{ label_id: number }>(
    'insert into couture.chat_label (name) values ($1) returning label_id',
    [name],
  );
  return rows[0]!.label_id;
}

async function labelsOf(client: Queryable, sessionId: string): Promise<LabelRow[]> {
  const { rows } = await client.query<{ labels: LabelRow[] }>(
    `select ${labelsOfChat} as labels from couture.chat_session s where session_id = $1`,
    [sessionId],
  );
  return rows[0]!.labels;
}
