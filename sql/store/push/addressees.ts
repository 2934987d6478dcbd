// Whom a run sends to: the subscriptions of an audience that have no message yet, and those whose message is due.
import { batchesOf } from '../../cursor.ts';
import type { Client, Queryable } from '../../pool.ts';
import type { Campaign } from './campaigns.ts';
import { audienceSql, cappedSql } from './segments.ts';
import { appliesSunsetSql, sunsetSql } from './sunset.ts';

export interface Addressee {
  readonly subscription_id: string;
  readonly customer_id: string | null;
  readonly origin: string;
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
  readonly key_id: string;
  readonly locale: string | null;
  readonly time_zone: string | null;
  /** Whether its push service has accepted a message before. */
  readonly proven: boolean;
  readonly capped: boolean;
  /** Kept from messages because it doesn't react to them. */
  readonly sunset: boolean;
  readonly attempts: number;
  /** Of a journey; a campaign has none. */
  readonly occasion_id?: string;
}

/** Of subscription `s`. */
export const addresseeColumns = `s.subscription_id::text, s.customer_id, s.origin, s.endpoint, s.p256dh, s.auth, s.key_id, s.locale, s.time_zone,
  s.accepted_at is not null as proven`;

/** The columns of `addressees`, in their order. */
const fields = [
  ...['subscription_id', 'customer_id', 'origin', 'endpoint', 'p256dh', 'auth', 'key_id', 'locale'],
  ...['time_zone', 'proven', 'capped', 'sunset', 'attempts'],
] as const satisfies ReadonlyArray<keyof Addressee>;

/**
 * Yields subscriptions of the audience without a message of the campaign, in batches, by id. Those that have accepted a
 * message before come first, so that no number of bad new ones can make a push service look as if it refused the shop.
 * A cursor holds a snapshot, which keeps vacuum from removing rows: a slow campaign opens one cursor after another.
 * @param maxCursorAge milliseconds after which it opens another cursor
 */
export async function* addressees(
  client: Client,
  { campaign_id, audience, topic, settings: { cap, rate, sunset = false } }: Campaign,
  signal: AbortSignal,
  maxCursorAge = 60_000,
): AsyncGenerator<Addressee[]> {
  const { condition, values } = audienceSql(audience, 7);
  const sql = `select ${addresseeColumns}, ${cappedSql(3, 4)}, ${sunset ? sunsetSql : 'false'}, 0
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
      for await (const rows of batchesOf<unknown[]>(client, sql, given, options)) {
        const found = rows.map(addresseeOf);
        last = found.at(-1)!.subscription_id;
        yield found;
        if (performance.now() < until) continue;
        ended = false;
        break;
      }
    }
  }
}

/** Some subscriptions of an audience that neither the cap nor the sunset keeps, in an order that only depends on their ids. */
export async function sampleAddressees(
  client: Queryable,
  { audience, topic, settings: { cap, sunset = false } }: Pick<Campaign, 'audience' | 'topic' | 'settings'>,
  limit: number,
): Promise<Addressee[]> {
  const { condition, values } = audienceSql(audience, 5);
  const { rows } = await client.query<Addressee>(
    `select ${addresseeColumns}, false as capped, false as sunset, 0 as attempts from couture.push_subscription s
     where $1 = any(s.topics) and ${condition} and not ${cappedSql(2, 3)} ${sunset ? `and not ${sunsetSql}` : ''}
     order by md5(s.subscription_id::text) limit $4`,
    [topic, cap?.messages ?? null, cap?.days ?? null, limit, ...values],
  );
  return rows;
}

/** Milliseconds for one batch: a server that takes longer counts as lost. */
const readDeadline = 300_000;

/** Rows per round trip. */
const maxBatchRows = 1_000;

/** Messages that are due; those whose subscription ended meanwhile are settled. */
export async function dueAddressees(
  client: Queryable,
  campaignId: number,
  limit: number,
): Promise<Addressee[]> {
  await settleUnsubscribed(client, campaignId);
  const { rows } = await client.query<Addressee>(
    `select ${addresseeColumns}, false as capped, ${appliesSunsetSql('$1')} and ${sunsetSql} as sunset, d.attempts::int
     from couture.push_delivery d join couture.push_subscription s using (subscription_id)
     where d.campaign_id = $1 and d.state = 'waiting' and d.next_at <= now()
     order by s.accepted_at is null, d.subscription_id limit $2`,
    [campaignId, limit],
  );
  return rows;
}

/**
 * Settles messages that are due, but whose browser may not get them any more: its subscription was removed (`gone`), or does not
 * have the topic, or belongs to another customer since (`skipped`).
 */
export async function settleUnsubscribed(client: Queryable, campaignId: number): Promise<void> {
  await client.query(
    `update couture.push_delivery d set state = case when exists (
         select from couture.push_subscription s where s.subscription_id = d.subscription_id) then 'skipped' else 'gone' end,
       reason = 'unsubscribed', settled_at = now()
     where campaign_id = $1 and state = 'waiting' and next_at <= now() and not exists (
       select from couture.push_subscription s, couture.push_campaign c
       where s.subscription_id = d.subscription_id and c.campaign_id = $1 and c.topic = any (s.topics)
         and (d.customer_id is null or s.customer_id = d.customer_id))`,
    [campaignId],
  );
}

function addresseeOf(row: readonly unknown[]): Addressee {
  return Object.fromEntries(fields.map((field, at) => [field, row[at]])) as unknown as Addressee;
}
