// Chats as agents see them: the queue, their own, all, and past ones by their words.
import type { Queryable } from '../../pool.ts';
import { searchWords } from '../shop/search-words.ts';
import { unreadBy } from './messages.ts';
import { type SessionRow, sessionColumns } from './sessions.ts';
import { chatWords } from './states.ts';

/** A session with what a list shows of its messages. */
export interface ListedSession extends SessionRow {
  /** Messages of the shopper that no agent has seen. */
  readonly unread: number;
  readonly last_body: string | null;
  readonly last_side: string | null;
  readonly last_kind: string | null;
}

export interface ListQuery {
  /** `queue`: waiting, the longest first. `mine`: active ones of the agent. `all`: the newest first. */
  readonly list: 'queue' | 'mine' | 'all';
  readonly agent: string;
  /** Words that all of them have, in the chat or about the shopper; the last may be the beginning of one. */
  readonly search?: string | undefined;
  /** Those further down than the last of the page before. */
  readonly after?: { readonly at: Date; readonly sessionId: string } | undefined;
  readonly limit: number;
}

/** A chat in which nobody has written yet is in no list. Open chats are few, and their words are made as they are asked for. */
export async function listSessions(client: Queryable, query: ListQuery): Promise<ListedSession[]> {
  const { list, agent, search, after, limit } = query;
  const words = search === undefined ? undefined : searchWords(search);
  if (words?.length === 0) return [];
  const asked = words?.map((word, at) => `'${word}'${at === words.length - 1 ? ':*' : ''}`).join(' & ');
  const { rows } = await client.query<ListedSession & Record<string, unknown>>(
    `select ${sessionColumns}, ${listed} from couture.chat_session s
     where last_seq > 0 and ${placed[list]}
       and ($1::text is null or assigned_to = $1)
       and ($2::text is null or case when words is null then ${chatWords} else words end @@ $2::tsquery)
       and ($3::timestamptz is null or (${orderedBy[list]}, session_id) ${list === 'queue' ? '>' : '<'} ($3, $4::uuid))
     order by ${orderedBy[list]} ${list === 'queue' ? '' : 'desc'}, session_id ${list === 'queue' ? '' : 'desc'} limit $5`,
    [list === 'mine' ? agent : null, asked ?? null, after?.at ?? null, after?.sessionId ?? null, limit],
  );
  return rows;
}

/** Those of these ids that are in a list at all. */
export async function listedSessions(client: Queryable, ids: readonly string[]): Promise<ListedSession[]> {
  const { rows } = await client.query<ListedSession & Record<string, unknown>>(
    `select ${sessionColumns}, ${listed} from couture.chat_session s
     where session_id = any ($1::uuid[]) and last_seq > 0`,
    [ids],
  );
  return rows;
}

/** How far each open chat has come: what the board of agents compares. */
export async function openHeads(
  client: Queryable,
  limit: number,
): Promise<Array<Pick<SessionRow, 'session_id' | 'last_seq' | 'version'>>> {
  const { rows } = await client.query<Pick<SessionRow, 'session_id' | 'last_seq' | 'version'>>(
    `select session_id, last_seq, version from couture.chat_session
     where state in ('waiting', 'active') and last_seq > 0 order by waiting_since desc limit $1`,
    [limit],
  );
  return rows;
}

const placed = {
  queue: `state = 'waiting'`,
  mine: `state = 'active'`,
  all: 'true',
} as const;

// By milliseconds: what a page's cursor holds is a Date.
const orderedBy = {
  queue: `date_trunc('milliseconds', waiting_since)`,
  mine: `date_trunc('milliseconds', created_at)`,
  all: `date_trunc('milliseconds', created_at)`,
} as const;

const listed = `(select count(*)::int from couture.chat_message m where m.session_id = s.session_id and ${unreadBy('staff')}) as unread,
  (select left(body, 200) from couture.chat_message m where m.session_id = s.session_id and m.kind <> 'event' order by m.seq desc limit 1) as last_body,
  (select side from couture.chat_message m where m.session_id = s.session_id and m.kind <> 'event' order by m.seq desc limit 1) as last_side,
  (select kind from couture.chat_message m where m.session_id = s.session_id and m.kind <> 'event' order by m.seq desc limit 1) as last_kind`;
