// Clicks on past campaigns, which forecasts are made from.
import type { Queryable } from '../../pool.ts';

export interface PastCampaign {
  readonly accepted: number;
  readonly clicked: number;
}

/** Days that are read back, and after which most clicks have come in. */
const maxDays = 180;
const minDays = 1;
/** Campaigns that are read, newest first; fewer of one topic say less than those of all. */
const maxCampaigns = 50;
const enough = 3;

/** Campaigns of a topic, or of all topics if there are too few; without journeys and single messages. */
export async function pastCampaigns(client: Queryable, topic: string): Promise<PastCampaign[]> {
  const { rows } = await client.query<PastCampaign & { topic: string }>(
    `select c.topic, n.accepted, n.clicked from couture.push_campaign c cross join lateral (
       select count(*) filter (where d.state = 'accepted')::int as accepted, count(d.clicked_at)::int as clicked
       from couture.push_delivery d where d.campaign_id = c.campaign_id) n
     where c.journey is null and not c.audience ? 'user' and n.accepted > 0
       and c.started_at between now() - interval '${maxDays} days' and now() - interval '${minDays} days'
     order by c.started_at desc limit ${maxCampaigns}`,
  );
  const same = rows.filter((row) => row.topic === topic);
  return (same.length >= enough ? same : rows).map(({ accepted, clicked }) => ({ accepted, clicked }));
}
