// How much one address, and one signed-in person, may ask for. In this process's memory; rate-limiter-flexible counts.
import type { Context, Next } from 'koa';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Principal } from '../auth/principal.ts';
import { CoutureError } from '../core/errors.ts';
import { alwaysAnswered } from './load-shedding.ts';

/** Requests a minute to routes where guessing or mass use would pay, an address. */
const dearRoutes: Readonly<Record<string, number>> = {
  'POST /api/session': 20,
  'POST /demo/sign-in': 60,
  'POST /api/orders': 60,
  'POST /api/events': 300,
};

export class RateLimits {
  readonly #addresses: RateLimiterMemory;
  readonly #principals: RateLimiterMemory;
  readonly #dear = new Map<string, RateLimiterMemory>();
  refused = 0;

  /** @param perMinute requests that an address may send, and a person */
  constructor(perMinute: number) {
    this.#addresses = new RateLimiterMemory({ points: perMinute, duration: 60 });
    this.#principals = new RateLimiterMemory({ points: perMinute, duration: 60 });
    for (const [route, points] of Object.entries(dearRoutes)) {
      const limiter = new RateLimiterMemory({ points: Math.min(points, perMinute), duration: 60 });
      this.#dear.set(route, limiter);
    }
  }

  readonly middleware = async (ctx: Context, next: Next): Promise<void> => {
    if (!alwaysAnswered.has(ctx.path)) {
      const address = addressGroup(ctx.ip);
      await this.#take(this.#addresses, address);
      if (ctx.method !== 'GET') {
        const dear = this.#dear.get(`${ctx.method} ${ctx.path.replace(/\/$/, '')}`);
        if (dear) await this.#take(dear, address);
      }
    }
    return next();
  };

  /** Counts a request of a person, whatever address it came from. */
  async take(principal: Principal): Promise<void> {
    await this.#take(this.#principals, principal.sub);
  }

  async #take(limiter: RateLimiterMemory, key: string): Promise<void> {
    try {
      await limiter.consume(key);
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      this.refused += 1;
      const seconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1_000));
      throw new CoutureError(
        'too_many_requests',
        `More than ${limiter.points} requests a minute`,
        `Try again in ${seconds} s.`,
        { details: { retry_after: seconds } },
      );
    }
  }
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
