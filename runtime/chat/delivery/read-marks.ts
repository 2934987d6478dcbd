// Writes read marks to Postgres in batches: the highest per chat and side, many chats in one statement. A mark lost in a
// failed write is not retried: the client sends a higher one with the next message.
import type { Pool } from '../../../sql/pool.ts';
import { type ChatSide, type ReadMark, raiseReadMarks } from '../../../sql/store/chat/messages.ts';
import type { Log } from '../../core/log.ts';
import { Batcher } from '../../work/batcher.ts';

/** Milliseconds for which marks are batched. */
const batchDelay = 100;
const maxBatch = 1_000;

export class ReadMarks {
  readonly #pool: Pool;
  readonly #onRaised: (sessionIds: readonly string[]) => void;
  readonly #log: Log;
  readonly #marks = new Map<string, ReadMark>();
  readonly #batcher = new Batcher({
    delay: batchDelay,
    pending: () => this.#marks.size > 0,
    flush: () => this.#write(),
  });

  /** @param onRaised called with the sessions in which a mark rose */
  constructor(pool: Pool, log: Log, onRaised: (sessionIds: readonly string[]) => void) {
    this.#pool = pool;
    this.#log = log;
    this.#onRaised = onRaised;
  }

  raise(sessionId: string, side: ChatSide, seq: number): void {
    const key = `${side} ${sessionId}`;
    const before = this.#marks.get(key)?.seq ?? 0;
    if (seq > before) this.#marks.set(key, { sessionId, side, seq });
    this.#batcher.schedule();
  }

  async close(): Promise<void> {
    await this.#batcher.close();
  }

  async #write(): Promise<void> {
    const keys = [...this.#marks.keys()].slice(0, maxBatch);
    const marks = keys.map((key) => this.#marks.get(key)!);
    for (const key of keys) this.#marks.delete(key);
    try {
      const raised = await raiseReadMarks(this.#pool, marks);
      if (raised.length > 0) this.#onRaised(raised);
    } catch (error) {
      this.#log.debug({ err: error, marks: marks.length }, 'failed to write read marks');
    }
  }
}
