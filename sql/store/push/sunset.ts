// The sunset of subscriptions: those who don't react to messages get fewer, then none. A visit or a click resets the count.
// Chrome revokes the permission of sites that send many notifications to people who don't visit them (since October 2025;
// its source compares the mean number a day over a week, 3 or 4, for a site engagement of 0), and exempts installed apps.

/** From `after` messages without a visit or a click on: at most one in `days` days; null: none. Ascending. */
export const sunsetSteps = [
  { name: 'reduced', after: 5, days: 7 },
  { name: 'rare', after: 10, days: 28 },
  { name: 'ended', after: 15, days: null },
] as const;
export type SunsetClass = 'active' | (typeof sunsetSteps)[number]['name'];

/** Days since it was last opened as an app for which an installed shop is exempt. */
const installedDays = 90;

const last = sunsetSteps.at(-1)!;

/** SQL condition: subscription `s` was opened as an installed app not long ago. */
export const installedSql = `coalesce(s.installed_at > now() - interval '${installedDays} days', false)`;

/** SQL for the messages to subscription `s` since its browser last visited the shop or clicked: one row of `n`, `latest`. */
const unanswered = `select count(*)::int as n, max(m.settled_at) as latest from (
    select r.settled_at from couture.push_delivery r
    where r.subscription_id = s.subscription_id and r.state in ('accepted', 'sending')
      and r.settled_at > greatest(s.seen_at, s.clicked_at)
    order by r.settled_at desc limit ${last.after}) m`;

/** SQL condition: the sunset keeps the next message from subscription `s`. */
export const sunsetSql = `(not ${installedSql} and exists (select from (${unanswered}) u where ${sunsetSteps
  .map(
    ({ after, days }) =>
      `(u.n >= ${after}${days === null ? '' : ` and u.latest > now() - interval '${days} days'`})`,
  )
  .join(' or ')}))`;

/** SQL condition: one more message without a reaction takes subscription `s` to the first step, or it is there already. */
export const atRiskSql = `(not ${installedSql} and (select u.n from (${unanswered}) u) >= ${sunsetSteps[0].after - 1})`;

/** SQL for the `SunsetClass` of subscription `s`. */
export const sunsetClassSql = `(case when ${installedSql} then 'active' else (select case ${sunsetSteps
  .toReversed()
  .map(({ name, after }) => `when u.n >= ${after} then '${name}'`)
  .join(' ')} else 'active' end from (${unanswered}) u) end)`;

/** SQL condition: the settings of a campaign apply the sunset. @param id its number, such as `$1` */
export function appliesSunsetSql(id: string): string {
  return `coalesce((select (c.settings ->> 'sunset')::boolean from couture.push_campaign c where c.campaign_id = ${id}), false)`;
}
