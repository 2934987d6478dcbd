// Events of recommendations (seen, clicked, put into the cart): written in batches, one statement each.
import { daysAgo } from '../../days-ago.ts';
import type { Queryable } from '../../pool.ts';

export const eventTypes = ['impression', 'click', 'add_to_cart'] as const;
export type EventType = (typeof eventTypes)[number];

export interface RecommendationEvent {
  readonly at: Date;
  readonly type: EventType;
  /** The list that it was in. */
  readonly kind: string;
  /** Null: not known. */
  readonly buildId: number | null;
  /** The product whose list it was; null: a list of the shop or of a customer. */
  readonly subject: string | null;
  readonly item: string;
  /** 1 is the first. */
  readonly place: number;
  readonly customer: string | null;
  readonly visitor: string | null;
  /** What the visitor is shown: standard, holdout, experiment; null: nobody is told apart. */
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

/** Rows that one statement removes: a statement of the runtime has but 2 s. */
const rowsAtOnce = 20_000;

/** Removes events that are older. @returns how many */
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
