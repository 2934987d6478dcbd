// The journeys of a shop, each declared as a rule: what triggers it, when it is sent, and what makes it pointless.
import { believedDate } from '../shop/believed-dates.ts';
import { watchLists } from '../shop/watch-lists.ts';
import type { PushTopic } from './subscriptions.ts';

/**
 * What makes a message pointless, checked again just before it is sent. `bought`: the product, in any variant, after
 * `bought_after`. `ordered`: anything. `sold_out`: the product cannot be bought. `price`: it no longer costs less than `price`.
 * `bag`: the product has left the customer's bag. `stage`: the order has reached another stage.
 */
export type Stop = 'bought' | 'ordered' | 'sold_out' | 'price' | 'bag' | 'stage';

/** Stages of an order that its customer gets a message about. */
const announcedStages = [
  'shipped',
  'out_for_delivery',
  'ready',
  'delivered',
  'cancelled',
  'refunded',
] as const;
export type AnnouncedStage = (typeof announcedStages)[number];

export interface JourneyRule {
  readonly summary: string;
  /** Whether it is on unless the shop turns it off. */
  readonly enabled: boolean;
  readonly topic: PushTopic;
  readonly urgency: 'low' | 'normal' | 'high';
  /** Seconds for which push services keep the message. */
  readonly ttl: number;
  /** Seconds between two reads of the trigger. */
  readonly every: number;
  /** Seconds from what happened to the message, and from then until it is too late. */
  readonly delay: number;
  readonly window: number;
  /** Seconds between two messages of this journey to one customer; null: one for each occasion. */
  readonly gap: number | null;
  /**
   * Which limits apply. `all`: quiet hours, the shop's cap and the sunset. `quiet`: quiet hours alone. `none`: the customer
   * asked for this very message. Each message counts towards the cap.
   */
  readonly limits: 'all' | 'quiet' | 'none';
  readonly stops: readonly Stop[];
  /** Whether the stages of orders are read before the trigger. */
  readonly readsOrders?: true;
  /**
   * Query that returns customer_id, occasion, product_id (all text), price, at, bought_after. `$since` and `$until` stand
   * for the times between which `at` makes the message due.
   */
  readonly trigger: string;
}

const [minute, hour, day] = [60, 3_600, 86_400];

const watched = (kind: 'price' | 'stock', time: string, price: string) => `
  select distinct w.customer_id, k.product_id || ' ' || extract(epoch from k.${time}) as occasion, k.product_id,
    ${price}::numeric as price, k.${time} as at, k.${time} as bought_after
  from couture.push_watched k join ${watchLists} w on w.product_id = k.product_id
  where k.in_stock and k.${time} > $since and k.${time} <= $until
    and not exists (select from couture.push_told t where t.customer_id = w.customer_id
      and t.product_id = k.product_id and t.kind = '${kind}' and t.told_at >= k.${time})`;

/** Name → journey. */
export const journeyRules: Readonly<Record<string, JourneyRule>> = {
  'price-drop': {
    summary: 'a watched product became cheaper',
    enabled: true,
    topic: 'prices',
    urgency: 'normal',
    ttl: day,
    every: 0,
    delay: 0,
    window: 6 * hour,
    gap: null,
    limits: 'none',
    stops: ['bought', 'sold_out', 'price'],
    trigger: watched('price', 'dropped_at', 'k.price_before'),
  },
  'back-in-stock': {
    summary: 'a watched product is in stock again',
    enabled: true,
    topic: 'stock',
    urgency: 'normal',
    ttl: day,
    every: 0,
    delay: 0,
    window: 6 * hour,
    gap: null,
    limits: 'none',
    stops: ['bought', 'sold_out'],
    trigger: watched('stock', 'restocked_at', 'null'),
  },
  'order-status': {
    summary:
      'an order was shipped, is out for delivery or ready to collect, was delivered, cancelled or refunded',
    enabled: false,
    topic: 'orders',
    urgency: 'normal',
    ttl: day,
    every: 5 * minute,
    delay: 0,
    window: day,
    gap: null,
    limits: 'quiet',
    stops: ['stage'],
    readsOrders: true,
    trigger: `
      select customer_id, stage || ' ' || order_id as occasion, null::text as product_id, null::numeric as price,
        changed_at as at, changed_at as bought_after
      from couture.push_order where changed_at > $since and changed_at <= $until
        and stage in (${announcedStages.map((stage) => `'${stage}'`).join(', ')})`,
  },
  bag: {
    summary: 'a bag was left four hours ago',
    enabled: false,
    topic: 'bag',
    urgency: 'normal',
    ttl: day,
    every: 10 * minute,
    delay: 4 * hour,
    window: day,
    gap: 3 * day,
    limits: 'all',
    stops: ['ordered', 'sold_out', 'bag'],
    // The newest product comes first: the message is about the first one that can be bought.
    trigger: `
      select b.customer_id, i.item ->> 'product_id' || ' ' || extract(epoch from b.changed_at) as occasion,
        i.item ->> 'product_id' as product_id, null::numeric as price, b.changed_at + i.place * interval '1 microsecond' as at,
        b.changed_at as bought_after
      from couture.bag b cross join lateral jsonb_array_elements(b.items) with ordinality as i (item, place)
      where b.changed_at > $since and b.changed_at <= $until`,
  },
  viewed: {
    summary: 'a product was viewed four hours ago and not bought',
    enabled: false,
    topic: 'news',
    urgency: 'low',
    ttl: day,
    every: 10 * minute,
    delay: 4 * hour,
    window: 2 * day,
    gap: 7 * day,
    limits: 'all',
    stops: ['bought', 'sold_out'],
    // A product that was bought in the last month is viewed for other reasons.
    trigger: `
      select customer as customer_id, item || ' ' || extract(epoch from max(at)) as occasion, item as product_id,
        null::numeric as price, max(at) as at, max(at) - interval '30 days' as bought_after
      from couture.recommendation_event where type = 'view' and customer is not null and at > $since
      group by customer, item having max(at) <= $until`,
  },
  'buy-again': {
    summary: 'a product is due to be bought again, by the lists of the published build',
    enabled: false,
    topic: 'news',
    urgency: 'low',
    ttl: 2 * day,
    every: hour,
    delay: 9 * hour,
    window: 3 * day,
    gap: 7 * day,
    limits: 'all',
    stops: ['bought', 'sold_out'],
    trigger: `
      select k.customer_id::text as customer_id, i.product_id::text || ' ' || e.last_day as occasion,
        i.product_id::text as product_id, null::numeric as price, due.at,
        (e.last_day + 1)::timestamp at time zone 'UTC' as bought_after
      from couture.buy_again_list l join couture.customer_key k using (customer_key)
      cross join lateral unnest(l.item_keys, l.last_days, l.intervals) as e (item_key, last_day, every)
      join couture.product_key i on i.product_key = e.item_key
      cross join lateral (
        select (e.last_day + greatest(1, round(e.every))::int)::timestamp at time zone 'UTC' as at) due
      where l.build_id = (select build_id from couture.published) and due.at > $since and due.at <= $until`,
  },
  welcome: {
    summary: 'the first order was placed a day ago',
    enabled: false,
    topic: 'news',
    urgency: 'low',
    ttl: 2 * day,
    every: hour,
    delay: day,
    window: 3 * day,
    gap: null,
    limits: 'all',
    stops: [],
    trigger: `
      select customer_id::text as customer_id, 'first' as occasion, null::text as product_id, null::numeric as price,
        min(ordered_at)::timestamptz as at, min(ordered_at)::timestamptz as bought_after
      from couture_source.order_line where customer_id is not null
      group by customer_id having min(ordered_at) > $since and min(ordered_at) <= $until`,
  },
  'win-back': {
    summary: 'no order for twice the customer’s usual time, at least 60 days; 90 days after a single one',
    enabled: false,
    topic: 'news',
    urgency: 'low',
    ttl: 2 * day,
    every: 6 * hour,
    delay: 0,
    window: 14 * day,
    gap: 60 * day,
    limits: 'all',
    stops: ['ordered'],
    trigger: `
      select customer_id::text as customer_id, extract(epoch from newest)::text as occasion, null::text as product_id,
        null::numeric as price, due.at, newest as bought_after
      from (
        select customer_id, max(ordered_at)::timestamptz as newest, min(ordered_at)::timestamptz as oldest,
          count(distinct ordered_at::date) as days
        from couture_source.order_line where customer_id is not null and ${believedDate} group by customer_id) o
      cross join lateral (
        select newest + case when days = 1 then interval '90 days'
          else greatest(interval '60 days', 2 * (newest - oldest) / (days - 1)) end as at) due
      where due.at > $since and due.at <= $until`,
  },
};

/** The order and the stage that an occasion of `order-status` is about. */
export function orderOfOccasion(occasion: string): {
  readonly stage: AnnouncedStage;
  readonly orderId: string;
} {
  const space = occasion.indexOf(' ');
  return { stage: occasion.slice(0, space) as AnnouncedStage, orderId: occasion.slice(space + 1) };
}

/** The trigger, due now: its placeholders are times relative to the clock of Postgres. */
export function dueSql({ trigger, delay, window }: JourneyRule): string {
  return trigger
    .replaceAll('$since', `(now() - interval '${delay + window} seconds')`)
    .replaceAll('$until', `(now() - interval '${delay} seconds')`);
}
