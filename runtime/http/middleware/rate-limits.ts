// Rate limits per address and per signed-in user, in windows of a minute.
import type { Context, Next } from 'koa';
import type { Principal } from '../../auth/principal.ts';
import { CoutureError } from '../../core/errors.ts';
import { TokenBuckets } from '../../work/token-buckets.ts';
import { addressGroup } from '../address-group.ts';
import { alwaysAnswered } from './load-shedding.ts';
import { routeOf } from './matched-route.ts';

/** Maximum requests per minute and address for routes where guessing or mass use would pay off. */
export const routeLimits: Readonly<Record<string, number>> = {
  'POST /api/session': 20,
  'POST /sign-in/return': 20,
  'POST /demo/sign-in': 60,
  'POST /api/orders': 60,
  'POST /api/events': 300,
  // Each adds a row that stays for months.
  'POST /api/push-subscriptions': 30,
};

/** Maximum requests per minute and address for each monitoring route; load balancers send one per second. */
const monitoringLimit = 600;
/** Requests of a /48, as multiples of the limit of an address: providers hand out whole /48s, with 65,536 groups of addresses. */
const networkShare = 10;
/** Maximum events per request: an address can always send as many. */
const minEvents = 50;

interface Limit {
  readonly perMinute: number;
  readonly buckets: TokenBuckets;
}

export class RateLimits {
  readonly #addresses: Limit;
  readonly #networks: Limit;
  readonly #principals: Limit;
  readonly #events: Limit;
  /** Route, as in `routeLimits` and `alwaysAnswered` → its limit. */
  readonly #routes = new Map<string, Limit>();
  refused = 0;

  /**
   * @param perMinute maximum requests per address and per user
   * @param now milliseconds of a clock that never goes back
   */
  constructor(perMinute: number, now?: () => number) {
    const limit = (max: number): Limit => ({
      perMinute: max,
      buckets: new TokenBuckets({
        perMinute: max,
        burst: max,
        refillInterval: 60_000,
        ...(now ? { now } : {}),
      }),
    });
    this.#addresses = limit(perMinute);
    this.#networks = limit(perMinute * networkShare);
    this.#principals = limit(perMinute);
    this.#events = limit(Math.max(perMinute, minEvents));
    for (const [route, max] of Object.entries(routeLimits))
      this.#routes.set(route, limit(Math.min(max, perMinute)));
    for (const route of alwaysAnswered)
      this.#routes.set(route, limit(Math.max(monitoringLimit, perMinute / 5)));
  }

  readonly middleware = (ctx: Context, next: Next): Promise<void> => {
    const route = routeOf(ctx)!;
    const ofRoute = this.#routes.get(route);
    // Monitoring has its own limit, so that requests that a load balancer forwards never use up its own health checks.
    if (ofRoute && alwaysAnswered.has(route)) {
      this.#take(ofRoute, monitor(ctx));
      return next();
    }
    const address = addressGroup(ctx.ip);
    const network = networkOf(address);
    if (network) this.#take(this.#networks, network);
    this.#take(this.#addresses, address);
    if (ofRoute) this.#take(ofRoute, address);
    return next();
  };

  /** Counts a request against its address's limit. @returns false, without counting, beyond the limit */
  readonly spend = (ctx: Context): boolean => {
    const address = addressGroup(ctx.ip);
    const network = networkOf(address);
    if (network && this.#networks.buckets.take(network) > 0) return false;
    return this.#addresses.buckets.take(address) === 0;
  };

  /** Counts a request against its user's limit, whatever its address. @throws CoutureError `too_many_requests` */
  take(principal: Principal): void {
    this.#take(this.#principals, principal.sub);
  }

  /**
   * Counts the events of a request: an address may send as many per minute as requests.
   * @throws CoutureError `too_many_requests`
   */
  readonly takeEvents = (ctx: Context, events: number): void => {
    this.#take(this.#events, addressGroup(ctx.ip), events, 'events');
  };

  #take({ perMinute, buckets }: Limit, sender: string, cost = 1, what = 'requests'): void {
    const seconds = buckets.take(sender, cost);
    if (seconds === 0) return;
    this.refused += 1;
    throw new CoutureError(
      'too_many_requests',
      `More than ${perMinute} ${what} per minute`,
      `Retry in ${seconds} s.`,
      { details: { retry_after: seconds } },
    );
  }
}

/** Separates a load balancer's own health checks from forwarded ones, even if its headers are not trusted. */
function monitor(ctx: Context): string {
  const passedOn = ctx.get('X-Forwarded-For') || ctx.get('Forwarded') || ctx.get('Via');
  return `${addressGroup(ctx.ip)}${passedOn ? ' (passed on)' : ''}`;
}

/** The /48 of a group of IPv6 addresses. */
function networkOf(group: string): string | undefined {
  return group.endsWith('::/64') ? `${group.split(':').slice(0, 3).join(':')}::/48` : undefined;
}
