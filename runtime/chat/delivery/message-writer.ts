// Writes messages to Postgres in batches: everything that arrives while one batch is written becomes the next, with one
// statement and one commit for the messages of many chats. A message is acknowledged after its commit.
import type { Pool } from '../../../sql/pool.ts';
import { type Appended, appendMessages, type NewMessage } from '../../../sql/store/chat/messages.ts';
import { Batcher } from '../../work/batcher.ts';

/** A stored message, for delivery to subscribers. */
export interface Stored {
  readonly message: NewMessage;
  readonly seq: number;
  readonly created_at: Date;
}

interface Waiting {
  readonly message: NewMessage;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
}

/** Messages per statement. */
const batchSize = 1_000;
/** Messages that may be queued in a process; more are refused, and clients retry them. */
const maxWaiting = 20_000;

/** Conflicts with another transaction: unique violation, deadlock, serialization failure. A retry succeeds. */
const retryable = new Set(['23505', '40P01', '40001']);

export class MessageWriter {
  readonly #pool: Pool;
  readonly #onStored: (stored: readonly Stored[]) => void;
  #waiting: Waiting[] = [];
  readonly #batcher = new Batcher({
    delay: 0,
    eager: true,
    pending: () => this.#waiting.length > 0,
    flush: () => this.#write(),
  });
  stored = 0;
  batches = 0;

  /** @param onStored called with each batch after its commit, in the order of the batch */
  constructor(pool: Pool, onStored: (stored: readonly Stored[]) => void) {
    this.#pool = pool;
    this.#onStored = onStored;
  }

  /** @returns the outcome; rejects if it is unknown, as after a lost connection: then the message can be sent again */
  add(message: NewMessage): Promise<Appended> {
    if (this.#waiting.length >= maxWaiting) return Promise.reject(new Error('too many messages are queued'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ message, resolve, reject });
      this.#batcher.schedule();
    });
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Waits until every queued message is written or has failed. */
  flush(): Promise<void> {
    return this.#batcher.flushNow();
  }

  #write(): Promise<void> {
    const batch =
      this.#waiting.length > batchSize ? this.#waiting.splice(0, batchSize) : this.#waiting.splice(0);
    return this.#store(batch);
  }

  async #store(batch: readonly Waiting[], triesLeft = 2): Promise<void> {
    try {
      const outcomes = await appendMessages(
        this.#pool,
        batch.map((each) => each.message),
      );
      this.#settle(batch, outcomes);
    } catch (error) {
      const { code = '' } = error as { code?: string };
      if (triesLeft > 0 && retryable.has(code)) return this.#store(batch, triesLeft - 1);
      // One message made Postgres reject the batch: write them one by one, so that only it fails.
      if (batch.length > 1 && /^(22|23)/.test(code)) {
        for (const each of batch) await this.#store([each]);
        return;
      }
      for (const each of batch) each.reject(error);
    }
  }

  #settle(batch: readonly Waiting[], outcomes: readonly Appended[]): void {
    const stored: Stored[] = [];
    for (const [at, outcome] of outcomes.entries()) {
      if (outcome.outcome !== 'stored') continue;
      stored.push({ message: batch[at]!.message, seq: outcome.seq, created_at: outcome.created_at });
    }
    this.stored += stored.length;
    this.batches += 1;
    if (stored.length > 0) this.#onStored(stored);
    for (const [at, outcome] of outcomes.entries()) batch[at]!.resolve(outcome);
  }
}
