// The audience of a campaign: customer segments, each plain SQL over the source views, and their subscriptions.
import { daysAgo } from '../../days-ago.ts';
import type { Queryable } from '../../pool.ts';
import { keptQuantity, returnedInFull, shopView } from '../../source/shop-view.ts';
import { believedDate } from '../shop/believed-dates.ts';
import { watchersOf, watchLists } from '../shop/watch-lists.ts';
import { atRiskSql, sunsetSql } from './sunset.ts';

export interface Segment {
  readonly summary: string;
  /** The argument after the colon; undefined when the segment takes none. */
  readonly argument?: { readonly name: string; readonly kind: 'text' | 'number'; readonly default?: string };
  /** Query that returns customer_id as text; `$argument` stands for the argument. */
  readonly sql: string;
}

const days = (fallback: string) => ({ name: 'days', kind: 'number', default: fallback }) as const;
const category = { name: 'category', kind: 'text' } as const;

/** Name → segment. */
export const segments: Readonly<Record<string, Segment>> = {
  bought: {
    summary: 'have bought a product in a category',
    argument: category,
    sql: `select o.customer_id::text from ${shopView.order_line} o
          join ${shopView.product} p on p.product_id = o.product_id where p.category = $argument and not ${returnedInFull}`,
  },
  viewed: {
    summary: 'have viewed a product in a category',
    argument: category,
    sql: `select e.customer from couture.recommendation_event e
          join couture_source.product p on p.product_id::text = e.item
          where e.type in ('view', 'click') and e.customer is not null and p.category = $argument`,
  },
  watches: {
    summary: 'have a product in a category on their watch list',
    argument: category,
    sql: watchersOf('select product_id from couture_source.product where category = $argument'),
  },
  inactive: {
    summary: 'have ordered before, but not within this many days',
    argument: days('90'),
    sql: `select customer_id::text from couture_source.order_line where customer_id is not null
          group by customer_id having max(ordered_at) filter (where ${believedDate}) < ${daysAgo('$argument')}`,
  },
  'buy-again': {
    summary: 'are due to buy a product in stock again within this many days',
    argument: days('7'),
    sql: `select k.customer_id::text
          from couture.buy_again_list l join couture.customer_key k using (customer_key)
          cross join lateral unnest(l.item_keys, l.last_days, l.intervals) as e (item_key, last_day, every)
          join couture.product_key i on i.product_key = e.item_key
          join ${shopView.product} p on p.product_id = i.product_id
          where l.build_id = (select build_id from couture.published) and (p.inventory is null or p.inventory > 0)
            and e.last_day + greatest(1, round(e.every))::int <= (now() at time zone 'UTC')::date + $argument::numeric::int
            -- Bought since the build, in any variant; extract reads times without a zone as UTC.
            and not exists (
              select from couture_source.order_line o
              join couture.product_key v on v.product_id = o.product_id and v.representative_key = i.representative_key
              where o.customer_id = k.customer_id
                and (to_timestamp(extract(epoch from o.ordered_at)) at time zone 'UTC')::date > e.last_day)`,
  },
  'price-drop': {
    summary: 'watch a product whose price dropped within this many days',
    argument: days('2'),
    sql: `select w.customer_id from ${watchLists} w
          join couture.push_watched k on k.product_id = w.product_id
          where k.dropped_at > ${daysAgo('$argument')}`,
  },
  'back-in-stock': {
    summary: 'watch a product that came back in stock within this many days',
    argument: days('2'),
    sql: `select w.customer_id from ${watchLists} w
          join couture.push_watched k on k.product_id = w.product_id
          where k.in_stock and k.restocked_at > ${daysAgo('$argument')}`,
  },
  locale: {
    summary: 'use the shop in a language; de includes de-AT',
    argument: { name: 'language', kind: 'text' },
    sql: `select customer_id::text from ${shopView.customer} c
          where starts_with(lower(replace(locale, '_', '-')) || '-', lower(replace($argument, '_', '-')) || '-')`,
  },
  'high-value': {
    summary: 'are among the top spenders, by percent',
    argument: { name: 'percent', kind: 'number', default: '10' },
    sql: `select customer_id::text from (
            -- Amounts of different currencies are not comparable.
            select customer_id, percent_rank() over (partition by currency order by sum((${keptQuantity}) * unit_price) desc) as rank
            from ${shopView.order_line} line where customer_id is not null group by customer_id, currency
          ) spent where rank < $argument::numeric / 100`,
  },
  'never-ordered': {
    summary: 'are customers without an order, or whose orders were all cancelled or refunded',
    sql: `select c.customer_id::text from couture_source.customer c
          where not exists (select from couture_source.order_line o where o.customer_id = c.customer_id)`,
  },
};

export type Audience =
  | { readonly all: true }
  | { readonly user: string }
  | { readonly segment: string; readonly argument: string | null }
  /** A custom segment: the query is kept with the campaign, which goes on sending it after the file has changed. */
  | { readonly segment: string; readonly sql: string }
  | { readonly and: readonly Audience[] }
  | { readonly or: readonly Audience[] }
  /** Of customers: visitors who are not signed in are in no segment, and not in its opposite. */
  | { readonly not: Audience };

export interface AudienceSql {
  /** A condition on `s`, a subscription. */
  readonly condition: string;
  readonly values: readonly unknown[];
}

/** Returns the SQL condition of an audience; its parameters are numbered from `first`. */
export function audienceSql(audience: Audience, first: number): AudienceSql {
  if ('all' in audience) return { condition: 'true', values: [] };
  if ('user' in audience) return { condition: `s.customer_id = $${first}`, values: [audience.user] };
  if ('not' in audience) {
    const { condition, values } = audienceSql(audience.not, first);
    return { condition: `not (${condition})`, values };
  }
  if ('and' in audience) return joinedSql(audience.and, 'and', first);
  if ('or' in audience) return joinedSql(audience.or, 'or', first);
  if ('sql' in audience)
    return {
      // On a line of its own, since the query may end with a comment.
      condition: `s.customer_id in (select m.id::text from (\n${audience.sql}\n) m (id) where m.id is not null)`,
      values: [],
    };
  const { sql, argument } = segments[audience.segment]!;
  const text = sql.replaceAll('$argument', `$${first}`);
  return {
    // Without null, which would make "not in" unknown for everybody.
    condition: `s.customer_id in (select m.id from (${text}) m (id) where m.id is not null)`,
    values: argument ? [audience.argument ?? argument.default] : [],
  };
}

function joinedSql(parts: readonly Audience[], word: 'and' | 'or', first: number): AudienceSql {
  const values: unknown[] = [];
  const conditions = parts.map((part) => {
    const sql = audienceSql(part, first + values.length);
    values.push(...sql.values);
    return sql.condition;
  });
  return { condition: `(${conditions.join(` ${word} `)})`, values };
}

export interface AudienceSize {
  readonly subscriptions: number;
  readonly customers: number;
  /** Skipped by the cap, and of the others by the sunset. */
  readonly capped: number;
  readonly sunset: number;
  /** Receivers whom a further message without a reaction takes to the first step of the sunset, or beyond. */
  readonly at_risk: number;
  readonly origins: ReadonlyArray<{ readonly origin: string; readonly subscriptions: number }>;
}

/** Frequency cap: at most `messages` within `days` per subscription. */
export interface Cap {
  readonly messages: number;
  readonly days: number;
}

/** Current number of subscriptions and customers of an audience, by push service, and who would get no message. */
export async function audienceSize(
  client: Queryable,
  audience: Audience,
  topic: string,
  { cap, sunset = false }: { readonly cap: Cap | null; readonly sunset?: boolean },
): Promise<AudienceSize> {
  const { condition, values } = audienceSql(audience, 4);
  // The row without an origin is the total: a customer with browsers at two push services counts once.
  const { rows } = await client.query<{
    origin: string | null;
    n: number;
    capped: number;
    sunset: number;
    at_risk: number;
    customers: number;
  }>(
    `select origin, count(*)::int as n, count(*) filter (where capped)::int as capped,
       count(*) filter (where sunset and not capped)::int as sunset,
       count(*) filter (where at_risk and not sunset and not capped)::int as at_risk,
       count(distinct customer_id)::int as customers
     from (
       select s.origin, s.customer_id, ${cappedSql(2, 3)} as capped, ${sunset ? sunsetSql : 'false'} as sunset,
         ${atRiskSql} as at_risk
       from couture.push_subscription s where $1 = any(s.topics) and ${condition}
     ) audience
     group by grouping sets ((origin), ()) order by n desc, origin`,
    [topic, cap?.messages ?? null, cap?.days ?? null, ...values],
  );
  const { n: subscriptions, origin: _, ...total } = rows.find(({ origin }) => origin === null)!;
  const origins = rows.flatMap(({ origin, n }) => (origin === null ? [] : [{ origin, subscriptions: n }]));
  return { subscriptions, ...total, origins };
}

/** SQL condition: subscription `s` has reached the cap; false without a cap. */
export function cappedSql(messages: number, days: number): string {
  return `($${messages}::int is not null and (
    select count(*) from couture.push_delivery r where r.subscription_id = s.subscription_id
      and r.state in ('accepted', 'sending') and r.settled_at > ${daysAgo(`$${days}`)}) >= $${messages}::int)`;
}

/** Those of these names that no product has as its category, and all names that products have. */
export async function unknownCategories(
  client: Queryable,
  names: readonly string[],
): Promise<{ readonly unknown: readonly string[]; readonly known: readonly string[] }> {
  if (names.length === 0) return { unknown: [], known: [] };
  const { rows } = await client.query<{ category: string }>(
    'select distinct category from couture_source.product where category is not null order by category limit 10000',
  );
  const known = rows.map(({ category }) => category);
  return { unknown: names.filter((name) => !known.includes(name)), known };
}

/** Current number of customers in a segment, and of those with a subscription. */
export async function segmentSize(
  client: Queryable,
  name: string,
): Promise<{ customers: number; subscribed: number } | undefined> {
  const segment = segments[name]!;
  const values = segment.argument ? [segment.argument.default] : [];
  if (values[0] === undefined && segment.argument) return undefined;
  const { rows } = await client.query<{ customers: number; subscribed: number }>(
    `select count(*)::int as customers,
       count(*) filter (where exists (select from couture.push_subscription s where s.customer_id = m.customer_id))::int
         as subscribed
     from (select distinct customer_id from (${segment.sql.replaceAll('$argument', '$1')}) found
           where customer_id is not null) m`,
    values,
  );
  return rows[0]!;
}

/**
 * Customers with a subscription who are in audiences: how many in each, and in each pair.
 * @returns a symmetric matrix; the diagonal has the sizes
 */
export async function audienceOverlaps(
  client: Queryable,
  audiences: readonly Audience[],
): Promise<number[][]> {
  const values: unknown[] = [];
  const conditions = audiences.map((audience, at) => {
    const sql = audienceSql(audience, 1 + values.length);
    values.push(...sql.values);
    return `coalesce(${sql.condition}, false) as a${at}`;
  });
  const counts = audiences.map(
    (_, row) =>
      `array[${audiences.map((_, at) => `count(*) filter (where a${row} and a${at})::int`).join(', ')}] as r${row}`,
  );
  const { rows } = await client.query<Record<string, number[]>>(
    `select ${counts.join(', ')} from (
       select ${conditions.join(', ')}
       from (select distinct customer_id from couture.push_subscription where customer_id is not null) s) found`,
    values,
  );
  return audiences.map((_, row) => rows[0]![`r${row}`]!);
}
