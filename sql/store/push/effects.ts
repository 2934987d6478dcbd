// Data for the reports on what push messages earn: occasions and messages by outcome, and the people of each arm.
import { batchesOf } from '../../cursor.ts';
import type { Client, Queryable } from '../../pool.ts';

export interface MessagesByOutcome {
  readonly journey: string;
  /** Of the message; null: the occasion has none. */
  readonly state: string | null;
  readonly reason: string | null;
  readonly messages: number;
  readonly clicked: number;
  readonly dismissed: number;
}

/** Messages of journeys for occasions found in a period; an occasion without any counts as one. */
export async function journeyMessages(client: Queryable, from: Date, to: Date): Promise<MessagesByOutcome[]> {
  const { rows } = await client.query<MessagesByOutcome>(
    `select o.journey, d.state, case when d.state is null and o.state = 'skipped' then 'unsubscribed' else d.reason end as reason,
       count(*)::int as messages, count(d.clicked_at)::int as clicked, count(d.dismissed_at)::int as dismissed
     from couture.push_occasion o left join couture.push_campaign c on c.journey = o.journey
     left join couture.push_delivery d on d.campaign_id = c.campaign_id and d.occasion_id = o.occasion_id
     where o.state <> 'held_out' and o.created_at >= $1 and o.created_at < $2 group by 1, 2, 3`,
    [from, to],
  );
  return rows;
}

export interface OccasionCounts {
  readonly journey: string;
  readonly occasions: number;
  readonly held_out: number;
}

export async function occasionCounts(client: Queryable, from: Date, to: Date): Promise<OccasionCounts[]> {
  const { rows } = await client.query<OccasionCounts>(
    `select journey, count(*)::int as occasions, (count(*) filter (where state = 'held_out'))::int as held_out
     from couture.push_occasion where created_at >= $1 and created_at < $2 group by journey`,
    [from, to],
  );
  return rows;
}

/** A customer of a journey and their first occasion, in seconds since 1970; `heldOut` is null for one who was in both arms. */
export type JourneyPerson = [journey: string, customer: string, heldOut: boolean | null, since: number];

/** The customers for whom journeys with a holdout found an occasion, since the share is what it is. */
export function journeyPeople(client: Client, from: Date, to: Date): AsyncGenerator<JourneyPerson[]> {
  return batchesOf<JourneyPerson>(
    client,
    `select o.journey, o.customer_id, case when count(distinct o.state = 'held_out') = 1 then bool_or(o.state = 'held_out') end,
       extract(epoch from min(o.created_at))::float8
     from couture.push_occasion o join couture.push_journey j on j.name = o.journey
     where j.holdout > 0 and o.created_at >= greatest($1, j.holdout_since) and o.created_at < $2
     group by o.journey, o.customer_id`,
    [from, to],
  );
}

/** A customer of a campaign, their messages that were accepted, and how many of these were clicked. */
export type CampaignPerson = [customer: string, messages: number, clicked: number];

/** Customers of a campaign's audience, whatever became of their messages. */
export function campaignPeople(client: Client, campaignId: number): AsyncGenerator<CampaignPerson[]> {
  return batchesOf<CampaignPerson>(
    client,
    `select customer_id, (count(*) filter (where state = 'accepted'))::int, count(clicked_at)::int
     from couture.push_delivery where campaign_id = $1 and customer_id is not null group by customer_id`,
    [campaignId],
  );
}

/** Messages to browsers of visitors, whose orders are not known. */
export async function visitorMessages(client: Queryable, campaignId: number): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    'select count(*)::int as n from couture.push_delivery where campaign_id = $1 and customer_id is null',
    [campaignId],
  );
  return rows[0]!.n;
}
