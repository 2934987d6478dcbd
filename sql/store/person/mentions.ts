// Texts that staff or other people wrote and that name a person: an erasure leaves them alone, and says where they are.
import type { Queryable } from '../../pool.ts';
import { type Identity, personValues } from './find-person.ts';

/** Rows of a table that name the person in a text of somebody else. */
export interface Mentions {
  /** `couture.chat_filter` */
  readonly table: string;
  readonly rows: number;
}

/** Table → the SQL of its text. Rows of the person's own chats are not somebody else's. */
const texts: Readonly<Record<string, { readonly text: string; readonly ofChat?: true }>> = {
  'couture.chat_message': { text: 'body', ofChat: true },
  'couture.chat_note': { text: 'body', ofChat: true },
  'couture.chat_scheduled': { text: 'body', ofChat: true },
  'couture.chat_filter': { text: `concat_ws(' ', name, search)` },
  'couture.chat_label': { text: 'name' },
  'couture.chat_reply': { text: 'body' },
  'couture.curation': { text: 'note' },
};

/** Finds the e-mail addresses of the person; ids and names are words of other texts, too. */
export async function mentionsOf(client: Queryable, identity: Identity): Promise<Mentions[]> {
  if (identity.emails.length === 0) return [];
  const { chats } = await personValues(client, identity);
  const found: Mentions[] = [];
  for (const [table, { text, ofChat }] of Object.entries(texts)) {
    const { rows } = await client.query<{ rows: number }>(
      `select count(*)::int as rows from ${table}
       where ${ofChat ? 'session_id <> all ($2::uuid[])' : '$2::uuid[] is not null'}
         and exists (select from unnest($1::text[]) email where strpos(lower(${text}), email) > 0)`,
      [identity.emails, chats],
    );
    if (rows[0]!.rows > 0) found.push({ table, rows: rows[0]!.rows });
  }
  return found;
}
