// Messages on their way to Postgres: all that has come while a batch was being written is the next batch, one statement
// and one commit for the messages of many chats. A message is acknowledged when its transaction has been committed.
import type { Pool } from '../../../sql/pool.ts';
import { type Appended, appendMessages, type NewMessage } from '../../../sql/store/chat/messages.ts';

/** What was stored, for those who are looking on. */
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

/** Messages of one statement. */
const batchSize = 1_000;
/** Messages that wait at most, in a process; more are refused, and sent again later. */
const maxWaiting = 20_000;

/** Another transaction was in the way: unique violation, deadlock, serialisation. It goes well the next time. */
const passing = new Set(['23505', '40P01', '40001']);

export class MessageWriter {
  readonly #pool: Pool;
  readonly #onStored: (stored: readonly Stored[]) => void;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  stored = 0;
  batches = 0;

  /** @param onStored told of each batch after its commit, in the order of the batch */
  constructor(pool: Pool, onStored: (stored: readonly Stored[]) => void) {
    this.#pool = pool;
    this.#onStored = onStored;
  }

  /** @returns what became of it; rejects where Postgres did not say, and then it may be sent again */
  add(message: NewMessage): Promise<Appended> {
    if (this.#waiting.length >= maxWaiting) return Promise.reject(new Error('too many messages wait'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ message, resolve, reject });
      this.#writing ??= this.#write();
    });
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Waits until all that has come is written, or has failed. */
  async flush(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  async #write(): Promise<void> {
    // All that this turn of the event loop brings belongs together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const batch =
        this.#waiting.length > batchSize ? this.#waiting.splice(0, batchSize) : this.#waiting.splice(0);
      await this.#store(batch);
    }
    this.#writing = undefined;
  }

  async #store(batch: readonly Waiting[], triesLeft = 2): Promise<void> {
    try {
      const outcomes = await appendMessages(
        this.#pool,
        batch.map((each) => each.message),
      );
      this.#tell(batch, outcomes);
    } catch (error) {
      const { code = '' } = error as { code?: string };
      if (triesLeft > 0 && passing.has(code)) return this.#store(batch, triesLeft - 1);
      // What one message does to Postgres is not the others' fault.
      if (batch.length > 1 && /^(22|23)/.test(code)) {
        for (const each of batch) await this.#store([each]);
        return;
      }
      for (const each of batch) each.reject(error);
    }
  }

  #tell(batch: readonly Waiting[], outcomes: readonly Appended[]): void {
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
