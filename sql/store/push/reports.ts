// Reports on a campaign: messages by outcome, clicks, and orders after clicks.
import type { Queryable } from '../../pool.ts';

export interface CampaignCounts {
  readonly accepted: number;
  readonly gone: number;
  readonly failed: number;
  /** Accepted messages in which a placeholder had no value. */
  readonly fallbacks: number;
  /** Held out to compare with; not among those skipped. */
  readonly held_out: number;
  readonly skipped: number;
  readonly waiting: number;
  readonly sending: number;
  /** Reported by workers, where browsers run them. */
  readonly shown: number;
  readonly clicked: number;
  readonly dismissed: number;
}

export async function campaignCounts(client: Queryable, campaignId: number): Promise<CampaignCounts> {
  const { rows } = await client.query<CampaignCounts>(
    `select count(*) filter (where state = 'accepted')::int as accepted, count(*) filter (where state = 'gone')::int as gone,
       count(*) filter (where state = 'failed')::int as failed, 
       count(*) filter (where state = 'skipped' and reason is distinct from 'held_out')::int as skipped,
       count(*) filter (where state = 'skipped' and reason = 'held_out')::int as held_out,
       count(*) filter (where state = 'waiting')::int as waiting, count(*) filter (where state = 'sending')::int as sending,
       count(*) filter (where state = 'accepted' and reason = 'fallback')::int as fallbacks,
       count(shown_at)::int as shown, count(clicked_at)::int as clicked, count(dismissed_at)::int as dismissed
     from couture.push_delivery where campaign_id = $1`,
    [campaignId],
  );
  return rows[0]!;
}

/** Orders of customers within a day after their click. The bounds allow an index of the shop on the time of orders. */
export async function ordersAfterClicks(client: Queryable, campaignId: number): Promise<number> {
  const { rows } = await client.query<{ orders: number }>(
    `with click as (
       select customer_id, clicked_at from couture.push_delivery
       where campaign_id = $1 and clicked_at is not null and customer_id is not null
     )
     select count(distinct o.order_id)::int as orders from click c
     join couture_source.order_line o on o.customer_id::text = c.customer_id
       and o.ordered_at >= c.clicked_at and o.ordered_at < c.clicked_at + interval '1 day'
     where o.ordered_at >= (select min(clicked_at) from click)
       and o.ordered_at < (select max(clicked_at) + interval '1 day' from click)`,
    [campaignId],
  );
  return rows[0]!.orders;
}

/** Messages that did not arrive, by reason, last status and push service. */
export async function campaignFailures(
  client: Queryable,
  campaignId: number,
): Promise<
  Array<{ state: string; reason: string | null; status: number | null; origin: string; messages: number }>
> {
  const { rows } = await client.query(
    `select state, reason, status::int, origin, count(*)::int as messages from couture.push_delivery
     where campaign_id = $1 and state in ('failed', 'gone', 'skipped') and reason is distinct from 'held_out' group by state, reason, status, origin
     order by messages desc limit 50`,
    [campaignId],
  );
  return rows as never;
}
