// E-mail of chats: which replies are due, the outbox, tokens of reply addresses, and how far the mailbox is read.
import { randomBytes } from 'node:crypto';
import { daysAgo } from '../../days-ago.ts';
import type { Queryable } from '../../pool.ts';
import { unreadBy } from './messages.ts';

/** A mail that is due, and what is needed to write it. */
export interface DueMail {
  readonly mail_id: string;
  readonly session_id: string;
  readonly message_id: string;
  readonly after_seq: number;
  readonly to_seq: number;
  readonly attempts: number;
  readonly email: string;
  readonly reply_token: string;
  readonly link_key: Buffer;
  /** Message-IDs of the earlier mails of this chat, oldest first. */
  readonly thread: readonly string[];
}

/** Chats of one round. */
const maxChats = 100;
/** Replies older than this are not mailed: from before mail was set up, or while no server could be reached. */
const maxAgeDays = 3;

/**
 * Chats with an e-mail address in which the shopper has not read a reply, and the last reply is older than the pause.
 * A mail that this address unsubscribed from, or that bounced, is not due.
 * @returns the chats, with the last message of an agent
 */
export async function unseenReplies(
  client: Queryable,
  pauseDays: number,
): Promise<Array<{ session_id: string; to_seq: number }>> {
  const { rows } = await client.query<{ session_id: string; to_seq: number }>(
    `select s.session_id, unread.to_seq from couture.chat_session s
     left join couture.chat_mail k using (session_id)
     cross join lateral (
       select max(m.seq) as to_seq, max(m.created_at) as at from couture.chat_message m
       where m.session_id = s.session_id and ${unreadBy('shopper')} and m.seq > coalesce(k.mailed_seq, 0)) unread
     where s.email is not null and s.updated_at > ${daysAgo(String(maxAgeDays))} and unread.at < ${daysAgo('$1')}
       and k.unsubscribed_at is null and k.bounced_at is null
     order by unread.at limit $2`,
    [pauseDays, maxChats],
  );
  return rows;
}

/** Puts a mail with these replies into the outbox; a no-op if it is there. Call it in a transaction. */
export async function enqueueMail(
  client: Queryable,
  sessionId: string,
  toSeq: number,
  messageId: string,
): Promise<void> {
  await client.query(
    `insert into couture.chat_mail (session_id, reply_token, link_key) values ($1, $2, $3) on conflict (session_id) do nothing`,
    [sessionId, newReplyToken(), randomBytes(32)],
  );
  // A statement of its own: a row that a statement updates is not locked by its common table expressions.
  await client.query('select from couture.chat_mail where session_id = $1 for update', [sessionId]);
  await client.query(
    `with queued as (
       insert into couture.chat_mail_out (session_id, message_id, after_seq, to_seq)
       select session_id, $3, mailed_seq, $2 from couture.chat_mail where session_id = $1 and mailed_seq < $2
       on conflict do nothing returning session_id)
     update couture.chat_mail k set mailed_seq = $2 from queued where k.session_id = queued.session_id`,
    [sessionId, toSeq, messageId],
  );
}

/**
 * Takes the next due mail. Until the lease ends no other process takes it; if this process dies, it is sent again then, with
 * the same Message-ID.
 */
export async function takeMail(client: Queryable, leaseSeconds: number): Promise<DueMail | undefined> {
  const { rows } = await client.query<DueMail>(
    `with due as (
       select mail_id from couture.chat_mail_out where sent_at is null and failed is null and next_at <= now()
       order by next_at, mail_id limit 1 for update skip locked
     ), taken as (
       update couture.chat_mail_out o set attempts = attempts + 1, next_at = now() + make_interval(secs => $1)
       from due where o.mail_id = due.mail_id returning o.*
     )
     select o.mail_id::text, o.session_id, o.message_id, o.after_seq, o.to_seq, o.attempts, s.email, k.reply_token, k.link_key,
       array(select e.message_id from couture.chat_mail_out e where e.session_id = o.session_id and e.mail_id < o.mail_id
             order by e.mail_id) as thread
     from taken o join couture.chat_session s using (session_id) join couture.chat_mail k using (session_id)`,
    [leaseSeconds],
  );
  return rows[0];
}

export async function markSent(client: Queryable, mailId: string): Promise<void> {
  await client.query('update couture.chat_mail_out set sent_at = now() where mail_id = $1', [mailId]);
}

/** @param retryIn seconds until the next attempt; undefined gives the mail up */
export async function markFailed(
  client: Queryable,
  mailId: string,
  why: string,
  retryIn: number | undefined,
): Promise<void> {
  await client.query(
    `update couture.chat_mail_out set failed = case when $3::float8 is null then $2 end,
       next_at = now() + make_interval(secs => coalesce($3, 0)) where mail_id = $1`,
    [mailId, why.slice(0, 300), retryIn ?? null],
  );
}

/** The chat of a reply address, and its shopper's name. */
export async function chatOfToken(
  client: Queryable,
  token: string,
): Promise<{ session_id: string; name: string | null } | undefined> {
  const { rows } = await client.query<{ session_id: string; name: string | null }>(
    'select session_id, s.name from couture.chat_mail join couture.chat_session s using (session_id) where reply_token = $1',
    [token],
  );
  return rows[0];
}

/** The key that signs a chat's links, and the language of its shopper; undefined if no mail was ever sent. */
export async function chatOfLink(
  client: Queryable,
  sessionId: string,
): Promise<{ link_key: Buffer; locale: string | null } | undefined> {
  const { rows } = await client.query<{ link_key: Buffer; locale: string | null }>(
    'select link_key, locale from couture.chat_mail join couture.chat_session using (session_id) where session_id = $1',
    [sessionId],
  );
  return rows[0];
}

/** Ends the mails of this chat and of all others with the same address. */
export async function unsubscribeMail(client: Queryable, sessionId: string): Promise<void> {
  await client.query(
    `update couture.chat_mail k set unsubscribed_at = coalesce(unsubscribed_at, now()) from couture.chat_session s
     where k.session_id = s.session_id and lower(s.email) = (
       select lower(email) from couture.chat_session where session_id = $1)`,
    [sessionId],
  );
}

export async function markBounced(client: Queryable, token: string): Promise<void> {
  await client.query(
    'update couture.chat_mail set bounced_at = coalesce(bounced_at, now()) where reply_token = $1',
    [token],
  );
}

/** Number of texts that the chat's shopper has written within the last hour; files have limits of their own. */
export async function recentMessages(client: Queryable, sessionId: string): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    `select count(*)::int as n from couture.chat_message
     where session_id = $1 and side = 'shopper' and kind = 'text' and created_at > now() - interval '1 hour'`,
    [sessionId],
  );
  return rows[0]!.n;
}

/** The last UID that was handled: 0 if the mailbox has renumbered its messages, undefined if it was never read. */
export async function lastUid(
  client: Queryable,
  mailbox: string,
  validity: bigint,
): Promise<number | undefined> {
  const { rows } = await client.query<{ last: number }>(
    `select case when uid_validity = $2 then last_uid else 0 end::float8 as last from couture.chat_mailbox
     where mailbox = $1`,
    [mailbox, validity.toString()],
  );
  return rows[0]?.last;
}

export async function keepUid(
  client: Queryable,
  mailbox: string,
  validity: bigint,
  uid: number,
): Promise<void> {
  await client.query(
    `insert into couture.chat_mailbox (mailbox, uid_validity, last_uid) values ($1, $2, $3)
     on conflict (mailbox) do update set uid_validity = excluded.uid_validity, last_uid = excluded.last_uid`,
    [mailbox, validity.toString(), uid],
  );
}

/** 100 bits in lower-case letters and digits without those that look alike. */
function newReplyToken(): string {
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789';
  return Array.from(randomBytes(20), (byte) => letters[byte % 32]).join('');
}
