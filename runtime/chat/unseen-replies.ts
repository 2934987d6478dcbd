// Finds replies of agents to customers who have no page with the chat in the foreground, so that push can notify them.
import type { Pool } from '../../sql/pool.ts';
import { readSession } from '../../sql/store/chat/sessions.ts';
import type { Stored } from './delivery/message-writer.ts';
import type { Presence } from './presence.ts';

export interface UnseenReply {
  readonly customerId: string;
  readonly sessionId: string;
  readonly agent: string | null;
}

export class UnseenReplies {
  readonly #pool: Pool;
  readonly #presence: Presence;
  readonly #onUnseenReply: ((reply: UnseenReply) => void) | undefined;
  /** In flight: they first ask other processes for the shopper. */
  readonly #checks = new Set<Promise<void>>();

  constructor(pool: Pool, presence: Presence, onUnseenReply: ((reply: UnseenReply) => void) | undefined) {
    this.#pool = pool;
    this.#presence = presence;
    this.#onUnseenReply = onUnseenReply;
  }

  stored(batch: readonly Stored[]): void {
    if (!this.#onUnseenReply) return;
    for (const { message } of batch) {
      if (message.side !== 'staff') continue;
      const check = this.#check(message.sessionId, message.senderName, this.#onUnseenReply).finally(() =>
        this.#checks.delete(check),
      );
      this.#checks.add(check);
    }
  }

  /** Waits for the checks in flight. */
  async close(): Promise<void> {
    await Promise.all(this.#checks);
  }

  async #check(
    sessionId: string,
    agent: string | null,
    onUnseenReply: (reply: UnseenReply) => void,
  ): Promise<void> {
    if (await this.#presence.findShopper(sessionId)) return;
    const session = await readSession(this.#pool, sessionId).catch(() => undefined);
    if (session?.customer_id) onUnseenReply({ customerId: session.customer_id, sessionId, agent });
  }
}
