// Chat sessions: created for a visitor, read by id and by visitor, updated with the shopper's page and cart.
import { daysAgo } from '../../days-ago.ts';
import { type Client, type Pool, type Queryable, transact } from '../../pool.ts';

const chatStates = ['waiting', 'active', 'resolved', 'closed'] as const;
export type ChatState = (typeof chatStates)[number];

export interface CartLine {
  readonly product_id: string;
  readonly quantity: number;
}

export interface SessionRow {
  readonly session_id: string;
  readonly state: ChatState;
  readonly visitor_key: string;
  /** Keys of browsers that followed a link in a mail of this chat. */
  readonly also_keys: readonly string[];
  readonly customer_id: string | null;
  readonly name: string | null;
  readonly email: string | null;
  readonly subject: string | null;
  readonly user_agent: string | null;
  readonly current_page: string | null;
  readonly cart: readonly CartLine[];
  /** Language in which the shopper started the chat; null: that of the shop. */
  readonly locale: string | null;
  readonly left_offline: boolean;
  readonly assigned_to: string | null;
  readonly assigned_name: string | null;
  readonly last_seq: number;
  readonly shopper_read: number;
  readonly staff_read: number;
  readonly notes: number;
  readonly version: string;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly waiting_since: Date;
  readonly resolved_at: Date | null;
  /** Null: any agent. */
  readonly team_id: string | null;
  /** Since when the shopper waits for the first response; null: there was one. */
  readonly unanswered_since: Date | null;
  /** When the alarm was raised that the target for the first response has passed. */
  readonly missed_at: Date | null;
  readonly assigned_at: Date | null;
  /** Until when the agent has put the chat aside. */
  readonly snoozed_until: Date | null;
}

export interface NewSession {
  readonly visitorKey: string;
  /** SHA-256 of the request's idempotency key together with its visitor. */
  readonly creationKey: Buffer | null;
  /** Lets a retry of the first request derive the guest's secret again. */
  readonly guestSalt: Buffer | null;
  readonly customerId: string | null;
  readonly name: string | null;
  readonly email: string | null;
  readonly subject: string | null;
  readonly userAgent: string | null;
  readonly currentPage: string | null;
  readonly cart: readonly CartLine[];
  readonly leftOffline: boolean;
  readonly locale?: string | null;
  /** As the request named it; a team that takes no chats from shoppers, or is gone, counts as none. */
  readonly team?: string | null;
}

/** Creates a session, or returns the visitor's open one. */
export async function openSession(
  client: Queryable,
  session: NewSession,
): Promise<{ made: boolean; session: SessionRow }> {
  for (;;) {
    const { rows } = await client.query<SessionRow>(
      `insert into couture.chat_session (visitor_key, creation_key, customer_id, name, email, subject,
         user_agent, current_page, cart, left_offline, guest_salt, locale, team_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
         (select team_id from couture.chat_team where team_id = $13 and intake <> 'transfer')) on conflict do nothing returning ${sessionColumns}`,
      [
        session.visitorKey,
        session.creationKey,
        session.customerId,
        session.name,
        session.email,
        session.subject,
        session.userAgent,
        session.currentPage,
        JSON.stringify(session.cart),
        session.leftOffline,
        session.guestSalt,
        session.locale ?? null,
        session.team ?? null,
      ],
    );
    if (rows[0]) return { made: true, session: rows[0] };
    const open = await openSessionOf(client, session.visitorKey);
    if (open) return { made: false, session: open };
    const same = session.creationKey && (await madeBy(client, session.creationKey));
    if (same) return { made: false, session: same };
    // The open session was closed between the two statements: try again.
  }
}

/** The salt of a guest's secret, if the chat is at most `minutes` old. */
export async function guestSaltOf(
  client: Queryable,
  sessionId: string,
  minutes: number,
): Promise<Buffer | undefined> {
  const { rows } = await client.query<{ guest_salt: Buffer | null }>(
    `select guest_salt from couture.chat_session
     where session_id = $1 and created_at > ${daysAgo('$2')}`,
    [sessionId, minutes / 1_440],
  );
  return rows[0]?.guest_salt ?? undefined;
}

export async function openSessionOf(client: Queryable, visitorKey: string): Promise<SessionRow | undefined> {
  const { rows } = await client.query<SessionRow>(
    `select ${sessionColumns} from couture.chat_session
     where visitor_key = $1 and state in ('waiting', 'active')`,
    [visitorKey],
  );
  return rows[0];
}

/** The sessions of these visitor keys, the newest first. */
export async function sessionsOf(
  client: Queryable,
  visitorKeys: readonly string[],
  limit: number,
): Promise<SessionRow[]> {
  const { rows } = await client.query<SessionRow>(
    `select ${sessionColumns} from couture.chat_session where visitor_key = any ($1)
     order by created_at desc limit $2`,
    [visitorKeys, limit],
  );
  return rows;
}

export async function readSession(client: Queryable, sessionId: string): Promise<SessionRow | undefined> {
  return (await readSessions(client, [sessionId]))[0];
}

export async function readSessions(client: Queryable, sessionIds: readonly string[]): Promise<SessionRow[]> {
  const { rows } = await client.query<SessionRow>(
    `select ${sessionColumns} from couture.chat_session where session_id = any ($1::uuid[])`,
    [sessionIds],
  );
  return rows;
}

/** Seq and version of sessions, for sweeps to compare. Removed sessions are left out. */
export async function sessionHeads(
  client: Queryable,
  sessionIds: readonly string[],
): Promise<Array<Pick<SessionRow, 'session_id' | 'last_seq' | 'version'>>> {
  const { rows } = await client.query<Pick<SessionRow, 'session_id' | 'last_seq' | 'version'>>(
    `select session_id, last_seq, version from couture.chat_session where session_id = any ($1::uuid[])`,
    [sessionIds],
  );
  return rows;
}

/** Updates the shopper's page and cart; undefined leaves a value as it is. @returns false if the chat is closed */
export async function updateContext(
  client: Queryable,
  sessionId: string,
  context: { readonly page?: string | undefined; readonly cart?: readonly CartLine[] | undefined },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update couture.chat_session set current_page = coalesce($2, current_page), cart = coalesce($3::jsonb, cart),
       version = version + 1 where session_id = $1 and state <> 'closed'`,
    [sessionId, context.page ?? null, context.cart ? JSON.stringify(context.cart) : null],
  );
  return rowCount === 1;
}

/** Raises the version of a chat, by which consoles notice that they have to read it again. */
export async function raiseVersion(client: Queryable, sessionId: string): Promise<void> {
  await client.query('update couture.chat_session set version = version + 1 where session_id = $1', [
    sessionId,
  ]);
}

/** Runs the work in a transaction that has locked the chat, which is undefined if there is none. */
export function withLockedChat<T>(
  pool: Pool,
  sessionId: string,
  work: (client: Client, chat: Pick<SessionRow, 'state' | 'assigned_to'> | undefined) => Promise<T>,
): Promise<T> {
  return transact(pool, async (client) => {
    const { rows } = await client.query<Pick<SessionRow, 'state' | 'assigned_to'>>(
      'select state, assigned_to from couture.chat_session where session_id = $1 for no key update',
      [sessionId],
    );
    return work(client, rows[0]);
  });
}

/** Browsers that may have followed links of one chat; the latest are kept. */
const maxKeys = 10;

/** Lets a guest's browser into this chat, besides its visitor. @returns false if there is no such chat */
export async function admitGuest(client: Queryable, sessionId: string, guestKey: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `update couture.chat_session set version = version + 1,
       also_keys = (array_append(array_remove(also_keys, $2), $2))[greatest(1, cardinality(array_remove(also_keys, $2)) + 2 - ${maxKeys}):]
     where session_id = $1`,
    [sessionId, guestKey],
  );
  return rowCount === 1;
}

async function madeBy(client: Queryable, creationKey: Buffer): Promise<SessionRow | undefined> {
  const { rows } = await client.query<SessionRow>(
    `select ${sessionColumns} from couture.chat_session where creation_key = $1`,
    [creationKey],
  );
  return rows[0];
}

/** All columns but the search vector. */
export const sessionColumns = `session_id, state, visitor_key, also_keys, customer_id, name, email, subject, user_agent,
  current_page, cart, locale, left_offline, assigned_to, assigned_name, last_seq, shopper_read, staff_read, notes, version,
  created_at, updated_at, waiting_since, resolved_at, team_id, unanswered_since, missed_at, assigned_at, snoozed_until`;
