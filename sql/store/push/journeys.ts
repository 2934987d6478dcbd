// What the shop has decided about its journeys, and the one campaign of each.
import { randomBytes } from 'node:crypto';
import { daysAgo } from '../../days-ago.ts';
import type { Queryable } from '../../pool.ts';
import type { CampaignSettings } from './campaigns.ts';
import { type JourneyRule, journeyRules } from './journey-rules.ts';

export interface JourneyState {
  readonly name: string;
  readonly enabled: boolean;
  /** Share of customers who get no message, to compare with. */
  readonly holdout: number;
  /** When the share was last changed; absent: never. */
  readonly holdout_since?: Date;
}

export interface JourneyCounts {
  readonly open: number;
  readonly done: number;
  readonly held_out: number;
  readonly skipped: number;
  /** Messages that were in flight when a process died, and were sent again. */
  readonly doubtful: number;
}

/** The state of each journey, in the order of their declaration. */
export async function journeyStates(client: Queryable): Promise<JourneyState[]> {
  const { rows } = await client.query<JourneyState>(
    // By way of text: 0.4 as a real is 0.4000000059604645 as a double.
    'select name, enabled, holdout::text::float8 as holdout, holdout_since from couture.push_journey',
  );
  const decided = new Map(rows.map((row) => [row.name, row]));
  return Object.entries(journeyRules).map(
    ([name, { enabled }]) => decided.get(name) ?? { name, enabled, holdout: 0 },
  );
}

/** Turns a journey on or off. @param holdout undefined keeps the share; another one starts the comparison again */
export async function setJourney(
  client: Queryable,
  name: string,
  enabled: boolean,
  holdout?: number,
): Promise<void> {
  await client.query(
    `insert into couture.push_journey as j (name, enabled, holdout) values ($1, $2, coalesce($3::real, 0))
     on conflict (name) do update set enabled = excluded.enabled, holdout = coalesce($3::real, j.holdout),
       holdout_since = case when j.holdout = coalesce($3::real, j.holdout) then j.holdout_since else now() end`,
    [name, enabled, holdout ?? null],
  );
}

/** Whether the trigger is to be read now; notes that it is. */
export async function claimTriggerRead(
  client: Queryable,
  name: string,
  { every, enabled }: JourneyRule,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into couture.push_journey as j (name, enabled, looked_at) values ($1, $2, now())
     on conflict (name) do update set looked_at = now()
       where j.looked_at <= now() - make_interval(secs => $3)`,
    [name, enabled, every],
  );
  return rowCount === 1;
}

/** Creates or updates the campaign of a journey. @returns its number */
export async function journeyCampaign(
  client: Queryable,
  name: string,
  { topic, summary }: JourneyRule,
  settings: CampaignSettings,
): Promise<number> {
  const { rows } = await client.query<{ campaign_id: number }>(
    `insert into couture.push_campaign as c (journey, message, audience, topic, settings, people, beacon_key, state)
     values ($1, jsonb_build_object('title', $1::text, 'body', $2::text, 'url', '/'), jsonb_build_object('journey', $1::text),
       $3, $4, 0, $5, 'waiting')
     on conflict (journey) where journey is not null do update set settings = excluded.settings, topic = excluded.topic
     returning campaign_id`,
    [name, summary, topic, settings, randomBytes(32)],
  );
  return rows[0]!.campaign_id;
}

/** Days for which occasions are kept at least: a journey must not forget what it may find again. */
const minOccasionDays = 100;

/** Deletes occasions that are older than `days` days, with their messages. @returns how many */
export async function pruneOccasions(client: Queryable, days: number, dryRun: boolean): Promise<number> {
  const old = `state <> 'open' and created_at < ${daysAgo('$1')}`;
  const values = [Math.max(days, minOccasionDays)];
  if (dryRun) {
    const { rows } = await client.query<{ n: number }>(
      `select count(*)::int as n from couture.push_occasion where ${old}`,
      values,
    );
    return rows[0]!.n;
  }
  const { rows } = await client.query<{ n: number }>(
    `with old as (delete from couture.push_occasion where ${old} returning occasion_id), messages as (
       delete from couture.push_delivery d using old, couture.push_campaign c
       where c.journey is not null and d.campaign_id = c.campaign_id and d.occasion_id = old.occasion_id
         and d.occasion_id > 0)
     select count(*)::int as n from old`,
    values,
  );
  return rows[0]!.n;
}

/** Name → number of its occasions by state. */
export async function journeyCounts(client: Queryable): Promise<Map<string, JourneyCounts>> {
  const { rows } = await client.query<JourneyCounts & { journey: string }>(
    `select journey, count(*) filter (where state = 'open')::int as open, count(*) filter (where state = 'done')::int as done,
       count(*) filter (where state = 'held_out')::int as held_out, count(*) filter (where state = 'skipped')::int as skipped,
       coalesce((select c.doubtful from couture.push_campaign c where c.journey = o.journey), 0) as doubtful
     from couture.push_occasion o group by journey`,
  );
  return new Map(rows.map(({ journey, ...counts }) => [journey, counts]));
}
