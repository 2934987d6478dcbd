// Data for the report on invitations to the chat: who was invited or held out, by rule.
import { batchesOf } from '../../cursor.ts';
import type { Client } from '../../pool.ts';

/**
 * A visitor, or a customer if known, in a rule: the arm, null for one that was in both; the first invitation (Unix
 * seconds), and whether the chat was opened from one.
 */
export type InvitedUnit = [
  invite: string,
  customer: string | null,
  arm: 'invited' | 'holdout' | null,
  first: number,
  opened: boolean,
];

/**
 * As for recommendations: visits of one customer on several devices are one unit; a browser of several customers belongs to
 * the first by id.
 */
export function invitedUnits(client: Client, from: Date, to: Date): AsyncGenerator<InvitedUnit[]> {
  return batchesOf<InvitedUnit>(
    client,
    `with invitation as (
       select * from couture.chat_invitation where at >= $1 and at < $2
     ), known as (
       select visitor, min(customer) as customer from (
         select visitor, customer from invitation where customer is not null
         union all
         select visitor, customer from couture.recommendation_event
         where at >= $1 and at < $2 and customer is not null and visitor in (select visitor from invitation)
       ) seen group by visitor
     ), unit as (
       select i.invite_id, coalesce(i.customer, k.customer) as customer, i.visitor, i.arm, i.at, i.opened_at
       from invitation i left join known k using (visitor)
     )
     select invite_id, min(customer), case when count(distinct arm) = 1 then min(arm) end,
       extract(epoch from min(at))::float8, bool_or(opened_at is not null)
     from unit group by invite_id, coalesce('c' || customer, 'v' || visitor) order by invite_id`,
    [from, to],
  );
}
