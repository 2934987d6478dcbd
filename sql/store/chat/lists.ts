// Chats as agents list them: the queue, their own, all, and search by words.
import type { Queryable } from '../../pool.ts';
import { searchWords, wordsInSql } from '../shop/search-words.ts';
import { type LabelRow, labelsOfChat } from './labels.ts';
import { unreadBy } from './messages.ts';
import { type SessionRow, sessionColumns } from './sessions.ts';
import { chatWords } from './states.ts';

/** A session with what lists show of its messages. */
export interface ListedSession extends SessionRow {
  /** Messages of the shopper that no agent has read. */
  readonly unread: number;
  readonly last_body: string | null;
  readonly last_side: string | null;
  readonly last_kind: string | null;
  /** Whether mails have ended: the shopper unsubscribed, or one bounced. */
  readonly mail_ended: boolean;
  /** The team's own target for the first response, in seconds. */
  readonly team_target: number | null;
  /** Planned replies, and how many of them wait for their agent. */
  readonly scheduled: number;
  readonly held: number;
  /** By name. */
  readonly labels: readonly LabelRow[];
}

export interface ListQuery {
  /**
   * `queue`: waiting chats, the longest wait first. `mine`: the agent's active chats; `snoozed`: those put aside. `all`:
   * the newest first.
   */
  readonly list: 'queue' | 'mine' | 'snoozed' | 'all';
  readonly agent: string;
  /**
   * Words that must all occur in the chat or in the shopper's details, or in one of its labels; the last one matches as a
   * prefix.
   */
  readonly search?: string | undefined;
  /** Only chats with this label. */
  readonly label?: number | undefined;
  /** Only chats of this team. */
  readonly team?: string | undefined;
  /** Position of the last chat on the previous page. */
  readonly after?: { readonly at: Date; readonly sessionId: string } | undefined;
  readonly limit: number;
}

/** Leaves out chats without a message. Open chats are few, so their search vectors are computed on demand. */
export async function listSessions(client: Queryable, query: ListQuery): Promise<ListedSession[]> {
  const { list, agent, search, label, team, after, limit } = query;
  const words = search === undefined ? undefined : searchWords(search);
  if (words?.length === 0) return [];
  const asked = words?.map((word, at) => `'${word}'${at === words.length - 1 ? ':*' : ''}`).join(' & ');
  const { rows } = await client.query<ListedSession>(
    `select ${sessionColumns}, ${listed} from couture.chat_session s
     where last_seq > 0 and ${placed[list]}
       and ($1::text is null or assigned_to = $1)
       and ($2::text is null or case when words is null then ${chatWords(maxSearchedOpen)} else words end @@ $2::tsquery
         or session_id in (select session_id from couture.chat_session_label join couture.chat_label using (label_id)
           where to_tsvector('simple', ${wordsInSql('name', maxSearchedLabel)}) @@ $2::tsquery))
       and ($6::int is null or session_id in (select session_id from couture.chat_session_label where label_id = $6))
       and ($7::text is null or team_id = $7)
       and ($3::timestamptz is null or (${orderedBy[list]}, session_id) ${list === 'queue' ? '>' : '<'} ($3, $4::uuid))
     order by ${orderedBy[list]} ${list === 'queue' ? '' : 'desc'}, session_id ${list === 'queue' ? '' : 'desc'} limit $5`,
    [
      list === 'mine' || list === 'snoozed' ? agent : null,
      asked ?? null,
      after?.at ?? null,
      after?.sessionId ?? null,
      limit,
      label ?? null,
      team ?? null,
    ],
  );
  return rows;
}

/** Those of these sessions that have a message, and so appear in lists. */
export async function listedSessions(client: Queryable, ids: readonly string[]): Promise<ListedSession[]> {
  const { rows } = await client.query<ListedSession>(
    `select ${sessionColumns}, ${listed} from couture.chat_session s
     where session_id = any ($1::uuid[]) and last_seq > 0`,
    [ids],
  );
  return rows;
}

/** Seq and version of each open chat, which the queue view compares with what it has shown. */
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

/** Characters of an open chat that can be searched: each search reads all open chats. */
const maxSearchedOpen = 10_000;

/** Characters of a label that can be searched: all. */
const maxSearchedLabel = 40;

const placed = {
  queue: `state = 'waiting'`,
  mine: `state = 'active' and snoozed_until is null`,
  snoozed: `state = 'active' and snoozed_until is not null`,
  all: 'true',
} as const;

// In milliseconds, since the cursor of a page holds a Date.
const orderedBy = {
  queue: `date_trunc('milliseconds', waiting_since)`,
  mine: `date_trunc('milliseconds', created_at)`,
  snoozed: `date_trunc('milliseconds', created_at)`,
  all: `date_trunc('milliseconds', created_at)`,
} as const;

const listed = `(select count(*)::int from couture.chat_message m where m.session_id = s.session_id and ${unreadBy('staff')}) as unread,
  (select left(body, 200) from couture.chat_message m where m.session_id = s.session_id and m.kind <> 'event' order by m.seq desc limit 1) as last_body,
  (select side from couture.chat_message m where m.session_id = s.session_id and m.kind <> 'event' order by m.seq desc limit 1) as last_side,
  (select kind from couture.chat_message m where m.session_id = s.session_id and m.kind <> 'event' order by m.seq desc limit 1) as last_kind,
  exists (select from couture.chat_mail k where k.session_id = s.session_id
    and (k.unsubscribed_at is not null or k.bounced_at is not null)) as mail_ended,
  (select target from couture.chat_team t where t.team_id = s.team_id) as team_target,
  (select count(*)::int from couture.chat_scheduled w where w.session_id = s.session_id) as scheduled,
  (select count(*)::int from couture.chat_scheduled w where w.session_id = s.session_id and w.held is not null) as held,
  ${labelsOfChat} as labels`;
