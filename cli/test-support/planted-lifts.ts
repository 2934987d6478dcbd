// Effects of messages in the simulated shop: customers whom a journey wrote to place orders that they would not have placed
// otherwise. Occasions of each run → such orders; afterwards, the effects that the report on journeys has to find.
import type { Random } from '../../fixtures/random.ts';
import type { Client } from '../../sql/pool.ts';
import type { JourneyReport } from '../push-report/journey-report.ts';
import type { ExtraOrder } from './shop-life.ts';

/** Journey → chance of one more order within the window, for a customer who gets its message. */
export type Lifts = Readonly<Record<string, number>>;

/** A planted effect beside what the report says of it; shares of the revenue of customers who were held out. */
export interface FoundLift {
  readonly journey: string;
  readonly people: number;
  readonly planted: number;
  readonly low: number;
  readonly high: number;
}

const [hour, day] = [3_600_000, 86_400_000];

/** Days after the first occasion in which the report counts orders. */
export const liftWindow = 7;
/** When an extra order is placed, after the message. */
const [earliest, latest] = [12 * hour, liftWindow * day - hour];

export class PlantedLifts {
  readonly #lifts: Lifts;
  readonly #random: Random;
  /** Journey → customers whose first occasion got a message, with its time. */
  readonly #written = new Map<string, Map<string, number>>();
  /** Journey → customers, with the time of their first occasion and whether they were held out. */
  readonly #first = new Map<string, Map<string, { at: number; heldOut: boolean }>>();
  readonly #planned: Array<ExtraOrder & { readonly journey: string }> = [];
  #orders: ExtraOrder[] = [];

  constructor(lifts: Lifts, random: Random) {
    this.#lifts = lifts;
    this.#random = random;
  }

  /** Decides who orders something because of the run that just ended. */
  async plan(client: Client, now: number, products: readonly string[]): Promise<void> {
    const { rows } = await client.query<{
      journey: string;
      customer: string;
      heldOut: boolean;
      sent: boolean;
    }>(
      `select o.journey, o.customer_id as customer, o.state = 'held_out' as "heldOut", o.occasion_id in (
         select d.occasion_id from couture.push_delivery d
         where d.occasion_id > 0 and d.state in ('accepted', 'waiting')) as sent
       from couture.push_occasion o where o.created_at = $1 order by o.journey, o.customer_id`,
      [new Date(now)],
    );
    for (const { journey, customer, heldOut, sent } of rows) {
      const first = this.#first.get(journey) ?? new Map();
      // The report compares what customers spend after their first occasion.
      if (first.has(customer)) continue;
      this.#first.set(journey, first.set(customer, { at: now, heldOut }));
      const chance = this.#lifts[journey];
      if (!sent || chance === undefined) continue;
      const written = this.#written.get(journey) ?? new Map<string, number>();
      this.#written.set(journey, written.set(customer, now));
      if (!this.#random.chance(chance)) continue;
      const at = now + this.#random.between(earliest, latest);
      const product = products[this.#random.below(products.length)]!;
      const order = { customer, product, at: Math.floor(at / 1_000) * 1_000 };
      this.#orders.push(order);
      this.#planned.push({ ...order, journey });
    }
  }

  /** Takes the planned orders up to a time. */
  due(to: number): ExtraOrder[] {
    const due = this.#orders.filter(({ at }) => at < to);
    this.#orders = this.#orders.filter(({ at }) => at >= to);
    return due;
  }

  /**
   * What was planted, as the report should see it, against what customers who were held out spend: the chances of extra orders
   * within the window of each arm, those of other journeys included. A message takes room below the cap from a later one of
   * another journey, whose effect is then missing.
   * @param revenue of one order
   */
  async compare(client: Client, report: JourneyReport, revenue: number): Promise<FoundLift[]> {
    const until = Date.parse(report.to) - liftWindow * day;
    const kept = await this.#keptShares(client);
    return report.journeys.flatMap(({ journey, proof }): FoundLift[] => {
      const { low, high } = proof?.effects.revenue_per_visitor ?? {};
      if (!proof || typeof low !== 'number' || typeof high !== 'number') return [];
      const arms = [proof.treated, proof.held_out] as const;
      const extra = [0, 0] as [number, number];
      for (const [customer, { at, heldOut }] of this.#first.get(journey) ?? [])
        if (at <= until) extra[heldOut ? 1 : 0] += revenue * this.#expected(customer, at, kept);
      const people = arms[0].visitors + arms[1].visitors;
      // Without any effect both groups spend the same; all of them together show best how much.
      const without = (arms[0].revenue + arms[1].revenue - extra[0] - extra[1]) / people;
      const [treated, heldOut] = [
        without + extra[0] / arms[0].visitors,
        without + extra[1] / arms[1].visitors,
      ];
      return [{ journey, people, planted: treated / heldOut - 1, low, high }];
    });
  }

  /** Extra orders that a customer is expected to place, and not to cancel, within the window from `since` on. */
  #expected(customer: string, since: number, kept: ReadonlyMap<string, number>): number {
    let sum = 0;
    for (const [journey, customers] of this.#written) {
      const at = customers.get(customer);
      if (at === undefined) continue;
      const from = Math.max(at + earliest, since);
      const to = Math.min(at + latest, since + liftWindow * day);
      const share = Math.max(0, to - from) / (latest - earliest);
      sum += this.#lifts[journey]! * share * (kept.get(journey) ?? 1);
    }
    return sum;
  }

  /** Journey → share of its extra orders that are not cancelled by now: the older, the more of them are. */
  async #keptShares(client: Client): Promise<Map<string, number>> {
    const column = <T>(of: (order: ExtraOrder & { readonly journey: string }) => T) => this.#planned.map(of);
    const { rows } = await client.query<{ journey: string; kept: number }>(
      `select g.journey, avg((o.status <> 'cancelled')::int)::float8 as kept
       from unnest($1::text[], $2::bigint[], $3::timestamptz[], $4::bigint[]) g (journey, customer, at, product)
       join shop.orders o on o.customer_id = g.customer and o.created_at = g.at
       join shop.order_line l on l.order_id = o.order_id and l.product_id = g.product group by g.journey`,
      [
        column(({ journey }) => journey),
        column(({ customer }) => customer),
        column(({ at }) => new Date(at)),
        column(({ product }) => product),
      ],
    );
    return new Map(rows.map(({ journey, kept }) => [journey, kept]));
  }
}
