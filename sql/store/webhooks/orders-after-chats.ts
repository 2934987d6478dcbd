// Orders of customers who have chatted some days before, as events for the receivers that want them.
import type { IdType } from '../../id-types.ts';
import type { Queryable } from '../../pool.ts';
import { shopView } from '../../source/shop-view.ts';
import { believedDate } from '../shop/believed-dates.ts';
import { isId } from '../shop/shop-products.ts';

const orderEvent = 'order.after_chat';

/** Days in which a new order is looked for; the view may count it only once it is paid. Shorter than events are kept. */
const lookBackDays = 3;
/** Customers in one look; those who chatted last. */
const maxCustomers = 10_000;

/**
 * Notes orders since the receivers were added, each once, with the last chat before it. A customer is who was signed in
 * during the chat; orders of guests belong to no chat.
 * @returns the number of new events
 */
export async function noteOrdersAfterChats(client: Queryable, customerType: IdType): Promise<number> {
  const { rows: wanted } = await client.query<{ days: number | null; since: Date | null }>(
    `select max(order_days) as days, greatest(min(created_at), now() - interval '${lookBackDays} days') as since
     from couture.webhook where disabled_at is null and $1 = any (events)`,
    [orderEvent],
  );
  const { days, since } = wanted[0]!;
  if (days === null || since === null) return 0;
  const { rows } = await client.query<{ customer: string }>(
    `select customer_id as customer from couture.chat_session
     where customer_id is not null and last_seq > 0 and created_at > now() - make_interval(days => $1)
     group by 1 order by max(created_at) desc limit ${maxCustomers}`,
    [days + lookBackDays],
  );
  const customers = rows.map(({ customer }) => customer).filter((id) => isId(customerType, id));
  if (customers.length === 0) return 0;
  const { rowCount } = await client.query(
    `with placed as (
       select customer_id::text as customer, order_id::text as order_id, min(ordered_at)::timestamptz as at
       from ${shopView.order_line} line
       where customer_id = any ($1::${customerType}[]) and order_id is not null and ordered_at >= $2 and ${believedDate}
       group by 1, 2
     ), found as (
       select p.*, c.session_id, c.team_id, c.agent, c.created_at as chatted_at
       from placed p cross join lateral (
         select s.session_id, s.team_id, s.created_at, (
             select m.sender from couture.chat_message m
             where m.session_id = s.session_id and m.side = 'staff' order by m.seq desc limit 1) as agent
         from couture.chat_session s
         where s.customer_id = p.customer and s.last_seq > 0 and s.created_at <= p.at
         order by s.created_at desc limit 1
       ) c
       where exists (select from couture.webhook w where w.disabled_at is null and $3 = any (w.events)
         and w.created_at <= p.at and c.created_at > p.at - make_interval(days => w.order_days))
     ), noted as (
       insert into couture.webhook_event (type, session_id, order_id, data, happened_at)
       select $3, session_id, order_id, jsonb_build_object('order_id', order_id, 'chat_id', session_id,
         'customer_id', customer, 'team', team_id, 'agent', agent), at
       from found order by at, order_id
       on conflict do nothing returning event_id, order_id, session_id, happened_at
     )
     insert into couture.webhook_delivery (webhook_id, event_id, session_id)
     select w.webhook_id, n.event_id, n.session_id from noted n join found f using (order_id, session_id)
     join couture.webhook w on w.disabled_at is null and $3 = any (w.events) and w.created_at <= n.happened_at
       and f.chatted_at > n.happened_at - make_interval(days => w.order_days)`,
    [customers, since, orderEvent],
  );
  return rowCount ?? 0;
}
