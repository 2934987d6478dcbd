// Data for the report on chats: figures by team and agent, chats by hour, and orders around the chats of customers.
import { batchesOf } from '../../cursor.ts';
import type { Client, Queryable } from '../../pool.ts';
import { keptQuantity, shopView } from '../../source/shop-view.ts';

/** Seconds; null without any. */
export type Quantiles = readonly [median: number, p90: number] | null;

export interface ChatFigures {
  readonly of: 'all' | 'team' | 'agent';
  /** Id of the team or subject of the agent; null: all chats, or those of no team. */
  readonly id: string | null;
  readonly name: string | null;
  readonly chats: number;
  /** Left as a message while nobody was there. */
  readonly offline: number;
  readonly answered: number;
  /** Chats whose target for the first response passed. */
  readonly missed: number;
  readonly resolved: number;
  /** From the start to the first message of an agent, without chats that were left as a message. */
  readonly first_response: Quantiles;
  /** From the start to the end of the chat. */
  readonly resolution: Quantiles;
  readonly ratings: number;
  /** From 1 to 5; null without ratings. */
  readonly score: number | null;
  /** Ratings of 4 or 5. */
  readonly satisfied: number;
}

/** Chats that began in the period, for all, each team and each agent. A chat belongs to the agent who wrote last. */
export async function chatFigures(client: Queryable, from: Date, to: Date): Promise<ChatFigures[]> {
  const { rows } = await client.query<ChatFigures>(
    `with chat as (
       select s.*, first.at as answered_at, last.sender as agent, last.sender_name as agent_name, r.score
       from couture.chat_session s
       left join couture.chat_rating r using (session_id)
       left join lateral (
         select m.created_at as at from couture.chat_message m
         where m.session_id = s.session_id and m.side = 'staff' order by seq limit 1
       ) first on true
       left join lateral (
         select m.sender, m.sender_name from couture.chat_message m
         where m.session_id = s.session_id and m.side = 'staff' order by seq desc limit 1
       ) last on true
       where s.created_at >= $1 and s.created_at < $2 and s.last_seq > 0
     )
     select case when grouping(c.team_id) = 0 then 'team' when grouping(agent) = 0 then 'agent' else 'all' end as of,
       coalesce(c.team_id, agent) as id, case when grouping(c.team_id) = 0 then min(t.name) when grouping(agent) = 0 then min(agent_name) end as name,
       count(*)::int as chats,
       (count(*) filter (where left_offline))::int as offline,
       count(answered_at)::int as answered,
       count(missed_at)::int as missed,
       count(resolved_at)::int as resolved,
       percentile_cont(array[0.5, 0.9]) within group (order by extract(epoch from answered_at - c.created_at)::float8)
         filter (where not left_offline) as first_response,
       percentile_cont(array[0.5, 0.9]) within group (order by extract(epoch from resolved_at - c.created_at)::float8)
         as resolution,
       count(score)::int as ratings, avg(score)::float8 as score, (count(*) filter (where score >= 4))::int as satisfied
     from chat c left join couture.chat_team t on t.team_id = c.team_id
     group by grouping sets ((), (c.team_id), (agent))
     having grouping(agent) = 1 or agent is not null
     order by of, chats desc, id`,
    [from, to],
  );
  return rows.map((row) => ({
    ...row,
    first_response: row.first_response?.[0] == null ? null : row.first_response,
    resolution: row.resolution?.[0] == null ? null : row.resolution,
  }));
}

/** Number of chats that began in the period for each label, the most first. A chat with two labels counts for both. */
export async function chatsByLabel(
  client: Queryable,
  from: Date,
  to: Date,
): Promise<Array<{ readonly name: string; readonly chats: number }>> {
  const { rows } = await client.query<{ name: string; chats: number }>(
    `select l.name, count(*)::int as chats
     from couture.chat_session join couture.chat_session_label using (session_id) join couture.chat_label l using (label_id)
     where chat_session.created_at >= $1 and chat_session.created_at < $2 and last_seq > 0
     group by label_id, l.name order by chats desc, lower(l.name)`,
    [from, to],
  );
  return rows;
}

/** Number of chats that began in each hour of the day, 24 in all. */
export async function chatsByHour(
  client: Queryable,
  from: Date,
  to: Date,
  timeZone: string,
): Promise<number[]> {
  const { rows } = await client.query<{ hour: number; chats: number }>(
    `select extract(hour from created_at at time zone $3)::int as hour, count(*)::int as chats
     from couture.chat_session where created_at >= $1 and created_at < $2 and last_seq > 0 group by 1`,
    [from, to, timeZone],
  );
  const hours = Array<number>(24).fill(0);
  for (const { hour, chats } of rows) hours[hour] = chats;
  return hours;
}

/** Customers who chatted in the period, with the start of their first chat in it, by time. */
export async function chattingCustomers(
  client: Queryable,
  from: Date,
  to: Date,
): Promise<ReadonlyArray<{ readonly customer: string; readonly at: Date }>> {
  const { rows } = await client.query<{ customer: string; at: Date }>(
    `select customer_id as customer, min(created_at) as at from couture.chat_session
     where created_at >= $1 and created_at < $2 and last_seq > 0 and customer_id is not null
     group by 1 order by 2, 1`,
    [from, to],
  );
  return rows;
}

/**
 * A customer with at least one order before a moment: that of the first chat, or one of those moments chosen by the
 * customer's id. `orders` and `revenue` are of the days from the moment on.
 */
export type CustomerAround = [
  customer: string,
  chatted: boolean,
  before: number,
  daysSinceLast: number,
  orders: number,
  revenue: number,
];

export interface AroundChats {
  /** Customers who chatted, and when; at least one. */
  readonly chatted: ReadonlyArray<{ readonly customer: string; readonly at: Date }>;
  /** Customers to leave out. */
  readonly without: readonly string[];
  /** Days after the moment. */
  readonly days: number;
}

/** Customers come in an order that has nothing to do with them: by a hash of their id. */
export function customersAround(
  source: Client,
  { chatted, without, days }: AroundChats,
): AsyncGenerator<CustomerAround[]> {
  return batchesOf<CustomerAround>(
    source,
    `with head as (
       select customer_id::text as customer, min(ordered_at) as at, sum((${keptQuantity}) * unit_price)::float8 as amount
       from ${shopView.order_line} line where customer_id is not null
       group by customer_id, order_id
     ), moment as (
       select customer, coalesce(c.at, ($2::timestamptz[])[1 + (hashtext(customer) & 2147483647) % cardinality($2)]) as at,
              c.at is not null as chatted
       from (select distinct customer from head where customer <> all ($3::text[])) known
       left join unnest($1::text[], $2::timestamptz[]) as c (customer, at) using (customer)
     )
     select customer, m.chatted, (count(*) filter (where h.at < m.at))::int,
       (extract(epoch from m.at - max(h.at) filter (where h.at < m.at)) / 86400)::float8,
       (count(*) filter (where h.at >= m.at and h.at < m.at + $4 * interval '1 day'))::int,
       coalesce(sum(h.amount) filter (where h.at >= m.at and h.at < m.at + $4 * interval '1 day'), 0)::float8
     from head h join moment m using (customer)
     group by customer, m.chatted, m.at having count(*) filter (where h.at < m.at) > 0
     order by md5(customer)`,
    [chatted.map(({ customer }) => customer), chatted.map(({ at }) => at), without, days],
  );
}
