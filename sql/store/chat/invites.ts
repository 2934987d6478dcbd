// Rules by which the chat invites shoppers, and the invitations: stored once for a visitor and week, whether shown or held out.
import { daysAgo } from '../../days-ago.ts';
import type { Queryable } from '../../pool.ts';
import { openChats } from './agents.ts';
import { hasConsole } from './consoles.ts';
import { isRevoked } from './revoked-subjects.ts';

export interface InviteRow {
  readonly invite_id: string;
  readonly enabled: boolean;
  /** Path of the page; `*` is any text. */
  readonly path: string;
  /** Seconds without a key, touch or scroll. */
  readonly idle: number;
  /** Value of the cart in the shop's currency; null: any. */
  readonly min_cart: number | null;
  /** Only visitors who were here before. */
  readonly only_returning: boolean;
  /** The team that answers; null: any agent. */
  readonly team_id: string | null;
  /** Share of the visitors who get no invitation, to compare with. */
  readonly holdout: number;
  /** Language, such as `de`, → text. */
  readonly texts: Readonly<Record<string, string>>;
}

const columns = 'invite_id, enabled, path, idle, min_cart::float8, only_returning, team_id, holdout, texts';

export async function readInvites(client: Queryable): Promise<InviteRow[]> {
  const { rows } = await client.query<InviteRow>(
    `select ${columns} from couture.chat_invite order by created_at, invite_id`,
  );
  return rows;
}

/** What rules did, within the time for which invitations are kept. */
export interface InviteCount {
  readonly invite_id: string;
  /** Visitors who saw it. */
  readonly invited: number;
  /** Those of them who opened the chat from it. */
  readonly opened: number;
  /** Visitors of the control group. */
  readonly held_out: number;
}

export async function countInvitations(client: Queryable): Promise<InviteCount[]> {
  const { rows } = await client.query<InviteCount>(
    `select invite_id, count(*) filter (where arm = 'invited')::int as invited,
       count(*) filter (where arm = 'invited' and opened_at is not null)::int as opened,
       count(*) filter (where arm = 'holdout')::int as held_out
     from couture.chat_invitation group by invite_id`,
  );
  return rows;
}

/** Undefined leaves a value as it is. */
export type InviteChange = Partial<Omit<InviteRow, 'invite_id'>>;

/** What a new rule has unless it is given. */
const defaults = {
  enabled: true,
  path: '/*',
  idle: 20,
  min_cart: null,
  only_returning: false,
  team_id: null,
  holdout: 0.1,
};

/** Creates or changes a rule; texts of other languages stay. @returns whether it was created; undefined without a text */
export async function setInvite(
  client: Queryable,
  id: string,
  change: InviteChange,
): Promise<boolean | undefined> {
  const before = (await readInvites(client)).find(({ invite_id }) => invite_id === id);
  const row = { ...defaults, ...before, ...change, texts: { ...before?.texts, ...change.texts } };
  if (Object.keys(row.texts).length === 0) return undefined;
  await writeInvite(client, { ...row, invite_id: id });
  return before === undefined;
}

/** Creates a rule or replaces it whole, with its texts. */
export async function writeInvite(client: Queryable, row: InviteRow): Promise<void> {
  await client.query(
    `insert into couture.chat_invite (invite_id, enabled, path, idle, min_cart, only_returning, team_id, holdout, texts)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (invite_id) do update set enabled = excluded.enabled, path = excluded.path, idle = excluded.idle,
       min_cart = excluded.min_cart, only_returning = excluded.only_returning, team_id = excluded.team_id,
       holdout = excluded.holdout, texts = excluded.texts`,
    [
      row.invite_id,
      row.enabled,
      row.path,
      row.idle,
      row.min_cart,
      row.only_returning,
      row.team_id,
      row.holdout,
      JSON.stringify(row.texts),
    ],
  );
}

/** What it achieved stays in reports. @returns false if there is none */
export async function removeInvite(client: Queryable, id: string): Promise<boolean> {
  const { rowCount } = await client.query('delete from couture.chat_invite where invite_id = $1', [id]);
  return rowCount === 1;
}

/**
 * Whether somebody could answer at once: an available agent of the team with room for a chat, and nobody waiting before.
 * @param team null: any agent
 * @param capacity open chats of an agent without a capacity of their own; null: agents take as many as they want
 */
export async function hasFreeAgent(
  client: Queryable,
  team: string | null,
  capacity: number | null,
): Promise<boolean> {
  const { rows } = await client.query<{ free: boolean }>(
    `select exists (
       select from couture.chat_agent a
       where state = 'available' and ${hasConsole('a.sub')}
         and not ${isRevoked('a.sub')}
         and ($1::text is null or exists (select from couture.chat_team_member m where m.team_id = $1 and m.sub = a.sub))
         and coalesce(a.capacity, $2::int, 2147483647) > ${openChats('a.sub')}
     ) and not exists (
       select from couture.chat_session s
       where s.state = 'waiting' and s.last_seq > 0 and not s.left_offline and s.team_id is not distinct from $1
     ) as free`,
    [team, capacity],
  );
  return rows[0]!.free;
}

export type InvitationArm = 'invited' | 'holdout';

export interface NewInvitation {
  readonly visitor: string;
  readonly customer: string | null;
  readonly invite: string;
  readonly arm: InvitationArm;
}

/** @returns false if the visitor or the customer had one within seven days, in any process */
export async function storeInvitation(client: Queryable, invitation: NewInvitation): Promise<boolean> {
  const { visitor, customer, invite, arm } = invitation;
  const { rows } = await client.query<{ stored: boolean }>(
    'select couture.store_chat_invitation($1, $2, $3, $4) as stored',
    [visitor, customer, invite, arm],
  );
  return rows[0]!.stored;
}

/** Notes that the visitor opened the chat from the invitation. */
export async function openInvitation(client: Queryable, visitor: string, invite: string): Promise<void> {
  await client.query(
    `update couture.chat_invitation set opened_at = now()
     where visitor = $1 and invite_id = $2 and arm = 'invited' and opened_at is null and at > now() - interval '7 days'`,
    [visitor, invite],
  );
}

/** Deletes older invitations. */
export async function pruneInvitations(client: Queryable, olderThanDays: number): Promise<void> {
  await client.query(`delete from couture.chat_invitation where at < ${daysAgo('$1')}`, [olderThanDays]);
}
