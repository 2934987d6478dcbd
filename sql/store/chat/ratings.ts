// Ratings of chats: one row per chat, written by its shopper and changeable for a day.
import type { Queryable } from '../../pool.ts';

export interface RatingRow {
  readonly score: number;
  readonly comment: string | null;
  readonly rated_at: Date;
  readonly changeable_until: Date;
}

/**
 * Rates a chat that is resolved or closed, or changes its rating. The agent is the one who wrote last.
 * @returns undefined if the chat is still open or the rating is older than a day
 */
export async function writeRating(
  client: Queryable,
  sessionId: string,
  rating: { readonly score: number; readonly comment: string | null },
): Promise<RatingRow | undefined> {
  const { rows } = await client.query<RatingRow>(
    `with rated as (insert into couture.chat_rating as r (session_id, score, comment, agent)
     select session_id, $2, $3, (select sender from couture.chat_message m
       where m.session_id = s.session_id and side = 'staff' order by seq desc limit 1)
     from couture.chat_session s where session_id = $1 and state in ('resolved', 'closed')
     on conflict (session_id) do update set score = excluded.score, comment = excluded.comment, changed_at = now()
       where r.rated_at > now() - ${changeable}
     returning session_id, ${columns}),
     -- For consoles that show the chat.
     shown as (update couture.chat_session set version = version + 1 where session_id in (select session_id from rated))
     select score, comment, rated_at, changeable_until from rated`,
    [sessionId, rating.score, rating.comment],
  );
  return rows[0];
}

export async function readRating(client: Queryable, sessionId: string): Promise<RatingRow | undefined> {
  const { rows } = await client.query<RatingRow>(
    `select ${columns} from couture.chat_rating r where session_id = $1`,
    [sessionId],
  );
  return rows[0];
}

const changeable = `interval '1 day'`;
const columns = `r.score, r.comment, r.rated_at, r.rated_at + ${changeable} as changeable_until`;
