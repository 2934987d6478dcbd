// Events on their way to Postgres: kept for a moment, written in batches. Bounded: what does not fit is dropped, and
// counted; recommendations are shown whether or not their statistics can be written.
import type { Pool } from '../../sql/pool.ts';
import {
  insertEvents,
  pruneEvents,
  type RecommendationEvent,
} from '../../sql/store/events/recommendation-events.ts';
import type { Log } from '../core/log.ts';
import { reportHttp } from './middleware/problem.ts';

export interface EventBufferOptions {
  /** Milliseconds for which events are gathered. */
  readonly gather?: number;
  /** Events that wait at most; some 300 bytes each. */
  readonly most?: number;
  /** Days for which events are kept; unset: for ever. */
  readonly keepDays?: number;
  /** Of these products, those that the shop has; events of others are dropped. Unset: all are taken. */
  readonly known?: (productIds: readonly string[]) => Promise<{ has(id: string): boolean }>;
}

/** Rows of one statement. */
const batchSize = 2_000;
/** Longest pause between two attempts while Postgres is away, in milliseconds. */
const longestPause = 5_000;
/** Milliseconds between two looks for events that are too old. */
const betweenPrunes = 3_600_000;
/** Milliseconds between two lines in the log about what was dropped. */
const betweenWarnings = 10_000;

export class EventBuffer {
  readonly #pool: Pool;
  readonly #log: Log;
  readonly #gather: number;
  readonly #most: number;
  #waiting: RecommendationEvent[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #pause: number;
  #closed = false;
  #warnedAt = Number.NEGATIVE_INFINITY;
  readonly #keepDays: number | undefined;
  #prunedAt = Number.NEGATIVE_INFINITY;
  #pruning: Promise<unknown> | undefined;
  readonly #known: EventBufferOptions['known'];
  written = 0;
  dropped = 0;
  /** Events of products that the shop does not have. */
  unknown = 0;

  constructor(
    pool: Pool,
    log: Log,
    { gather = 250, most = 20_000, keepDays, known }: EventBufferOptions = {},
  ) {
    this.#pool = pool;
    this.#known = known;
    this.#log = log;
    this.#gather = gather;
    this.#most = most;
    this.#keepDays = keepDays;
    this.#pause = gather;
  }

  /** Takes events, as many as there is room for. */
  add(events: readonly RecommendationEvent[]): void {
    const room = this.#closed ? 0 : Math.max(0, this.#most - this.#waiting.length);
    this.#waiting.push(...events.slice(0, room));
    this.#drop(events.length - Math.min(room, events.length));
    this.#later();
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Writes what waits, with one attempt; what cannot be written then is dropped. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#writing;
    clearTimeout(this.#timer);
    await this.#write();
    this.#drop(this.#waiting.splice(0).length);
    await this.#pruning;
  }

  #later(): void {
    if (this.#timer || this.#writing || this.#waiting.length === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#write().finally(() => {
        this.#writing = undefined;
        if (!this.#closed) this.#later();
      });
    }, this.#pause);
  }

  /** Writes until nothing waits, or Postgres is away. */
  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, batchSize);
      try {
        const known = await this.#ofProducts(batch);
        if (known.length > 0) await insertEvents(this.#pool, known);
        this.written += known.length;
        this.unknown += batch.length - known.length;
        this.#pause = this.#gather;
        this.#prune(this.#keepDays);
      } catch (error) {
        if (isAway(error)) {
          this.#pause = Math.min(this.#pause * 2, longestPause);
          return;
        }
        // Again it would fail again, and hold up all that come after it.
        this.#log.error({ err: error, events: batch.length }, 'cannot write events');
        this.dropped += batch.length;
      }
      this.#waiting.splice(0, batch.length);
    }
  }

  /** Anybody may say anything of any product; statistics are of those that are there. */
  async #ofProducts(batch: readonly RecommendationEvent[]): Promise<readonly RecommendationEvent[]> {
    if (!this.#known) return batch;
    const known = await this.#known([...new Set(batch.map((event) => event.item))]);
    return batch.filter((event) => known.has(event.item));
  }

  /** Every hour in which events come, beside the writing. */
  #prune(days: number | undefined): void {
    if (days === undefined || performance.now() < this.#prunedAt + betweenPrunes) return;
    this.#prunedAt = performance.now();
    this.#pruning = pruneEvents(this.#pool, days).catch((error) =>
      this.#log.warn({ err: error }, 'cannot delete old events'),
    );
  }

  #drop(count: number): void {
    if (count === 0) return;
    this.dropped += count;
    if (performance.now() < this.#warnedAt + betweenWarnings) return;
    this.#warnedAt = performance.now();
    this.#log.warn({ dropped: this.dropped }, 'dropping events: Postgres does not accept them in time');
  }
}

function isAway(error: unknown): boolean {
  return ['postgres_unreachable', 'postgres_lost'].includes(reportHttp(error).code);
}
