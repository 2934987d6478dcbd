// Push subscriptions of browsers, each with one owner: a customer, or a visitor who is not signed in.
import { daysAgo } from '../../days-ago.ts';
import type { Queryable } from '../../pool.ts';

export const pushTopics = ['orders', 'prices', 'stock', 'news', 'bag'] as const;
export type PushTopic = (typeof pushTopics)[number];

/** SQL: whether some browser of a customer has the topic. @param customer SQL of the customer's id */
export function wantsTopic(topic: PushTopic, customer: string): string {
  return `exists (select from couture.push_subscription s where s.customer_id = ${customer} and '${topic}' = any (s.topics))`;
}

export type Owner = { readonly customerId: string } | { readonly visitor: string };

export interface NewSubscription {
  readonly endpoint: string;
  readonly origin: string;
  readonly p256dh: string;
  readonly auth: string;
  readonly keyId: string;
  readonly locale: string | null;
  readonly timeZone: string | null;
  /** Undefined keeps the existing topics, or sets the default ones on a new subscription. */
  readonly topics: readonly PushTopic[] | undefined;
  /** Version of the text that was shown with the topics; null if the client didn't say. */
  readonly consentVersion: string | null;
  /** Whether it was sent by the installed app. */
  readonly installed: boolean;
}

/** Maximum of subscriptions per owner; a new one replaces the one not seen for the longest time. */
const maxSubscriptionsPerOwner = 16;
const defaultTopics: readonly PushTopic[] = ['orders', 'prices', 'stock'];

/**
 * Upserts a subscription. A request with the same secret comes from the same browser and takes over an existing one.
 * Returns undefined when the subscription belongs to another owner.
 */
export async function saveSubscription(
  client: Queryable,
  owner: Owner,
  given: NewSubscription,
): Promise<{ readonly made: boolean; readonly id: number; readonly topics: PushTopic[] } | undefined> {
  const { rows } = await client.query<{ made: boolean; id: number; topics: PushTopic[] }>(
    `insert into couture.push_subscription as s
       (endpoint, origin, p256dh, auth, customer_id, visitor, key_id, locale, time_zone, topics, consent_version,
        installed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, coalesce($10, $11::text[]), $12, case when $13 then now() end)
     on conflict (endpoint) do update set
       p256dh = excluded.p256dh, auth = excluded.auth, customer_id = excluded.customer_id, visitor = excluded.visitor,
       key_id = excluded.key_id, locale = excluded.locale, time_zone = excluded.time_zone,
       topics = coalesce($10, s.topics), seen_at = now(), failures = 0,
       accepted_at = case when s.key_id = excluded.key_id then s.accepted_at end,
       installed_at = coalesce(excluded.installed_at, s.installed_at),
       ${['shown', 'clicks', 'dismissals'].map((each) => `${each} = case when ${isHandedOver} then 0 else s.${each} end`).join(', ')},
       clicked_at = case when not ${isHandedOver} then s.clicked_at end,
       consented_at = case when $10 is null then s.consented_at else now() end,
       consent_version = case when $10 is null then s.consent_version else excluded.consent_version end
     where s.auth = excluded.auth or s.customer_id = excluded.customer_id
       or (s.customer_id is null and s.visitor = excluded.visitor)
     returning xmax = 0 as made, subscription_id::float8 as id, topics`,
    [
      given.endpoint,
      given.origin,
      given.p256dh,
      given.auth,
      'customerId' in owner ? owner.customerId : null,
      'visitor' in owner ? owner.visitor : null,
      given.keyId,
      given.locale,
      given.timeZone,
      given.topics ?? null,
      defaultTopics,
      given.consentVersion,
      given.installed,
    ],
  );
  if (rows[0]?.made) await makeRoom(client, owner);
  return rows[0];
}

/** SQL condition: the browser of one customer is another's now, who does not inherit what the former did. */
const isHandedOver = '(s.customer_id is not null and s.customer_id is distinct from excluded.customer_id)';

/** Removes the owner's subscription that browsers have replaced; the new one keeps its age and its history. */
export async function replaceSubscription(
  client: Queryable,
  owner: Owner,
  endpoint: string,
  by: number,
): Promise<void> {
  await client.query(
    `with former as (
       delete from couture.push_subscription where endpoint = $2 and ${isOwn(owner)} and subscription_id <> $3 returning *
     )
     update couture.push_subscription s set subscribed_at = least(s.subscribed_at, f.subscribed_at),
       installed_at = greatest(s.installed_at, f.installed_at), clicked_at = greatest(s.clicked_at, f.clicked_at),
       shown = s.shown + f.shown, clicks = s.clicks + f.clicks, dismissals = s.dismissals + f.dismissals
     from former f where s.subscription_id = $3`,
    [ownerKey(owner), endpoint, by],
  );
}

/** Removes a subscription if it belongs to the owner. */
export async function removeSubscription(
  client: Queryable,
  owner: Owner,
  endpoint: string,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `delete from couture.push_subscription where endpoint = $2 and ${isOwn(owner)}`,
    [ownerKey(owner), endpoint],
  );
  return rowCount === 1;
}

export interface Subscribed {
  readonly subscription_id: string;
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
  readonly key_id: string;
  readonly locale: string | null;
  /** Whether its push service has accepted a message before. */
  readonly proven: boolean;
}

/** The owner's subscriptions to a topic. */
export async function subscriptionsOf(
  client: Queryable,
  owner: Owner,
  topic: PushTopic,
): Promise<Subscribed[]> {
  const { rows } = await client.query<Subscribed>(
    `select subscription_id::text, endpoint, p256dh, auth, key_id, locale, accepted_at is not null as proven
     from couture.push_subscription
     where ${isOwn(owner)} and $2 = any(topics) order by subscription_id`,
    [ownerKey(owner), topic],
  );
  return rows;
}

export async function removeSubscriptions(client: Queryable, ids: readonly string[]): Promise<number> {
  const { rowCount } = await client.query(
    'delete from couture.push_subscription where subscription_id = any($1::bigint[])',
    [ids],
  );
  return rowCount ?? 0;
}

/** Deletes (or with `dryRun` counts) subscriptions not seen for `days` days, or with `failures` failures or more. */
export async function pruneSubscriptions(
  client: Queryable,
  { days, failures, dryRun }: { days: number; failures: number; dryRun: boolean },
): Promise<{ unseen: number; failing: number }> {
  const unseen = `seen_at < ${daysAgo('$1')} and coalesce(accepted_at, 'epoch') < ${daysAgo('$1')}`;
  const { rows } = await client.query<{ unseen: number; failing: number }>(
    `with found as (
       select subscription_id, ${unseen} as unseen from couture.push_subscription where (${unseen}) or failures >= $2
     ), removed as (
       delete from couture.push_subscription s using found f where s.subscription_id = f.subscription_id and not $3
     ) select count(*) filter (where unseen)::int as unseen, count(*) filter (where not unseen)::int as failing from found`,
    [days, failures, dryRun],
  );
  return rows[0]!;
}

/** Key id → number of subscriptions with this key. */
export async function subscriptionsByKey(client: Queryable): Promise<Map<string, number>> {
  const { rows } = await client.query<{ key_id: string; n: number }>(
    'select key_id, count(*)::int as n from couture.push_subscription group by key_id',
  );
  return new Map(rows.map(({ key_id, n }) => [key_id, n]));
}

async function makeRoom(client: Queryable, owner: Owner): Promise<void> {
  await client.query(
    `delete from couture.push_subscription where subscription_id in (
       select subscription_id from couture.push_subscription where ${isOwn(owner)}
       order by seen_at desc, subscription_id desc offset ${maxSubscriptionsPerOwner})`,
    [ownerKey(owner)],
  );
}

function isOwn(owner: Owner): string {
  return 'customerId' in owner ? 'customer_id = $1' : '(customer_id is null and visitor = $1)';
}

function ownerKey(owner: Owner): string {
  return 'customerId' in owner ? owner.customerId : owner.visitor;
}
