// Campaigns and the outcome of each message. A row is written before a message is sent and updated afterwards, so that a
// run that resumes after a crash knows which messages were in flight.
import { randomBytes } from 'node:crypto';
import { daysAgo } from '../../days-ago.ts';
import type { Client, Queryable } from '../../pool.ts';
import type { Audience, Cap } from './segments.ts';

export interface CampaignSettings {
  /** Seconds. */
  readonly ttl: number;
  readonly urgency: 'very-low' | 'low' | 'normal' | 'high';
  /** Messages per second; null means no limit. */
  readonly rate: number | null;
  readonly concurrency: number;
  /** Quiet hours in the subscriber's time zone; nothing is sent between them. */
  readonly quiet: { readonly from: number; readonly to: number } | null;
  readonly cap: Cap | null;
  /** Share of customers who get no message, to compare with. */
  readonly holdout?: number;
  /** Whether subscribers who don't react get fewer messages (sunset.ts). */
  readonly sunset?: boolean;
}

export interface CampaignMessage {
  readonly title: string;
  readonly body: string;
  readonly url: string;
  readonly icon?: string | undefined;
  readonly image?: string | undefined;
  /** Number on the icon of the installed shop. */
  readonly badge?: number | undefined;
  /** Buttons and the pages that they open. */
  readonly actions?: Array<{ title: string; url: string }> | undefined;
  /** Language of the texts, a BCP 47 tag; without it, browsers guess their direction. */
  readonly lang?: string | undefined;
  /** The other text of a comparison: half of the people get it. */
  readonly b?: { readonly title: string; readonly body: string };
}

export type CampaignState = 'scheduled' | 'running' | 'waiting' | 'stopped' | 'done' | 'cancelled';

export interface Campaign {
  readonly campaign_id: number;
  /** The journey that it belongs to; null: it was sent or scheduled by a person. */
  readonly journey: string | null;
  readonly state: CampaignState;
  readonly message: CampaignMessage;
  readonly audience: Audience;
  readonly topic: string;
  readonly settings: CampaignSettings;
  readonly beacon_key: Buffer;
  readonly people: number;
  readonly doubtful: number;
  readonly starts_at: Date;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly stopped_why: string | null;
}

export type NewCampaign = Pick<Campaign, 'message' | 'audience' | 'topic' | 'settings' | 'people'> & {
  /** Null means now. */
  readonly startsAt: Date | null;
};

/** First key of the advisory lock (lockSpace, campaign) that the process sending the campaign holds. */
const lockSpace = 0x636f7074;
const heldLocks = `select objid::int as campaign_id from pg_locks
  where locktype = 'advisory' and classid = ${lockSpace} and objsubid = 2 and granted
    and database = (select oid from pg_database where datname = current_database())`;

export async function createCampaign(client: Queryable, given: NewCampaign): Promise<Campaign> {
  const { rows } = await client.query<Campaign>(
    // Without a time to start, its maker sends it: a runtime that finds it in the next moment must not take it away.
    `insert into couture.push_campaign (message, audience, topic, settings, people, starts_at, state, beacon_key)
     values ($1, $2, $3, $4, $5, coalesce($6, now()), case when $6::timestamptz is null then 'running' else 'scheduled' end, $7)
     returning *`,
    [
      given.message,
      given.audience,
      given.topic,
      given.settings,
      given.people,
      given.startsAt,
      randomBytes(32),
    ],
  );
  return rows[0]!;
}

export async function readCampaign(client: Queryable, id: number): Promise<Campaign | undefined> {
  const { rows } = await client.query<Campaign>(
    'select * from couture.push_campaign where campaign_id = $1',
    [id],
  );
  return rows[0];
}

export async function latestCampaigns(client: Queryable, limit: number): Promise<Campaign[]> {
  const { rows } = await client.query<Campaign>(
    'select * from couture.push_campaign where journey is null order by campaign_id desc limit $1',
    [limit],
  );
  return rows;
}

/**
 * Campaigns that are due, that have due messages, or that were scheduled and whose process died. A campaign that a person
 * started and whose process died is not included: that person resumes it.
 */
export async function dueCampaigns(client: Queryable): Promise<number[]> {
  const { rows } = await client.query<{ campaign_id: number }>(
    `select c.campaign_id from couture.push_campaign c
     where c.journey is null and ((c.state = 'scheduled' and c.starts_at <= now())
       or (c.state = 'running' and c.starts_at > c.created_at and not exists (select from (${heldLocks}) l
             where l.campaign_id = c.campaign_id))
       or (c.state = 'waiting' and exists (select from couture.push_delivery d
             where d.campaign_id = c.campaign_id and d.state in ('sending', 'waiting') and coalesce(d.next_at, now()) <= now())))
     order by c.starts_at`,
  );
  return rows.map((row) => row.campaign_id);
}

/** Tries to take the campaign's lock, which is held until `releaseCampaign` or the end of the connection. */
export async function holdCampaign(client: Client, id: number): Promise<boolean> {
  const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1, $2) as held', [
    lockSpace,
    id,
  ]);
  return rows[0]!.held;
}

export async function releaseCampaign(client: Client, id: number): Promise<void> {
  await client.query('select pg_advisory_unlock($1, $2)', [lockSpace, id]);
}

/** Campaigns that are being sent now. */
export async function heldCampaigns(client: Queryable): Promise<Set<number>> {
  const { rows } = await client.query<{ campaign_id: number }>(heldLocks);
  return new Set(rows.map((row) => row.campaign_id));
}

/**
 * Starts or resumes a campaign: messages that were in flight when the last run ended are sent again and counted as doubtful.
 * @param doubt false when this process knows that the messages still recorded as `sending` were never sent
 */
export async function beginCampaign(
  client: Queryable,
  id: number,
  { doubt = true } = {},
): Promise<Campaign | undefined> {
  const { rows } = await client.query<Campaign>(
    `with doubtful as (
       update couture.push_delivery set state = 'waiting', next_at = now()
       where campaign_id = $1 and state = 'sending' returning 1
     )
     update couture.push_campaign set state = 'running', started_at = coalesce(started_at, now()), finished_at = null,
       stopped_why = null, doubtful = doubtful + case when $2 then (select count(*) from doubtful) else 0 end
     where campaign_id = $1 and state <> 'cancelled' returning *`,
    [id, doubt],
  );
  return rows[0];
}

export async function setCampaignState(
  client: Queryable,
  id: number,
  state: CampaignState,
  why: string | null = null,
): Promise<void> {
  await client.query(
    `update couture.push_campaign set state = $2, stopped_why = $3,
       finished_at = case when $2 in ('done', 'cancelled') then now() end
     where campaign_id = $1 and state <> 'cancelled'`,
    [id, state, why],
  );
}

/** Deletes campaigns that ended more than `days` days ago, with their messages. @returns how many */
export async function pruneCampaigns(client: Queryable, days: number, dryRun: boolean): Promise<number> {
  const old = `journey is null and state in ('done', 'cancelled') and coalesce(finished_at, created_at) < ${daysAgo('$1')}`;
  if (dryRun) {
    const { rows } = await client.query<{ n: number }>(
      `select count(*)::int as n from couture.push_campaign where ${old}`,
      [days],
    );
    return rows[0]!.n;
  }
  const { rowCount } = await client.query(`delete from couture.push_campaign where ${old}`, [days]);
  return rowCount ?? 0;
}
