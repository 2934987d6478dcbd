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

export class PlantedLifts {
  readonly #lifts: Lifts;
  readonly #random: Random;
  /** Journey → customers whose first occasion got a message, with its time. */
  readonly #written = new Map<string, Map<string, number>>();
  readonly #seen = new Set<string>();
  #orders: ExtraOrder[] = [];

  constructor(lifts: Lifts, random: Random) {
    this.#lifts = lifts;
    this.#random = random;
  }

  /** Decides who orders something because of the run that just ended. */
  async plan(client: Client, now: number, products: readonly string[]): Promise<void> {
    const { rows } = await client.query<{ journey: string; customer: string; sent: boolean }>(
      `select o.journey, o.customer_id as customer, o.occasion_id in (
         select d.occasion_id from couture.push_delivery d
         where d.occasion_id > 0 and d.state in ('accepted', 'waiting')) as sent
       from couture.push_occasion o where o.created_at = $1 order by o.journey, o.customer_id`,
      [new Date(now)],
    );
    for (const { journey, customer, sent } of rows) {
      const key = `${journey} ${customer}`;
      // The report compares what customers spend after their first occasion.
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      const chance = this.#lifts[journey];
      if (!sent || chance === undefined) continue;
      const written = this.#written.get(journey) ?? new Map<string, number>();
      this.#written.set(journey, written.set(customer, now));
      if (!this.#random.chance(chance)) continue;
      const at = now + this.#random.between(12 * hour, liftWindow * day - hour);
      const product = products[this.#random.below(products.length)]!;
      this.#orders.push({ customer, product, at: Math.floor(at / 1_000) * 1_000 });
    }
  }

  /** Takes the planned orders up to a time. */
  due(to: number): ExtraOrder[] {
    const due = this.#orders.filter(({ at }) => at < to);
    this.#orders = this.#orders.filter(({ at }) => at >= to);
    return due;
  }

  /**
   * What was planted, as the report should see it: the chance, diluted by customers without a message and by cancelled
   * orders, against what customers who were held out spend.
   * @param revenue of one order; @param kept share of orders that are not cancelled
   */
  compare(report: JourneyReport, { revenue, kept }: { revenue: number; kept: number }): FoundLift[] {
    const until = Date.parse(report.to) - liftWindow * day;
    return report.journeys.flatMap(({ journey, proof }): FoundLift[] => {
      const { low, high } = proof?.effects.revenue_per_visitor ?? {};
      if (!proof || typeof low !== 'number' || typeof high !== 'number') return [];
      const { treated, held_out } = proof;
      const written = [...(this.#written.get(journey)?.values() ?? [])].filter((at) => at <= until).length;
      const more = ((this.#lifts[journey] ?? 0) * written * kept * revenue) / treated.visitors;
      // Without the effect both groups spend the same; all of them together show best how much.
      const people = treated.visitors + held_out.visitors;
      const without = (treated.revenue + held_out.revenue - more * treated.visitors) / people;
      return [{ journey, people, planted: more / without, low, high }];
    });
  }
}
