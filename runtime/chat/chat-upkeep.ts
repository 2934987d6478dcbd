// What becomes of chats by themselves, every half a minute: quiet ones are resolved, resolved ones closed, stale ones removed.
import type { Pool } from '../../sql/pool.ts';
import { applyIdleRules, type IdleRules } from '../../sql/store/chat/idle.ts';
import type { Log } from '../core/log.ts';

/** Milliseconds between two rounds. */
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
      // What fails every half a minute is logged once, and again when something else fails.
      const { code, message } = error as Error & { code?: string };
      const failure = code ?? message;
      if (failure !== this.#failure)
        this.#log.warn({ err: error }, 'chats could not be resolved, closed or tidied; it is tried again');
      this.#failure = failure;
    }
  }
}
