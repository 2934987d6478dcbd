// Data for the uplift report: events by list, visitors by arm, clicks, and later orders.
import { batchesOf } from '../../cursor.ts';
import type { Client, Queryable } from '../../pool.ts';
import { keptQuantity, shopView } from '../../source/shop-view.ts';

export interface ListEvents {
  readonly kind: string;
  readonly arm: string | null;
  readonly impressions: number;
  readonly clicks: number;
  readonly adds: number;
}

export async function eventsByList(client: Queryable, from: Date, to: Date): Promise<ListEvents[]> {
  const { rows } = await client.query<ListEvents>(
    `select kind, arm, (count(*) filter (where type = 'impression'))::int as impressions,
            (count(*) filter (where type = 'click'))::int as clicks,
            (count(*) filter (where type = 'add_to_cart'))::int as adds
     from couture.recommendation_event where at >= $1 and at < $2 and type <> 'view' group by kind, arm order by kind, arm`,
    [from, to],
  );
  return rows;
}

/** A visitor, or a customer if known: first exposure and arm; arm is null for one that was in several. */
export type SeenUnit = [unit: string, customer: string | null, arm: string | null, firstSeen: number];

/**
 * Everyone who was shown a recommendation in an arm. Visits of one customer on several devices are one unit; a unit that
 * was in several arms belongs to none.
 */
export function seenUnits(client: Client, from: Date, to: Date): AsyncGenerator<SeenUnit[]> {
  return batchesOf<SeenUnit>(
    client,
    `with event as (
       select customer, visitor, arm, at from couture.recommendation_event
       where at >= $1 and at < $2 and type <> 'view' and arm is not null and (visitor is not null or customer is not null)
     ), known as (
       select visitor, min(customer) as customer from event where visitor is not null and customer is not null
       group by visitor
     ), unit as (
       select coalesce(e.customer, k.customer) as customer, e.visitor, e.arm, e.at
       from event e left join known k using (visitor)
     )
     select coalesce('c' || customer, 'v' || visitor), min(customer),
            case when count(distinct arm) = 1 then min(arm) end, extract(epoch from min(at))::float8
     from unit group by 1`,
    [from, to],
  );
}

/** A click or an add to cart by a known customer. The holdout group has seen bestsellers in place of the lists. */
export type KnownClick = [customer: string, item: string, kind: string, at: number];

export function knownClicks(client: Client, from: Date, to: Date): AsyncGenerator<KnownClick[]> {
  return batchesOf<KnownClick>(
    client,
    `with known as (
       select visitor, min(customer) as customer from couture.recommendation_event
       where at >= $1 and at < $2 and visitor is not null and customer is not null group by visitor
     )
     select coalesce(e.customer, k.customer), e.item, e.kind, extract(epoch from e.at)::float8
     from couture.recommendation_event e left join known k using (visitor)
     where e.at >= $1 and e.at < $2 and e.type in ('click', 'add_to_cart') and coalesce(e.customer, k.customer) is not null
       and e.arm is distinct from 'holdout'
     order by e.at`,
    [from, to],
  );
}

/** An order line of a customer. */
export type SoldLine = [order: string, customer: string, product: string, amount: number, at: number];

/** @param customers only those of these customers; undefined: of all */
export function soldLines(
  source: Client,
  from: Date,
  to: Date,
  customers?: readonly string[],
): AsyncGenerator<SoldLine[]> {
  return batchesOf<SoldLine>(
    source,
    `select order_id::text, customer_id::text, product_id::text, ((${keptQuantity}) * unit_price)::float8,
            extract(epoch from ordered_at)::float8
     from ${shopView.order_line} line
     where ordered_at >= $1 and ordered_at < $2 and customer_id is not null
       and ($3::text[] is null or customer_id::text = any ($3)) order by ordered_at`,
    [from, to, customers ?? null],
  );
}
