// Occasions of journeys: found by the trigger, recorded before anything is sent, and closed when every browser of the
// customer has a delivery.
import { batchesOf } from '../../cursor.ts';
import { drawOf } from '../../draw.ts';
import type { IdType } from '../../id-types.ts';
import type { Client, Queryable } from '../../pool.ts';
import { returnedInFull, shopView } from '../../source/shop-view.ts';
import { believedDate } from '../shop/believed-dates.ts';
import { isId } from '../shop/shop-products.ts';
import { type Addressee, addresseeColumns, settleUnsubscribed } from './addressees.ts';
import { dueSql, type JourneyRule } from './journey-rules.ts';
import { appliesSunsetSql, sunsetSql } from './sunset.ts';

/** A reason to write to a customer. */
export interface Occasion {
  readonly customer_id: string;
  readonly occasion: string;
  readonly product_id: string | null;
  readonly price: number | null;
  readonly happened_at: Date;
  readonly bought_after: Date;
}

type OccasionRow = [string, string, string | null, number | null, Date, Date];

/** One connection streams triggers, the other looks up what is recorded. */
export interface OccasionReaders {
  readonly client: Queryable;
  readonly reader: Client;
}

/**
 * Yields occasions that are due and not recorded, of customers with a subscription; those of a customer together, newest
 * first. What is recorded is looked up for each batch: joined to the trigger, the statement was planned before its own
 * occasions were recorded, and read all of them for each row (10 of 24 s for 3,000 messages).
 */
export async function* dueOccasions(
  { client, reader }: OccasionReaders,
  name: string,
  rule: JourneyRule,
  signal: AbortSignal,
): AsyncGenerator<Occasion[]> {
  const sql = `select t.customer_id, t.occasion, t.product_id, t.price::float8, t.at, t.bought_after from (${dueSql(rule)}) t
    where exists (select from couture.push_subscription s where s.customer_id = t.customer_id and $1 = any (s.topics))
    order by t.customer_id, t.at desc, t.product_id`;
  for await (const rows of batchesOf<OccasionRow>(reader, sql, [rule.topic], { batchRows: 1_000, signal })) {
    const occasions = rows.map(
      ([customer_id, occasion, product_id, price, happened_at, bought_after]): Occasion => ({
        customer_id,
        occasion,
        product_id,
        price,
        happened_at,
        bought_after,
      }),
    );
    const recorded = await recordedOccasions(client, name, rule, occasions);
    yield occasions.filter((_, at) => !recorded.has(at));
  }
}

/** Places of occasions that are recorded, or whose customer had a message of the journey within its gap. */
async function recordedOccasions(
  client: Queryable,
  name: string,
  { gap }: JourneyRule,
  occasions: readonly Occasion[],
): Promise<Set<number>> {
  // A subquery with a limit is one look at the index of customers; a join may be one at all occasions of the journey.
  const isRecent =
    gap === null
      ? ''
      : `or (select true from couture.push_occasion o where o.customer_id = t.customer and o.journey = $1
          and o.state <> 'skipped' and o.created_at > now() - interval '${gap} seconds' limit 1)`;
  const { rows } = await client.query<{ n: number }>(
    `select t.n from unnest($2::int[], $3::text[], $4::text[]) as t (n, customer, occasion)
     where (select true from couture.push_occasion o where o.customer_id = t.customer and o.journey = $1
       and o.occasion = t.occasion limit 1) ${isRecent}`,
    [
      name,
      occasions.map((_, at) => at),
      occasions.map(({ customer_id }) => customer_id),
      occasions.map(({ occasion }) => occasion),
    ],
  );
  return new Set(rows.map(({ n }) => n));
}

/**
 * Records occasions; those of the held-out share of customers get no message.
 * @param holdout share of customers, who are always the same ones for a journey
 */
export async function recordOccasions(
  client: Queryable,
  name: string,
  { delay, window }: JourneyRule,
  occasions: readonly Occasion[],
  holdout: number,
): Promise<void> {
  if (occasions.length === 0) return;
  const column = <T>(of: (occasion: Occasion) => T) => occasions.map(of);
  await client.query(
    `insert into couture.push_occasion
       (journey, customer_id, occasion, product_id, price, happened_at, bought_after, expires_at, created_at, state)
     select $1, g.customer, g.occasion, g.product, g.price, g.at, g.after, g.at + make_interval(secs => $8), now(),
       case when g.held_out then 'held_out' else 'open' end
     from unnest($2::text[], $3::text[], $4::text[], $5::float8[], $6::timestamptz[], $7::timestamptz[], $9::bool[])
       as g (customer, occasion, product, price, at, after, held_out)
     on conflict (customer_id, journey, occasion) do nothing`,
    [
      name,
      column((each) => each.customer_id),
      column((each) => each.occasion),
      column((each) => each.product_id),
      column((each) => each.price),
      column((each) => each.happened_at),
      column((each) => each.bought_after),
      delay + window,
      column((each) => drawOf(name, each.customer_id) < holdout),
    ],
  );
}

/** A message of a journey: a subscription, and the occasion for which it gets one. */
export interface OccasionAddressee extends Addressee, Occasion {
  readonly customer_id: string;
  readonly occasion_id: string;
  readonly expires_at: Date;
}

const occasionColumns = `o.occasion_id::text, o.occasion, o.product_id, o.price::float8 as price, o.happened_at,
  o.bought_after, o.expires_at`;

/** Open occasions after `last`, in their order. */
export async function openOccasions(client: Queryable, name: string, last: string): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `select occasion_id::text as id from couture.push_occasion
     where journey = $1 and state = 'open' and occasion_id > $2 order by occasion_id limit 500`,
    [name, last],
  );
  return rows.map(({ id }) => id);
}

/** The subscriptions of these occasions' customers that have no delivery for them yet. */
export async function occasionAddressees(
  client: Queryable,
  campaignId: number,
  topic: string,
  occasions: readonly string[],
): Promise<OccasionAddressee[]> {
  const { rows } = await client.query<OccasionAddressee>(
    `select ${addresseeColumns}, false as capped, ${appliesSunsetSql('$3')} and ${sunsetSql} as sunset, 0 as attempts,
       ${occasionColumns}
     from couture.push_occasion o join couture.push_subscription s on s.customer_id = o.customer_id
     where o.occasion_id = any ($1::bigint[]) and $2 = any (s.topics) and not exists (select from couture.push_delivery d
       where d.campaign_id = $3 and d.subscription_id = s.subscription_id and d.occasion_id = o.occasion_id)
     order by s.accepted_at is null, o.occasion_id, s.subscription_id`,
    [occasions, topic, campaignId],
  );
  return rows;
}

/** Messages of a journey that are due; those whose subscription is gone meanwhile are settled as `gone`. */
export async function dueOfOccasions(
  client: Queryable,
  campaignId: number,
  limit: number,
): Promise<OccasionAddressee[]> {
  await settleUnsubscribed(client, campaignId);
  const { rows } = await client.query<OccasionAddressee>(
    `select ${addresseeColumns}, false as capped, ${appliesSunsetSql('$1')} and ${sunsetSql} as sunset, d.attempts::int,
       ${occasionColumns}
     from couture.push_delivery d join couture.push_subscription s using (subscription_id)
     join couture.push_occasion o using (occasion_id)
     where d.campaign_id = $1 and d.state = 'waiting' and d.next_at <= now()
     order by d.next_at, d.subscription_id limit $2`,
    [campaignId, limit],
  );
  return rows;
}

/** Closes occasions whose subscriptions all have a delivery. */
export async function closeOccasions(
  client: Queryable,
  campaignId: number,
  occasions: readonly string[],
): Promise<void> {
  await client.query(
    `update couture.push_occasion o set state = case when d.sent then 'done' else 'skipped' end, reason = d.reason
     from (
       select o.occasion_id, coalesce(bool_or(d.state in ('sending', 'waiting', 'accepted')), false) as sent,
         min(d.reason) filter (where d.state in ('skipped', 'gone', 'failed')) as reason
       from couture.push_occasion o
       left join couture.push_delivery d on d.campaign_id = $1 and d.occasion_id = o.occasion_id and d.occasion_id > 0
       where o.occasion_id = any ($2::bigint[]) group by o.occasion_id) d
     where d.occasion_id = o.occasion_id and o.state = 'open'`,
    [campaignId, occasions],
  );
}

/** Which of these customers have bought, after `bought_after`: the product in any variant, or anything if there is none. */
export async function boughtSince(
  client: Queryable,
  ids: { readonly product: IdType; readonly customer: IdType },
  occasions: ReadonlyArray<Pick<Occasion, 'customer_id' | 'product_id' | 'bought_after'>>,
): Promise<boolean[]> {
  const asked = [...occasions.entries()].filter(
    ([, { customer_id, product_id }]) =>
      isId(ids.customer, customer_id) && (product_id === null || isId(ids.product, product_id)),
  );
  if (asked.length === 0) return occasions.map(() => false);
  const { rows } = await client.query<{ n: number }>(
    `select o.n from unnest($1::int[], $2::${ids.customer}[], $3::${ids.product}[], $4::timestamptz[])
       as o (n, customer, product, after)
     where exists (
       select from ${shopView.order_line} l
       where l.customer_id = o.customer and l.ordered_at > o.after and ${believedDate} and not ${returnedInFull}
         and (o.product is null or l.product_id = o.product or l.product_id in (
           select v.product_id from couture.product_key k join couture.product_key v using (representative_key)
           where k.product_id = o.product)))`,
    [
      asked.map(([at]) => at),
      asked.map(([, each]) => each.customer_id),
      asked.map(([, each]) => each.product_id),
      asked.map(([, each]) => each.bought_after),
    ],
  );
  const bought = new Set(rows.map(({ n }) => n));
  return occasions.map((_, at) => bought.has(at));
}

/** One subscription for each of these occasions, which are not recorded. */
export async function previewAddressees(
  client: Queryable,
  topic: string,
  occasions: readonly Occasion[],
): Promise<OccasionAddressee[]> {
  const { rows } = await client.query<Addressee & { customer_id: string }>(
    `select distinct on (s.customer_id) ${addresseeColumns}, false as capped, false as sunset, 0 as attempts
     from couture.push_subscription s where s.customer_id = any ($1::text[]) and $2 = any (s.topics)
     order by s.customer_id, s.subscription_id`,
    [occasions.map(({ customer_id }) => customer_id), topic],
  );
  const byCustomer = new Map(rows.map((row) => [row.customer_id, row]));
  const expires_at = new Date(8.64e15);
  return occasions.flatMap((occasion) => {
    const addressee = byCustomer.get(occasion.customer_id);
    return addressee ? [{ ...addressee, ...occasion, occasion_id: '0', expires_at }] : [];
  });
}
