// What became of messages in browsers: shown, clicked, dismissed. Recorded for the message and counted for its subscription.
import type { Queryable } from '../../pool.ts';

export interface MessageEvent {
  readonly campaignId: number;
  readonly subscriptionId: string;
  readonly occasionId: string;
  readonly type: 'show' | 'click' | 'dismiss';
  /** Seconds since it happened, as the browser says: it may have been offline. */
  readonly age: number;
}

/**
 * Records events; the first of each type counts for a message. A click or a dismissal implies that the message was shown.
 * Times are never before the message was sent.
 */
export async function noteEvents(client: Queryable, events: readonly MessageEvent[]): Promise<void> {
  if (events.length === 0) return;
  const column = <T>(of: (event: MessageEvent) => T) => events.map(of);
  await client.query(
    `with given as (
       select campaign, subscription, occasion, min(at) as shown, min(at) filter (where type = 'click') as clicked,
         min(at) filter (where type = 'dismiss') as dismissed
       from (select campaign, subscription, occasion, type, now() - make_interval(secs => age) as at
         from unnest($1::int[], $2::bigint[], $3::bigint[], $4::text[], $5::int[])
           as e (campaign, subscription, occasion, type, age)) e
       group by campaign, subscription, occasion
     ), news as (
       -- In one order, so that two processes don't wait for each other.
       select d.campaign_id, d.subscription_id, d.occasion_id,
         case when d.shown_at is null then greatest(g.shown, d.settled_at) end as shown,
         case when d.clicked_at is null and g.clicked is not null then greatest(g.clicked, d.settled_at) end as clicked,
         case when d.dismissed_at is null and g.dismissed is not null then greatest(g.dismissed, d.settled_at) end as dismissed
       from couture.push_delivery d
       join given g on d.campaign_id = g.campaign and d.subscription_id = g.subscription and d.occasion_id = g.occasion
       order by d.campaign_id, d.subscription_id, d.occasion_id for update of d
     ), marked as (
       update couture.push_delivery d set shown_at = coalesce(d.shown_at, n.shown),
         clicked_at = coalesce(d.clicked_at, n.clicked), dismissed_at = coalesce(d.dismissed_at, n.dismissed)
       from news n where d.campaign_id = n.campaign_id and d.subscription_id = n.subscription_id
         and d.occasion_id = n.occasion_id
     ), summed as (
       select subscription_id, count(shown)::int as shown, count(clicked)::int as clicks,
         count(dismissed)::int as dismissals, max(clicked) as clicked
       from news group by subscription_id
     ), held as (
       select s.subscription_id from couture.push_subscription s join summed n using (subscription_id)
       where n.shown + n.clicks + n.dismissals > 0 order by s.subscription_id for update of s
     )
     update couture.push_subscription s set shown = s.shown + n.shown, clicks = s.clicks + n.clicks,
       dismissals = s.dismissals + n.dismissals, clicked_at = greatest(s.clicked_at, n.clicked)
     from summed n join held using (subscription_id) where s.subscription_id = n.subscription_id`,
    [
      column((each) => each.campaignId),
      column((each) => each.subscriptionId),
      column((each) => each.occasionId),
      column((each) => each.type),
      column((each) => each.age),
    ],
  );
}
