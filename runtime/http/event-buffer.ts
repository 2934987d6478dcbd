// Buffers events and writes them to Postgres in batches. Bounded: events that do not fit are dropped and counted, because
// recommendations must be shown whether or not their statistics can be written.
import { isPostgresAway } from '../../sql/errors.ts';
import type { Pool } from '../../sql/pool.ts';
import {
  insertEvents,
  pruneEvents,
  type RecommendationEvent,
} from '../../sql/store/events/recommendation-events.ts';
import type { Log } from '../core/log.ts';
import { Batcher } from '../work/batcher.ts';

export interface EventBufferOptions {
  /** Milliseconds to collect events before writing. */
  readonly gather?: number;
  /** Maximum number of buffered events, of about 300 bytes each. */
  readonly max?: number;
  /** Days to keep events in the database; default: forever. */
  readonly keepDays?: number;
  /** Finds which of these products the shop has; events of others are dropped. Default: accept all. */
  readonly known?: (productIds: readonly string[]) => Promise<{ has(id: string): boolean }>;
}

/** Maximum number of rows per statement. */
const batchSize = 2_000;
/** Maximum backoff while Postgres is unreachable, in milliseconds. */
const maxRetryDelay = 5_000;
/** Milliseconds between deletions of expired events. */
const pruneInterval = 3_600_000;
/** Milliseconds between log lines about dropped events. */
const warnInterval = 10_000;

export class EventBuffer {
  readonly #pool: Pool;
  readonly #log: Log;
  readonly #max: number;
  readonly #waiting: RecommendationEvent[] = [];
  readonly #batcher: Batcher;
  #closed = false;
  #warnedAt = Number.NEGATIVE_INFINITY;
  readonly #keepDays: number | undefined;
  #prunedAt = Number.NEGATIVE_INFINITY;
  #pruning: Promise<unknown> | undefined;
  readonly #known: EventBufferOptions['known'];
  written = 0;
  dropped = 0;
  /** Number of events of products that the shop does not have. */
  unknown = 0;

  constructor(
    pool: Pool,
    log: Log,
    { gather = 250, max = 20_000, keepDays, known }: EventBufferOptions = {},
  ) {
    this.#pool = pool;
    this.#known = known;
    this.#log = log;
    this.#max = max;
    this.#keepDays = keepDays;
    this.#batcher = new Batcher({
      delay: gather,
      eager: true,
      retryDelay: gather * 2,
      maxRetryDelay,
      pending: () => this.#waiting.length > 0,
      flush: () => this.#write(),
    });
  }

  /** Buffers events and drops those without room. */
  add(events: readonly RecommendationEvent[]): void {
    const room = this.#closed ? 0 : Math.max(0, this.#max - this.#waiting.length);
    this.#waiting.push(...events.slice(0, room));
    this.#drop(events.length - Math.min(room, events.length));
    this.#batcher.schedule();
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Writes the buffered events in one attempt, and drops them if it fails. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#batcher.close();
    this.#drop(this.#waiting.splice(0).length);
    await this.#pruning;
  }

  /** Writes one batch. @throws if Postgres is unreachable; the batch stays in the buffer */
  async #write(): Promise<void> {
    const batch = this.#waiting.slice(0, batchSize);
    try {
      const known = await this.#ofProducts(batch);
      if (known.length > 0) await insertEvents(this.#pool, known);
      this.written += known.length;
      this.unknown += batch.length - known.length;
      this.#prune(this.#keepDays);
    } catch (error) {
      if (isPostgresAway(error)) throw error;
      // Do not retry: the batch would fail again and block later ones.
      this.#log.error({ err: error, events: batch.length }, 'cannot write events');
      this.dropped += batch.length;
    }
    this.#waiting.splice(0, batch.length);
  }

  /** Drops events of unknown products, since anybody can send events. */
  async #ofProducts(batch: readonly RecommendationEvent[]): Promise<readonly RecommendationEvent[]> {
    if (!this.#known) return batch;
    const known = await this.#known([...new Set(batch.map((event) => event.item))]);
    return batch.filter((event) => known.has(event.item));
  }

  /** Deletes expired events, at most once per hour, without delaying writes. */
  #prune(days: number | undefined): void {
    if (days === undefined || performance.now() < this.#prunedAt + pruneInterval) return;
    this.#prunedAt = performance.now();
    this.#pruning = pruneEvents(this.#pool, days).catch((error) =>
      this.#log.warn({ err: error }, 'cannot delete old events'),
    );
  }

  #drop(count: number): void {
    if (count === 0) return;
    this.dropped += count;
    if (performance.now() < this.#warnedAt + warnInterval) return;
    this.#warnedAt = performance.now();
    this.#log.warn({ dropped: this.dropped }, 'dropping events: Postgres does not accept them in time');
  }
}
