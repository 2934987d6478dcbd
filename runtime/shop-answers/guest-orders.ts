// A guest's order: its number and an e-mail address → the order, if the address belongs to it. Every other pair gets the same
// answer after the same time, so that neither orders nor addresses can be found by trying.
import { createHash, timingSafeEqual } from 'node:crypto';
import {
  hasOrderEmails,
  type OrderFacts,
  type OrderNames,
  orderNames,
  ordersByNumber,
} from '../../sql/store/shop/order-facts.ts';
import { CoutureError } from '../core/errors.ts';
import type { Storefront } from '../shop/storefront.ts';
import { type Lookup, LookupLimits } from './lookup-limits.ts';

/** Milliseconds that each look-up takes, unless the database takes longer. */
const answerAfter = 400;
/** Milliseconds for which it is known whether the shop has e-mail addresses. */
const knownFor = 60_000;

export class GuestOrders {
  readonly #shop: Storefront;
  readonly #enabled: boolean;
  readonly limits: LookupLimits;
  #known: { readonly names: Promise<OrderNames | undefined>; readonly until: number } | undefined;

  /** @param perMinute look-ups of all guests together; 0 turns them off */
  constructor(shop: Storefront, perMinute: number) {
    this.#shop = shop;
    this.#enabled = perMinute > 0;
    this.limits = new LookupLimits(perMinute);
  }

  /** Whether guests can ask: the shop's views have e-mail addresses. */
  async offered(): Promise<boolean> {
    return (await this.#names()) !== undefined;
  }

  /**
   * @throws CoutureError `order_unknown` if there is no such order or the address is another one's; `too_many_requests`;
   * `source_unavailable`
   */
  async find(lookup: Lookup): Promise<OrderFacts> {
    const seconds = this.limits.take(lookup);
    if (seconds > 0)
      throw new CoutureError(
        'too_many_requests',
        'Too many attempts to look up an order',
        `Try again in ${seconds} s, sign in, or start a chat.`,
        { details: { retry_after: seconds, retry_in: seconds } },
      );
    const due = new Promise((resolve) => setTimeout(resolve, answerAfter));
    const order = await this.#read(lookup).finally(() => due);
    if (order) return order;
    throw new CoutureError(
      'order_unknown',
      'No order has this number and this e-mail address',
      'Check both against the order confirmation. Cancelled orders are not shown.',
    );
  }

  /** Undefined where no e-mail address is known. */
  #names(): Promise<OrderNames | undefined> {
    if (!this.#enabled) return Promise.resolve(undefined);
    if (this.#known && this.#known.until > performance.now()) return this.#known.names;
    const { views, pool } = this.#shop;
    const names = views.read(
      'order_line',
      'e-mail addresses of orders',
      async () => ((await hasOrderEmails(pool)) ? orderNames(pool) : undefined),
      () => undefined,
    );
    const known = { names, until: performance.now() + knownFor };
    this.#known = known;
    names.catch(() => {
      if (this.#known === known) this.#known = undefined;
    });
    return names;
  }

  async #read({ number, email }: Lookup): Promise<OrderFacts | undefined> {
    const names = await this.#names();
    if (!names) return undefined;
    const { views, pool } = this.#shop;
    const orders = await views.read(
      'order_line',
      'orders by number',
      () => ordersByNumber(pool, names, number),
      () => Promise.reject(views.unavailable('orders')),
    );
    const wanted = hashOf(email);
    let found: OrderFacts | undefined;
    for (const order of orders)
      for (const each of order.emails) if (timingSafeEqual(hashOf(each), wanted)) found = order;
    return found;
  }
}

function hashOf(email: string): Buffer {
  return createHash('sha256').update(email.trim().toLowerCase()).digest();
}
