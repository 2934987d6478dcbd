// Campaigns and the outcome of each message. A row is written before a message is sent and updated afterwards, so that a
// run that resumes after a crash knows which messages were in flight.
import { randomBytes } from 'node:crypto';
import { batchesOf } from '../../cursor.ts';
import { daysAgo } from '../../days-ago.ts';
import type { Client, Queryable } from '../../pool.ts';
import { type Audience, audienceSql, type Cap, cappedSql } from './segments.ts';

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
}

export interface CampaignMessage {
  readonly title: string;
  readonly body: string;
  readonly url: string;
  readonly icon?: string | undefined;
}

export type CampaignState = 'scheduled' | 'running' | 'waiting' | 'stopped' | 'done' | 'cancelled';

export interface Campaign {
  readonly campaign_id: number;
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
    `insert into couture.push_campaign (message, audience, topic, settings, people, starts_at, beacon_key)
     values ($1, $2, $3, $4, $5, coalesce($6, now()), $7) returning *`,
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
    'select * from couture.push_campaign order by campaign_id desc limit $1',
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
     where (c.state = 'scheduled' and c.starts_at <= now())
       or (c.state = 'running' and c.starts_at > c.created_at and not exists (select from (${heldLocks}) l
             where l.campaign_id = c.campaign_id))
       or (c.state = 'waiting' and exists (select from couture.push_delivery d
             where d.campaign_id = c.campaign_id and d.state in ('sending', 'waiting') and coalesce(d.next_at, now()) <= now()))
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

export interface Addressee {
  readonly subscription_id: string;
  readonly customer_id: string | null;
  readonly origin: string;
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
  readonly key_id: string;
  readonly time_zone: string | null;
  /** Whether its push service has accepted a message before. */
  readonly proven: boolean;
  readonly capped: boolean;
  readonly attempts: number;
}

const addresseeColumns = `s.subscription_id::text, s.customer_id, s.origin, s.endpoint, s.p256dh, s.auth, s.key_id, s.time_zone,
  s.accepted_at is not null as proven`;
type AddresseeRow = [
  string,
  string | null,
  string,
  string,
  string,
  string,
  string,
  string | null,
  boolean,
  boolean,
  number,
];

/**
 * Yields subscriptions of the audience without a message of the campaign, in batches, by id. Those that have accepted a
 * message before come first, so that no number of bad new ones can make a push service look as if it refused the shop.
 * A cursor holds a snapshot, which keeps vacuum from removing rows: a slow campaign opens one cursor after another.
 * @param maxCursorAge milliseconds after which it opens another cursor
 */
export async function* addressees(
  client: Client,
  { campaign_id, audience, topic, settings: { cap, rate } }: Campaign,
  signal: AbortSignal,
  maxCursorAge = 60_000,
): AsyncGenerator<Addressee[]> {
  const { condition, values } = audienceSql(audience, 7);
  const sql = `select ${addresseeColumns}, ${cappedSql(3, 4)}, 0
    from couture.push_subscription s
    where $2 = any(s.topics) and s.subscription_id > $5 and (not $6 or s.accepted_at is not null) and ${condition}
      and not exists (select from couture.push_delivery d
        where d.campaign_id = $1 and d.subscription_id = s.subscription_id)
    order by s.subscription_id`;
  // At most the messages of ten seconds.
  const batchRows = rate ? Math.min(maxBatchRows, rate * 10) : maxBatchRows;
  for (const proven of [true, false]) {
    for (let last = '0', ended = false; !ended; ) {
      const given = [campaign_id, topic, cap?.messages ?? null, cap?.days ?? null, last, proven, ...values];
      const until = performance.now() + maxCursorAge;
      ended = true;
      const options = { batchRows, signal, deadline: readDeadline };
      for await (const rows of batchesOf<AddresseeRow>(client, sql, given, options)) {
        yield rows.map(addresseeOf);
        last = rows.at(-1)![0];
        if (performance.now() < until) continue;
        ended = false;
        break;
      }
    }
  }
}

/** Milliseconds for one batch: a server that takes longer counts as lost. */
const readDeadline = 300_000;

/** Rows per round trip. */
const maxBatchRows = 1_000;

/** Messages that are due; those whose subscription is gone meanwhile are settled as `gone`. */
export async function dueAddressees(
  client: Queryable,
  campaignId: number,
  limit: number,
): Promise<Addressee[]> {
  await client.query(
    `update couture.push_delivery d set state = 'gone', reason = 'unsubscribed', settled_at = now()
     where campaign_id = $1 and state = 'waiting' and next_at <= now()
       and not exists (select from couture.push_subscription s where s.subscription_id = d.subscription_id)`,
    [campaignId],
  );
  const { rows } = await client.query<Addressee>(
    `select ${addresseeColumns}, false as capped, d.attempts::int
     from couture.push_delivery d join couture.push_subscription s using (subscription_id)
     where d.campaign_id = $1 and d.state = 'waiting' and d.next_at <= now()
     order by s.accepted_at is null, d.subscription_id limit $2`,
    [campaignId, limit],
  );
  return rows;
}

/** When the next waiting message is due; undefined when none waits. */
export async function nextDue(client: Queryable, campaignId: number): Promise<Date | undefined> {
  const { rows } = await client.query<{ at: Date | null }>(
    `select min(next_at) as at from couture.push_delivery where campaign_id = $1 and state = 'waiting'`,
    [campaignId],
  );
  return rows[0]!.at ?? undefined;
}

/** Number of messages that wait for their push service, not for the end of quiet hours. */
export async function putOffDeliveries(client: Queryable, campaignId: number): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    `select count(*)::int as n from couture.push_delivery where campaign_id = $1 and state = 'waiting' and reason = 'paused'`,
    [campaignId],
  );
  return rows[0]!.n;
}

export interface Settled {
  readonly addressee: Pick<Addressee, 'subscription_id' | 'customer_id' | 'origin'>;
  readonly state: 'sending' | 'waiting' | 'accepted' | 'gone' | 'failed' | 'skipped';
  readonly reason?: string | undefined;
  readonly status?: number | undefined;
  readonly attempts: number;
  readonly nextAt?: Date | undefined;
}

/** Upserts rows of messages in one statement. */
export async function writeDeliveries(
  client: Queryable,
  campaignId: number,
  rows: readonly Settled[],
): Promise<void> {
  if (rows.length === 0) return;
  const column = <T>(of: (row: Settled) => T) => rows.map(of);
  await client.query(
    `insert into couture.push_delivery as d
       (campaign_id, subscription_id, customer_id, origin, state, reason, status, attempts, next_at, settled_at)
     select $1, g.id, g.customer, g.origin, g.state, g.reason, g.status, g.attempts, g.next_at,
       case when g.state in ('sending', 'waiting') then null else clock_timestamp() end
     from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::smallint[], $8::smallint[], $9::timestamptz[])
       as g (id, customer, origin, state, reason, status, attempts, next_at)
     on conflict (campaign_id, subscription_id) do update set state = excluded.state, reason = excluded.reason,
       status = excluded.status, attempts = excluded.attempts, next_at = excluded.next_at, settled_at = excluded.settled_at`,
    [
      campaignId,
      column(({ addressee }) => addressee.subscription_id),
      column(({ addressee }) => addressee.customer_id),
      column(({ addressee }) => addressee.origin),
      column(({ state }) => state),
      column(({ reason }) => reason ?? null),
      column(({ status }) => status ?? null),
      column(({ attempts }) => Math.min(attempts, 30_000)),
      column(({ nextAt }) => nextAt ?? null),
    ],
  );
}

/** Applies the answers of push services to subscriptions: gone ones are removed, the others updated. */
export async function noteSubscriptions(
  client: Queryable,
  {
    accepted,
    failed,
    gone,
  }: { accepted: readonly string[]; failed: readonly string[]; gone: readonly string[] },
): Promise<void> {
  if (accepted.length > 0) {
    await client.query(
      `update couture.push_subscription set accepted_at = now(), failures = 0
       where subscription_id = any($1::bigint[]) and (failures > 0 or accepted_at is null or accepted_at < now() - interval '1 day')`,
      [accepted],
    );
  }
  if (failed.length > 0) {
    await client.query(
      'update couture.push_subscription set failures = failures + 1 where subscription_id = any($1::bigint[])',
      [failed],
    );
  }
  if (gone.length > 0)
    await client.query('delete from couture.push_subscription where subscription_id = any($1::bigint[])', [
      gone,
    ]);
}

function addresseeOf(row: AddresseeRow): Addressee {
  const [
    subscription_id,
    customer_id,
    origin,
    endpoint,
    p256dh,
    auth,
    key_id,
    time_zone,
    proven,
    capped,
    attempts,
  ] = row;
  return {
    subscription_id,
    customer_id,
    origin,
    endpoint,
    p256dh,
    auth,
    key_id,
    time_zone,
    proven,
    capped,
    attempts,
  };
}

/** Deletes campaigns that ended more than `days` days ago, with their messages. @returns how many */
export async function pruneCampaigns(client: Queryable, days: number, dryRun: boolean): Promise<number> {
  const old = `state in ('done', 'cancelled') and coalesce(finished_at, created_at) < ${daysAgo('$1')}`;
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
