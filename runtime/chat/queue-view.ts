// The queue as all consoles show it: new and changed chats, batched for a moment and read together. A slow poll of all
// open chats finds changes whose invalidation was lost.
import type { Pool } from '../../sql/pool.ts';
import { type ListedSession, listedSessions, openHeads } from '../../sql/store/chat/lists.ts';
import type { ToConsole } from '../contract/chat-protocol.ts';
import type { Log } from '../core/log.ts';
import { Batcher } from '../work/batcher.ts';
import { Poller } from '../work/poller.ts';
import { type ListFacts, wireListed } from './delivery/wire-sessions.ts';

/** Milliseconds for which changes are batched. */
const batchDelay = 150;
/** Milliseconds between polls of all open chats. */
const pollInterval = 4_000;
/** Chats per frame; the rest follow in the next. */
const maxBatch = 200;
/** Open chats per poll. */
const maxOpen = 5_000;

export class QueueView {
  readonly #pool: Pool;
  readonly #log: Log;
  readonly #facts: ListFacts;
  readonly #consoles = new Set<(frame: string) => void>();
  readonly #changed = new Set<string>();
  /** Session → seq and version last shown of an open chat. */
  #shown = new Map<string, string>();
  readonly #batcher = new Batcher({
    delay: batchDelay,
    pending: () => this.#changed.size > 0,
    flush: () => this.#show(),
  });
  readonly #poller: Poller;

  constructor(pool: Pool, log: Log, facts: ListFacts) {
    this.#pool = pool;
    this.#log = log;
    this.#facts = facts;
    const task = async () => {
      if (this.#consoles.size > 0)
        await this.#poll().catch((error) => log.debug({ err: error }, 'failed to poll open chats'));
    };
    this.#poller = new Poller({ name: 'poll open chats', interval: pollInterval, task, log });
  }

  start(): void {
    this.#poller.startLater();
  }

  async close(): Promise<void> {
    await this.#poller.close();
    await this.#batcher.close();
  }

  join(show: (frame: string) => void): void {
    this.#consoles.add(show);
  }

  leave(show: (frame: string) => void): void {
    this.#consoles.delete(show);
    if (this.#consoles.size === 0) {
      this.#changed.clear();
      this.#shown.clear();
    }
  }

  changed(sessionId: string): void {
    if (this.#consoles.size === 0) return;
    this.#changed.add(sessionId);
    this.#batcher.schedule();
  }

  /** Compares all open chats with what was shown. */
  poll(): void {
    void this.#poller.run();
  }

  async #poll(): Promise<void> {
    const heads = await openHeads(this.#pool, maxOpen);
    const now = new Map(heads.map((head) => [head.session_id, positionOf(head)]));
    for (const [id, position] of now) if (this.#shown.get(id) !== position) this.#changed.add(id);
    // Chats that were closed or removed: found again at the next poll, if showing that fails.
    for (const id of this.#shown.keys()) if (!now.has(id)) this.#changed.add(id);
    this.#batcher.schedule();
  }

  async #show(): Promise<void> {
    try {
      await this.#showChanged();
    } catch (error) {
      // The next poll finds what is missing.
      this.#log.debug({ err: error }, 'failed to read changed chats');
    }
  }

  async #showChanged(): Promise<void> {
    const ids = [...this.#changed].slice(0, maxBatch);
    for (const id of ids) this.#changed.delete(id);
    const sessions = await listedSessions(this.#pool, ids);
    const removed = new Set(ids.filter((id) => this.#shown.has(id)));
    for (const session of sessions) {
      const id = session.session_id;
      removed.delete(id);
      if (isOpen(session)) this.#shown.set(id, positionOf(session));
      else this.#shown.delete(id);
    }
    for (const id of removed) {
      this.#shown.delete(id);
      this.#tell({ type: 'gone', session_id: id });
    }
    if (sessions.length === 0) return;
    this.#tell({ type: 'sessions', sessions: sessions.map((session) => wireListed(session, this.#facts)) });
  }

  #tell(news: ToConsole): void {
    const frame = JSON.stringify(news);
    for (const show of this.#consoles) show(frame);
  }
}

function isOpen({ state }: ListedSession): boolean {
  return state === 'waiting' || state === 'active';
}

function positionOf({ last_seq, version }: Pick<ListedSession, 'last_seq' | 'version'>): string {
  return `${last_seq} ${version}`;
}
