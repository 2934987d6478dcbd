// People in the arms of journeys and campaigns, and their orders → figures of each arm.

import { ArmSums } from '../../runtime/uplift/arm-sums.ts';
import type { Client } from '../../sql/pool.ts';
import { soldLines } from '../../sql/store/events/uplift.ts';

export interface OrderPeriod {
  /** Connection to the shop's orders. */
  readonly source: Client;
  readonly from: Date;
  readonly to: Date;
  /** Days after a person's message, or the time at which it was withheld, in which orders count. */
  readonly windowDays: number;
  readonly signal: AbortSignal;
}

interface Person {
  readonly group: string;
  readonly arm: string;
  readonly since: number;
  readonly orders: Set<string>;
  revenue: number;
}

export class SalesByArm {
  readonly #byCustomer = new Map<string, Person[]>();

  /**
   * @param group the journey or campaign
   * @param since seconds since 1970
   */
  add(group: string, arm: string, customer: string, since: number): void {
    const person = { group, arm, since, orders: new Set<string>(), revenue: 0 };
    const others = this.#byCustomer.get(customer);
    if (others) others.push(person);
    else this.#byCustomer.set(customer, [person]);
  }

  /** Reads the orders of the period once, for all groups. */
  async addOrders({ source, from, to, windowDays, signal }: OrderPeriod): Promise<void> {
    if (this.#byCustomer.size === 0) return;
    for await (const rows of soldLines(source, from, to)) {
      signal.throwIfAborted();
      for (const [order, customer, , amount, at] of rows)
        for (const person of this.#byCustomer.get(customer) ?? []) {
          if (at < person.since || at >= person.since + windowDays * 86_400) continue;
          person.orders.add(order);
          person.revenue += amount;
        }
    }
  }

  /** Group → arm → sums. */
  sums(): Map<string, Map<string, ArmSums>> {
    const groups = new Map<string, Map<string, ArmSums>>();
    for (const { group, arm, orders, revenue } of [...this.#byCustomer.values()].flat()) {
      const arms = groups.get(group) ?? new Map<string, ArmSums>();
      groups.set(group, arms);
      const sums = arms.get(arm) ?? new ArmSums();
      arms.set(arm, sums);
      sums.add(orders.size, revenue);
    }
    return groups;
  }
}
