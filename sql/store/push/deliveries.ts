// The messages of a campaign and their outcomes: written before they are sent and updated afterwards.
import { destroyConnection } from '../../connection.ts';
import { type Client, type Queryable, runPrepared } from '../../pool.ts';
import type { Addressee } from './addressees.ts';
import { type Cap, cappedSql } from './segments.ts';

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
  readonly addressee: Pick<Addressee, 'subscription_id' | 'customer_id' | 'origin' | 'occasion_id'>;
  readonly state: 'sending' | 'waiting' | 'accepted' | 'gone' | 'failed' | 'skipped';
  readonly reason?: string | undefined;
  readonly status?: number | undefined;
  readonly attempts: number;
  readonly nextAt?: Date | undefined;
}

/**
 * Upserts rows of messages, and notes of their subscriptions what push services answered: one statement, since a campaign
 * runs thousands of them, and since a failure between two would keep subscriptions that are gone. Rows are locked in one order,
 * so that two processes don't wait for each other.
 */
export async function writeDeliveries(
  client: Client,
  campaignId: number,
  rows: readonly Settled[],
): Promise<void> {
  if (rows.length === 0) return;
  const column = <T>(of: (row: Settled) => T) => rows.map(of);
  const answers = answersOf(rows);
  const hasTrouble = answers.failed.length + answers.gone.length > 0;
  await runPrepared(
    client,
    hasTrouble ? 'push_write_troubled_deliveries' : 'push_write_deliveries',
    `with noted as (${acceptedSql(11)})${hasTrouble ? `, failed as (${failedSql(12)}), gone as (${goneSql(13)})` : ''}
     insert into couture.push_delivery as d
       (campaign_id, subscription_id, customer_id, origin, state, reason, status, attempts, next_at, settled_at, occasion_id)
     select $1::int, g.id, g.customer, g.origin, g.state, g.reason, g.status, g.attempts, g.next_at,
       case when g.state <> 'waiting' then clock_timestamp() end, g.occasion
     from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::smallint[], $8::smallint[], $9::timestamptz[],
       $10::bigint[]) as g (id, customer, origin, state, reason, status, attempts, next_at, occasion)
     order by g.id, g.occasion
     on conflict (campaign_id, subscription_id, occasion_id) do update set state = excluded.state, reason = excluded.reason,
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
      column(({ addressee }) => addressee.occasion_id ?? '0'),
      answers.accepted,
      ...(hasTrouble ? [answers.failed, answers.gone] : []),
    ],
  );
}

/** Subscription ids by what their push service answered; one statement must not change a row twice. */
export interface Answers {
  readonly accepted: readonly string[];
  readonly failed: readonly string[];
  readonly gone: readonly string[];
}

function answersOf(rows: readonly Settled[]): Answers {
  const known = new Set<string>();
  const of = (wanted: Settled['state']) =>
    rows.flatMap(({ state, addressee: { subscription_id: id } }) => {
      if (state !== wanted || known.has(id)) return [];
      known.add(id);
      return id;
    });
  return { gone: of('gone'), accepted: of('accepted'), failed: of('failed') };
}

/** An accepted message is worth noting if none was within a day or after the last failure. */
const acceptedSql = (ids: number) => `update couture.push_subscription set accepted_at = now(), failures = 0
  where subscription_id = any($${ids}::bigint[])
    and (failures > 0 or accepted_at is null or accepted_at < now() - interval '1 day')`;
const failedSql = (ids: number) =>
  `update couture.push_subscription set failures = failures + 1 where subscription_id = any($${ids}::bigint[])`;
const goneSql = (ids: number) =>
  `delete from couture.push_subscription where subscription_id = any($${ids}::bigint[])`;

/** Advisory lock: with a cap, one process at a time decides what is sent, so that no two count the same messages. */
const capLock = 0x636f7070;

/**
 * Records messages that are about to be sent, except those of subscriptions that have reached the cap by now; and outcomes
 * of others.
 * @returns the subscriptions that have
 */
export async function beginDeliveries(
  client: Client,
  campaignId: number,
  { rows, outcomes, cap }: { rows: readonly Settled[]; outcomes: readonly Settled[]; cap: Cap | null },
): Promise<Set<string>> {
  if (!cap || rows.length === 0) {
    await writeDeliveries(client, campaignId, [...outcomes, ...rows]);
    return new Set();
  }
  // Not a transaction: outcomes of earlier messages are written over the same connection meanwhile, and must stay written.
  await client.query('select pg_advisory_lock($1)', [capLock]);
  try {
    const { rows: reached } = await client.query<{ id: string }>(
      `select s.subscription_id::text as id from unnest($1::bigint[]) as s (subscription_id) where ${cappedSql(2, 3)}`,
      [rows.map(({ addressee }) => addressee.subscription_id), cap.messages, cap.days],
    );
    const capped = new Set(reached.map(({ id }) => id));
    const allowed = rows.filter(({ addressee }) => !capped.has(addressee.subscription_id));
    await writeDeliveries(client, campaignId, [...outcomes, ...allowed]);
    return capped;
  } finally {
    // The end of the connection releases it, too; kept, it would hold up every other campaign.
    await client.query('select pg_advisory_unlock($1)', [capLock]).catch(() => destroyConnection(client));
  }
}

/** Applies the answers of push services to subscriptions: gone ones are removed, the others updated. */
export async function noteSubscriptions(client: Queryable, answers: Answers): Promise<void> {
  for (const [ids, sql] of [
    [answers.accepted, acceptedSql(1)],
    [answers.failed, failedSql(1)],
    [answers.gone, goneSql(1)],
  ] as const)
    if (ids.length > 0) await client.query(sql, [ids]);
}
