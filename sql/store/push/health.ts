// The health of the shop's push permissions: subscriptions by push service, and what became of messages week by week.
import { daysAgo } from '../../days-ago.ts';
import type { Queryable } from '../../pool.ts';
import { installedSql, type SunsetClass, sunsetClassSql } from './sunset.ts';

export interface ServiceSubscriptions {
  /** fcm, mozilla, apple, wns, or the host of another push service. */
  readonly service: string;
  readonly subscriptions: number;
  /** Opened as an installed app not long ago; the sunset exempts them. */
  readonly installed: number;
  /** Days since the browsers subscribed: median, first and last decile; null without subscriptions. */
  readonly age: { readonly median: number; readonly p10: number; readonly p90: number } | null;
  /** Subscriptions by step of the sunset; installed ones are active. */
  readonly sunset: Readonly<Record<SunsetClass, number>>;
}

export interface MessageCounts {
  readonly accepted: number;
  /** Refused because the subscription has expired or was revoked. */
  readonly gone: number;
  readonly failed: number;
  readonly shown: number;
  readonly clicked: number;
  readonly dismissed: number;
}

export interface WeekOfService extends MessageCounts {
  readonly service: string;
  /** 0: the seven days up to now, 1: those before… */
  readonly weeks_ago: number;
}

/** The push service of an origin; Windows and Mozilla have many hosts. */
const serviceSql = (origin: string) => `case
  when ${origin} ~ '[/.]googleapis\\.com(:\\d+)?$' then 'fcm' when ${origin} ~ '\\.push\\.services\\.mozilla\\.com$' then 'mozilla'
  when ${origin} ~ '\\.push\\.apple\\.com$' then 'apple' when ${origin} ~ '\\.notify\\.windows\\.com$' then 'wns'
  else regexp_replace(${origin}, '^https?://', '') end`;

/** Subscriptions of all push services together, named `all`, then of each, the largest first. */
export async function subscriptionHealth(client: Queryable): Promise<ServiceSubscriptions[]> {
  const { rows } = await client.query(
    `select coalesce(service, 'all') as service, count(*)::int as subscriptions, count(*) filter (where installed)::int as installed,
       percentile_cont(array[0.1, 0.5, 0.9]) within group (order by age) as ages,
       count(*) filter (where step = 'active')::int as active, count(*) filter (where step = 'reduced')::int as reduced,
       count(*) filter (where step = 'rare')::int as rare, count(*) filter (where step = 'ended')::int as ended
     from (
       select ${serviceSql('s.origin')} as service, ${installedSql} as installed, ${sunsetClassSql} as step,
         extract(epoch from now() - s.subscribed_at)::float8 / 86400 as age
       from couture.push_subscription s
     ) each group by grouping sets ((service), ()) order by grouping(service) desc, subscriptions desc, service`,
  );
  return rows.map(({ service, subscriptions, installed, ages, active, reduced, rare, ended }) => ({
    service,
    subscriptions,
    installed,
    age: ages ? { p10: days(ages[0]), median: days(ages[1]), p90: days(ages[2]) } : null,
    sunset: { active, reduced, rare, ended },
  }));
}

/** To a tenth of a day. */
function days(age: number): number {
  return Math.round(age * 10) / 10;
}

/** Messages of campaigns and journeys by push service and week; weeks and services without any are missing. */
export async function messageHealth(client: Queryable, weeks: number): Promise<WeekOfService[]> {
  const { rows } = await client.query<WeekOfService>(
    `select service, weeks_ago, count(*) filter (where state = 'accepted')::int as accepted,
       count(*) filter (where state = 'gone')::int as gone, count(*) filter (where state = 'failed')::int as failed,
       count(shown_at)::int as shown, count(clicked_at)::int as clicked, count(dismissed_at)::int as dismissed
     from (
       select ${serviceSql('d.origin')} as service, d.state, d.shown_at, d.clicked_at, d.dismissed_at,
         greatest(0, floor(extract(epoch from now() - d.settled_at) / 604800))::int as weeks_ago
       from couture.push_delivery d
       -- A message to somebody who had unsubscribed was never sent.
       where d.settled_at > ${daysAgo('$1')} and d.state in ('accepted', 'gone', 'failed') and d.reason is distinct from 'unsubscribed'
     ) each group by service, weeks_ago order by service, weeks_ago desc`,
    [weeks * 7],
  );
  return rows;
}
