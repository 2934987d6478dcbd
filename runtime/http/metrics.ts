// Prometheus metrics: requests by route, the pool, the served build, the caches, rejected requests. GET /metrics.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context } from 'koa';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Pool } from '../../sql/pool.ts';
import { CoutureError } from '../core/errors.ts';
import type { Storefront } from '../shop/storefront.ts';
import type { EventBuffer } from './event-buffer.ts';
import type { LoadShedding } from './middleware/load-shedding.ts';
import type { RateLimits } from './middleware/rate-limits.ts';

export interface MeasuredParts {
  readonly pool: Pool;
  readonly storefront: Storefront;
  readonly shedding: LoadShedding;
  readonly limits: RateLimits;
  readonly events: EventBuffer;
}

export class Metrics {
  readonly registry = new Registry();
  readonly #seconds: Histogram<'method' | 'route' | 'status'>;
  /** Method, status and route → labelled histogram, so that labels are not hashed for each request. */
  readonly #children = new Map<string, { observe(seconds: number): void }>();

  constructor({ pool, storefront, shedding, limits, events }: MeasuredParts) {
    collectDefaultMetrics({ register: this.registry });
    this.#seconds = new Histogram({
      name: 'couture_http_request_seconds',
      help: 'Seconds from a request to its response',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
      registers: [this.registry],
    });
    const { cards, answers, served } = storefront;
    const lists = () => served.known.lists;
    this.#gauge('pool_connections', 'Open connections of the pool', () => pool.totalCount);
    this.#gauge('pool_idle', 'Idle connections of the pool', () => pool.idleCount);
    this.#gauge('pool_waiting', 'Statements waiting for a connection', () => pool.waitingCount);
    this.#gauge('build_id', 'Published build; 0 if there is none', () => lists()?.build ?? 0);
    this.#gauge('build_age_seconds', 'Seconds since the served build was published', () => {
      const { publishedAt } = served.known;
      // A clock that was set back must not give a negative age.
      return publishedAt ? Math.max(0, (Date.now() - publishedAt.getTime()) / 1_000) : 0;
    });
    this.#gauge('listening', '1 while the LISTEN connection is up', () => Number(served.certain));
    this.#gauge('requests_in_flight', 'Requests in flight', () => shedding.inFlight);
    this.#gauge('card_cache_entries', 'Product cards in memory', () => cards.size);
    this.#gauge('list_cache_entries', 'Lists in memory', () => lists()?.size ?? 0);
    this.#gauge('answer_cache_entries', 'Rendered responses in memory', () => answers.size);
    this.#gauge('events_waiting', 'Widget events waiting to be written', () => events.waiting);
    this.#gauge('views_failing', 'Failing reads of the shop’s views', () => storefront.views.failures.length);
    this.#total(
      'answered_without_view',
      'Reads answered from cached data because a view failed',
      () => storefront.views.answered,
    );
    this.#total('card_cache_hits', 'Card cache hits', () => cards.hits);
    this.#total('card_cache_misses', 'Card cache misses', () => cards.misses);
    this.#total('answer_cache_hits', 'Response cache hits', () => answers.hits);
    this.#total('answer_cache_misses', 'Response cache misses', () => answers.misses);
    this.#total('requests_shed', 'Requests rejected by load shedding', () => shedding.refused);
    this.#total('requests_limited', 'Requests rejected by rate limits', () => limits.refused);
    this.#total('events_unknown', 'Widget events of unknown products', () => events.unknown);
    this.#total(
      'events_dropped',
      'Widget events dropped because the buffer was full or writing failed',
      () => events.dropped,
    );
  }

  /** Records a request. */
  observe(method: string, route: string, status: number, seconds: number): void {
    const key = `${method} ${status} ${route}`;
    let child = this.#children.get(key);
    if (!child) {
      child = this.#seconds.labels({ method, route, status: String(status) });
      this.#children.set(key, child);
    }
    child.observe(seconds);
  }

  /** Adds figures of another part of the runtime as gauges: `couture_chat_sockets`. */
  add(part: string, read: () => Readonly<Record<string, number>>): void {
    for (const name of Object.keys(read())) {
      this.#gauge(`${part}_${name}`, `${part}: ${name.replaceAll('_', ' ')}`, () => read()[name] ?? 0);
    }
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name: `couture_${name}`,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }

  #total(name: string, help: string, read: () => number): void {
    new Counter({
      name: `couture_${name}_total`,
      help,
      registers: [this.registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }
}

/**
 * Allows reading the metrics with the token.
 * @throws CoutureError `not_found`, so as not to reveal that the route exists
 */
export function admitToMetrics(ctx: Context, token: string | undefined): void {
  if (!mayWatch(ctx, token)) throw new CoutureError('not_found', `Nothing found at ${ctx.path}`);
}

/**
 * Whether the sender is an operator: nobody without a token. Behind a proxy on the same machine every request comes from a
 * loopback address, and many proxies add no header by which to tell.
 */
export function mayWatch(ctx: Context, token: string | undefined): boolean {
  if (!token) return false;
  const [given, expected] = [ctx.get('Authorization'), `Bearer ${token}`].map((text) =>
    createHash('sha256').update(text).digest(),
  );
  return timingSafeEqual(given!, expected!);
}
