// Private notes of agents about a chat. Only the console reads them; runtime/chat/security.db.test.ts searches everything
// that a shopper can read for a note.
import type { Queryable } from '../../pool.ts';

export interface NoteRow {
  /** A bigint as text. */
  readonly note_id: string;
  readonly session_id: string;
  readonly author: string;
  readonly author_name: string | null;
  readonly body: string;
  readonly created_at: Date;
}

/** Undefined if there is no such chat. Locks the chat's row, so that notes of one chat are numbered in commit order. */
export async function addNote(
  client: Queryable,
  sessionId: string,
  note: { readonly author: string; readonly authorName: string | null; readonly body: string },
): Promise<NoteRow | undefined> {
  const { rows } = await client.query<NoteRow>(
    `with noted as (
       update couture.chat_session set notes = notes + 1, version = version + 1 where session_id = $1 returning session_id
     )
     insert into couture.chat_note (session_id, author, author_name, body)
     select session_id, $2, $3, $4 from noted returning ${noteColumns}`,
    [sessionId, note.author, note.authorName, note.body],
  );
  return rows[0];
}

/** Notes of these chats, for each chat those after the given note id, in order. */
export async function notesAfter(
  client: Queryable,
  places: ReadonlyArray<{ readonly sessionId: string; readonly after: string }>,
): Promise<NoteRow[]> {
  if (places.length === 0) return [];
  const { rows } = await client.query<NoteRow>(
    `select ${noteColumns} from couture.chat_note n join unnest($1::uuid[], $2::bigint[]) as w (id, after)
       on n.session_id = w.id and n.note_id > w.after order by note_id`,
    [places.map((each) => each.sessionId), places.map((each) => each.after)],
  );
  return rows;
}

const noteColumns = 'note_id, session_id, author, author_name, body, created_at';
