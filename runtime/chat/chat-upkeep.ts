// Applies the idle rules every 30 s: resolves quiet chats, closes resolved ones and removes stale ones.
import type { Pool } from '../../sql/pool.ts';
import { applyIdleRules, type IdleRules } from '../../sql/store/chat/idle.ts';
import type { Log } from '../core/log.ts';

/** Milliseconds between rounds. */
const roundInterval = 30_000;

export class ChatUpkeep {
  readonly #pool: Pool;
  readonly #rules: IdleRules;
  readonly #log: Log;
  readonly #onMoved: (sessionId: string, seq: number) => void;
  #timer: NodeJS.Timeout | undefined;
  #failure: string | undefined;

  constructor(pool: Pool, rules: IdleRules, log: Log, onMoved: (sessionId: string, seq: number) => void) {
    this.#pool = pool;
    this.#rules = rules;
    this.#log = log;
    this.#onMoved = onMoved;
  }

  start(): void {
    this.#timer = setInterval(() => void this.round(), roundInterval).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async round(): Promise<void> {
    try {
      for (const { sessionId, seq } of await applyIdleRules(this.#pool, this.#rules))
        this.#onMoved(sessionId, seq);
      this.#failure = undefined;
    } catch (error) {
      // Log a lasting failure once, and again only after it has passed or changed.
      const { code, message } = error as Error & { code?: string };
      const failure = code ?? message;
      if (failure !== this.#failure)
        this.#log.warn({ err: error }, 'failed to apply the idle rules of chats; retrying');
      this.#failure = failure;
    }
  }
}
