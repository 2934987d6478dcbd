// What all agents see at once: chats that are new or have changed, gathered for a moment and read together. A slow look
// over all open chats finds what no wake told of.
import type { Pool } from '../../sql/pool.ts';
import { type ListedSession, listedSessions, openHeads } from '../../sql/store/chat/lists.ts';
import type { ToConsole } from '../contract/chat-protocol.ts';
import type { Log } from '../core/log.ts';
import { wireListed } from './delivery/wire-sessions.ts';

/** Milliseconds for which changes are gathered, and between two looks over all. */
const batchInterval = 150;
const pollInterval = 4_000;
/** Chats of one frame; the others follow. */
const maxBatch = 200;
/** Open chats that are looked over. */
const maxOpen = 5_000;

export class QueueView {
  readonly #pool: Pool;
  readonly #log: Log;
  readonly #consoles = new Set<(frame: string) => void>();
  readonly #changed = new Set<string>();
  /** What has been shown of open chats: seq and version. */
  #shown = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #interval: NodeJS.Timeout | undefined;
  #reading: Promise<void> | undefined;

  constructor(pool: Pool, log: Log) {
    this.#pool = pool;
    this.#log = log;
  }

  start(): void {
    this.#interval = setInterval(() => this.poll(), pollInterval).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#interval);
    clearTimeout(this.#timer);
    await this.#reading;
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
    this.#schedule();
  }

  /** Looks over all open chats. */
  poll(): void {
    if (this.#consoles.size === 0) return;
    this.#reading ??= this.#poll()
      .catch((error) => this.#log.debug({ err: error }, 'open chats could not be looked over'))
      .finally(() => this.#free());
  }

  async #poll(): Promise<void> {
    const heads = await openHeads(this.#pool, maxOpen);
    const now = new Map(heads.map((head) => [head.session_id, positionOf(head)]));
    for (const [id, position] of now) if (this.#shown.get(id) !== position) this.#changed.add(id);
    // No longer open, or gone.
    for (const id of this.#shown.keys()) if (!now.has(id)) this.#changed.add(id);
    for (const id of this.#shown.keys()) if (!now.has(id)) this.#shown.delete(id);
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#reading) return;
      this.#reading = this.#show()
        .catch((error) => this.#log.debug({ err: error }, 'changed chats could not be read'))
        .finally(() => this.#free());
    }, batchInterval);
  }

  #free(): void {
    this.#reading = undefined;
    if (this.#changed.size > 0) this.#schedule();
  }

  async #show(): Promise<void> {
    const ids = [...this.#changed].slice(0, maxBatch);
    if (ids.length === 0) return;
    for (const id of ids) this.#changed.delete(id);
    const sessions = await listedSessions(this.#pool, ids);
    for (const session of sessions)
      if (isOpen(session)) this.#shown.set(session.session_id, positionOf(session));
    if (sessions.length === 0) return;
    const frame = JSON.stringify({
      type: 'sessions',
      sessions: sessions.map(wireListed),
    } satisfies ToConsole);
    for (const show of this.#consoles) show(frame);
  }
}

function isOpen({ state }: ListedSession): boolean {
  return state === 'waiting' || state === 'active';
}

function positionOf({ last_seq, version }: Pick<ListedSession, 'last_seq' | 'version'>): string {
  return `${last_seq} ${version}`;
}
