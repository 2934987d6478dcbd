// What all agents see at once: chats that are new or have changed, gathered for a moment and read together. A slow look
// over all open chats finds what no wake told of.
import type { Pool } from '../../sql/pool.ts';
import { type ListedSession, listedSessions, openHeads } from '../../sql/store/chat/lists.ts';
import type { ToConsole } from '../contract/chat-protocol.ts';
import type { Log } from '../core/log.ts';
import { wireListed } from './delivery/wire-sessions.ts';

/** Milliseconds for which changes are gathered, and between two looks over all. */
const gather = 150;
const betweenLooks = 4_000;
/** Chats of one frame; the others follow. */
const mostAtOnce = 200;
/** Open chats that are looked over. */
const mostOpen = 5_000;

export class Board {
  readonly #pool: Pool;
  readonly #log: Log;
  readonly #consoles = new Set<(frame: string) => void>();
  readonly #changed = new Set<string>();
  /** What has been shown of open chats: seq and version. */
  #shown = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #looking: NodeJS.Timeout | undefined;
  #reading: Promise<void> | undefined;

  constructor(pool: Pool, log: Log) {
    this.#pool = pool;
    this.#log = log;
  }

  start(): void {
    this.#looking = setInterval(() => this.look(), betweenLooks).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#looking);
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
    this.#later();
  }

  /** Looks over all open chats. */
  look(): void {
    if (this.#consoles.size === 0) return;
    this.#reading ??= this.#look()
      .catch((error) => this.#log.debug({ err: error }, 'open chats could not be looked over'))
      .finally(() => this.#free());
  }

  async #look(): Promise<void> {
    const heads = await openHeads(this.#pool, mostOpen);
    const now = new Map(heads.map((head) => [head.session_id, placeOf(head)]));
    for (const [id, place] of now) if (this.#shown.get(id) !== place) this.#changed.add(id);
    // No longer open, or gone.
    for (const id of this.#shown.keys()) if (!now.has(id)) this.#changed.add(id);
    for (const id of this.#shown.keys()) if (!now.has(id)) this.#shown.delete(id);
  }

  #later(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#reading) return;
      this.#reading = this.#show()
        .catch((error) => this.#log.debug({ err: error }, 'changed chats could not be read'))
        .finally(() => this.#free());
    }, gather);
  }

  #free(): void {
    this.#reading = undefined;
    if (this.#changed.size > 0) this.#later();
  }

  async #show(): Promise<void> {
    const ids = [...this.#changed].slice(0, mostAtOnce);
    if (ids.length === 0) return;
    for (const id of ids) this.#changed.delete(id);
    const sessions = await listedSessions(this.#pool, ids);
    for (const session of sessions)
      if (isOpen(session)) this.#shown.set(session.session_id, placeOf(session));
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

function placeOf({ last_seq, version }: Pick<ListedSession, 'last_seq' | 'version'>): string {
  return `${last_seq} ${version}`;
}
