// How much one address, and one signed-in person, may ask for. In this process's memory; rate-limiter-flexible counts.
import type { Context, Next } from 'koa';
import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Principal } from '../../auth/principal.ts';
import { CoutureError } from '../../core/errors.ts';
import { alwaysAnswered } from './load-shedding.ts';
import { routeOf } from './matched-route.ts';

/** Requests that an address may send each minute to routes where guessing or mass use would pay. */
export const dearRoutes: Readonly<Record<string, number>> = {
  'POST /api/session': 20,
  'POST /demo/sign-in': 60,
  'POST /api/orders': 60,
  'POST /api/events': 300,
};

/** Requests that an address may send each minute to a route that watches the process; balancers ask once a second. */
const watching = 600;

/** Points that a sender has been given and not yet used, and until when they are good. */
interface Handful {
  left: number;
  readonly until: number;
}

/**
 * A limit per minute that gives its points out by the hundredth: most requests are let through by a subtraction. Asking
 * the library for each one cost 6 % of a warm answer.
 */
class Limit {
  readonly #limiter: RateLimiterMemory;
  readonly #handful: number;
  readonly #given = new LRUCache<string, Handful>({ max: 10_000 });
  readonly points: number;

  constructor(points: number) {
    this.points = points;
    this.#handful = Math.min(100, Math.max(1, Math.floor(points / 100)));
    this.#limiter = new RateLimiterMemory({ points, duration: 60 });
  }

  /** Whether the sender still had a point in hand, which is then used. */
  spend(sender: string): boolean {
    const given = this.#given.get(sender);
    if (!given || given.left === 0 || given.until <= performance.now()) return false;
    given.left -= 1;
    return true;
  }

  /** Uses several points at once. Throws what the library throws where fewer are left. */
  async drawAll(sender: string, points: number): Promise<void> {
    await this.#limiter.consume(sender, points);
  }

  /** Gives the sender a handful, and uses one of it. Throws what the library throws where none is left. */
  async draw(sender: string): Promise<void> {
    const { msBeforeNext } = await this.#limiter.consume(sender, this.#handful);
    // Requests that came together each drew: what they have is one heap.
    const before = this.#given.get(sender);
    const now = performance.now();
    const kept = before && before.until > now ? before.left : 0;
    this.#given.set(sender, { left: kept + this.#handful - 1, until: now + msBeforeNext });
  }
}

export class RateLimits {
  readonly #addresses: Limit;
  readonly #principals: Limit;
  readonly #events: Limit;
  /** By route, as `dearRoutes` and `alwaysAnswered` have it. */
  readonly #dear = new Map<string, Limit>();
  refused = 0;

  /** @param perMinute requests that an address may send, and a person */
  constructor(perMinute: number) {
    this.#addresses = new Limit(perMinute);
    this.#principals = new Limit(perMinute);
    this.#events = new Limit(Math.max(perMinute, 50));
    for (const [route, points] of Object.entries(dearRoutes)) {
      this.#dear.set(route, new Limit(Math.min(points, perMinute)));
    }
    for (const route of alwaysAnswered) this.#dear.set(route, new Limit(Math.max(watching, perMinute / 5)));
  }

  readonly middleware = (ctx: Context, next: Next): Promise<void> => {
    const route = routeOf(ctx)!;
    const dear = this.#dear.get(route);
    // Whoever watches the process is no shopper: what a balancer passes on never uses up its own looks.
    if (dear && alwaysAnswered.has(route)) return this.#counted([[dear, watcher(ctx)]], next);
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

  /** Whether a plain request of this address is let through by what it was given; if so, that is used. */
  readonly spend = (ctx: Context): boolean => this.#addresses.spend(addressGroup(ctx.ip));

  /** Counts a request of a person, whatever address it came from. */
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

/** A balancer's own looks are not those that it passes on from clients, even where its headers are not trusted. */
function watcher(ctx: Context): string {
  const passedOn = ctx.get('X-Forwarded-For') || ctx.get('Forwarded') || ctx.get('Via');
  return `${addressGroup(ctx.ip)}${passedOn ? ' (passed on)' : ''}`;
}

/** An IPv6 subscriber has a /64 to choose addresses from: they count together. */
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
