// Rate limits per address and per signed-in user, in the memory of this process; rate-limiter-flexible counts.
import type { Context, Next } from 'koa';
import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Principal } from '../../auth/principal.ts';
import { CoutureError } from '../../core/errors.ts';
import { alwaysAnswered } from './load-shedding.ts';
import { routeOf } from './matched-route.ts';

/** Maximum requests per minute and address for routes where guessing or mass use would pay off. */
export const dearRoutes: Readonly<Record<string, number>> = {
  'POST /api/session': 20,
  'POST /demo/sign-in': 60,
  'POST /api/orders': 60,
  'POST /api/events': 300,
};

/** Maximum requests per minute and address for each monitoring route; load balancers send one per second. */
const monitoringLimit = 600;

/** Points that a sender has drawn but not used, and when they expire. */
interface Batch {
  left: number;
  readonly until: number;
}

/**
 * A limit per minute that hands out its points in batches of a hundredth, so that most requests need only a subtraction.
 * Calling the library for each request cost 6 % of a cached response.
 */
class Limit {
  readonly #limiter: RateLimiterMemory;
  readonly #batchSize: number;
  readonly #given = new LRUCache<string, Batch>({ max: 10_000 });
  readonly points: number;

  constructor(points: number) {
    this.points = points;
    this.#batchSize = Math.min(100, Math.max(1, Math.floor(points / 100)));
    this.#limiter = new RateLimiterMemory({ points, duration: 60 });
  }

  /** Uses a point from the sender's current batch. @returns whether there was one */
  spend(sender: string): boolean {
    const given = this.#given.get(sender);
    if (!given || given.left === 0 || given.until <= performance.now()) return false;
    given.left -= 1;
    return true;
  }

  /** Uses several points at once. @throws RateLimiterRes if fewer are left */
  async drawAll(sender: string, points: number): Promise<void> {
    await this.#limiter.consume(sender, points);
  }

  /** Draws a batch of points for the sender and uses one. @throws RateLimiterRes if none is left */
  async draw(sender: string): Promise<void> {
    const { msBeforeNext } = await this.#limiter.consume(sender, this.#batchSize);
    // Concurrent requests may each have drawn a batch: add them up.
    const before = this.#given.get(sender);
    const now = performance.now();
    const kept = before && before.until > now ? before.left : 0;
    this.#given.set(sender, { left: kept + this.#batchSize - 1, until: now + msBeforeNext });
  }
}

export class RateLimits {
  readonly #addresses: Limit;
  readonly #principals: Limit;
  readonly #events: Limit;
  /** Route, as in `dearRoutes` and `alwaysAnswered` → its limit. */
  readonly #dear = new Map<string, Limit>();
  refused = 0;

  /** @param perMinute maximum requests per address and per user */
  constructor(perMinute: number) {
    this.#addresses = new Limit(perMinute);
    this.#principals = new Limit(perMinute);
    this.#events = new Limit(Math.max(perMinute, 50));
    for (const [route, points] of Object.entries(dearRoutes)) {
      this.#dear.set(route, new Limit(Math.min(points, perMinute)));
    }
    for (const route of alwaysAnswered)
      this.#dear.set(route, new Limit(Math.max(monitoringLimit, perMinute / 5)));
  }

  readonly middleware = (ctx: Context, next: Next): Promise<void> => {
    const route = routeOf(ctx)!;
    const dear = this.#dear.get(route);
    // Monitoring has its own limit, so that requests that a load balancer forwards never use up its own health checks.
    if (dear && alwaysAnswered.has(route)) return this.#counted([[dear, monitor(ctx)]], next);
    const address = addressGroup(ctx.ip);
    if (dear) {
      return this.#counted(
        [
          [this.#addresses, address],
          [dear, address],
        ],
        next,
      );
    }
    return this.#addresses.spend(address) ? next() : this.#counted([[this.#addresses, address]], next);
  };

  /** Uses a point from the address's current batch. @returns whether there was one */
  readonly spend = (ctx: Context): boolean => this.#addresses.spend(addressGroup(ctx.ip));

  /** Counts a request against its user's limit, whatever its address. */
  async take(principal: Principal): Promise<void> {
    await this.#take(this.#principals, principal.sub);
  }

  /** Counts the events of a request: an address may send as many a minute as it may send requests. */
  readonly takeEvents = async (ctx: Context, events: number): Promise<void> => {
    const limit = this.#events;
    await this.#orRefuse(limit, 'events', () => limit.drawAll(addressGroup(ctx.ip), events));
  };

  async #counted(limits: ReadonlyArray<readonly [Limit, string]>, next: Next): Promise<void> {
    for (const [limit, sender] of limits) await this.#take(limit, sender);
    return next();
  }

  async #take(limit: Limit, sender: string): Promise<void> {
    if (limit.spend(sender)) return;
    await this.#orRefuse(limit, 'requests', () => limit.draw(sender));
  }

  async #orRefuse(limit: Limit, what: string, draw: () => Promise<void>): Promise<void> {
    try {
      await draw();
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      this.refused += 1;
      const seconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1_000));
      throw new CoutureError(
        'too_many_requests',
        `More than ${limit.points} ${what} per minute`,
        `Retry in ${seconds} s.`,
        { details: { retry_after: seconds } },
      );
    }
  }
}

/** Separates a load balancer's own health checks from forwarded ones, even if its headers are not trusted. */
function monitor(ctx: Context): string {
  const passedOn = ctx.get('X-Forwarded-For') || ctx.get('Forwarded') || ctx.get('Via');
  return `${addressGroup(ctx.ip)}${passedOn ? ' (passed on)' : ''}`;
}

/** Groups IPv6 addresses by /64, since a subscriber can choose any address within one. */
export function addressGroup(address: string): string {
  if (!address.includes(':')) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped) return mapped[1]!;
  const [head = '', tail] = address.split('::');
  const before = head.split(':').filter(Boolean);
  const after = tail === undefined ? [] : tail.split(':').filter(Boolean);
  const groups = [...before, ...Array(Math.max(0, 8 - before.length - after.length)).fill('0'), ...after];
  return `${groups.slice(0, 4).join(':')}::/64`;
}
