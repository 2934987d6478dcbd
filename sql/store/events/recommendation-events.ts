// Events of recommendations (impression, click, add to cart) and views of product pages, written in batches, one statement each.
import { daysAgo } from '../../days-ago.ts';
import type { Queryable } from '../../pool.ts';

const eventTypes = ['impression', 'click', 'add_to_cart', 'view'] as const;
export type EventType = (typeof eventTypes)[number];

export interface RecommendationEvent {
  readonly at: Date;
  readonly type: EventType;
  /** The list that contained the product. */
  readonly kind: string;
  /** Null when unknown. */
  readonly buildId: number | null;
  /** The product that the list belongs to; null for a list of the shop or of a customer. */
  readonly subject: string | null;
  readonly item: string;
  /** Starts at 1. */
  readonly place: number;
  readonly customer: string | null;
  readonly visitor: string | null;
  /** The visitor's arm: standard, holdout or experiment; null when no arms are in use. */
  readonly arm?: string | null;
}

export async function insertEvents(client: Queryable, events: readonly RecommendationEvent[]): Promise<void> {
  if (events.length === 0) return;
  await client.query(
    `insert into couture.recommendation_event (at, type, kind, build_id, subject, item, place, customer, visitor, arm)
     select * from unnest($1::timestamptz[], $2::text[], $3::text[], $4::int[], $5::text[], $6::text[], $7::int[],
       $8::text[], $9::text[], $10::text[])`,
    [
      events.map((event) => event.at),
      events.map((event) => event.type),
      events.map((event) => event.kind),
      events.map((event) => event.buildId),
      events.map((event) => event.subject),
      events.map((event) => event.item),
      events.map((event) => event.place),
      events.map((event) => event.customer),
      events.map((event) => event.visitor),
      events.map((event) => event.arm ?? null),
    ],
  );
}

/** Rows per delete: a statement of the runtime may take 2 s. */
const rowsAtOnce = 20_000;

/** Deletes older events. @returns how many */
export async function pruneEvents(client: Queryable, olderThanDays: number): Promise<number> {
  for (let removed = 0; ; ) {
    const { rowCount } = await client.query(
      `delete from couture.recommendation_event where ctid = any (array(
         select ctid from couture.recommendation_event where at < ${daysAgo('$1')}
         order by at limit $2 for update skip locked))`,
      [olderThanDays, rowsAtOnce],
    );
    removed += rowCount ?? 0;
    if ((rowCount ?? 0) < rowsAtOnce) return removed;
  }
}
