// Queues what to send when the network is back, in IndexedDB, where the service worker sees it too. Intents only: changes
// of the watchlist, and events of recommendations and push messages. Never an order: a shopper must not believe that a queued order was
// placed. What the database refuses (full, blocked or absent) waits in memory.
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { WireEvent } from '../../runtime/contract/event.ts';
import type { WireId } from '../../runtime/contract/product.ts';
import { own, ownName } from '../api/own-base.ts';
import { sinceNoted } from './device-clock.ts';

export type Intent =
  | { readonly kind: 'watch'; readonly id: WireId; readonly watched: boolean }
  | {
      readonly kind: 'events';
      readonly events: ReadonlyArray<Partial<WireEvent>>;
      readonly visitor?: string;
    }
  | { readonly kind: 'message'; readonly url: string; readonly event: MessageEvent };

/** What became of a push message. */
export interface MessageEvent {
  readonly beacon: string;
  readonly type: 'show' | 'click' | 'dismiss';
}

interface Waiting {
  readonly at: number;
  readonly intent: Intent;
}

interface OutboxSchema extends DBSchema {
  waiting: { key: number; value: Waiting };
}

/** Maximum number of entries; the oldest are dropped first. */
const maxEntries = 200;
/** Milliseconds after which an entry expires. */
const maxAge = 7 * 86_400_000;

/** Milliseconds after which a database that does not open counts as blocked: some browsers never answer. */
const openTimeout = 3_000;

/** Name of the Background Sync registration. */
export const syncTag = 'couture-outbox';

export class Outbox {
  #database: Promise<IDBPDatabase<OutboxSchema>> | undefined;
  #flushing: Promise<void> | undefined;
  /** Entries that the database refused. */
  #held: Waiting[] = [];

  /** @returns whether the entry outlives the page; if not, it is sent only while the page stays open */
  async add(intent: Intent): Promise<boolean> {
    try {
      await this.#store(intent);
    } catch {
      this.#held = [...this.#held, { at: Date.now(), intent }].slice(-maxEntries);
      return false;
    }
    await askForSync();
    return true;
  }

  async #store(intent: Intent): Promise<void> {
    const database = await this.#open();
    const transaction = database.transaction('waiting', 'readwrite');
    await transaction.store.add({ at: Date.now(), intent });
    let surplus = (await transaction.store.count()) - maxEntries;
    for (let each = await transaction.store.openCursor(); each && surplus > 0; surplus -= 1) {
      await each.delete();
      each = await each.continue();
    }
    await transaction.done;
  }

  /** Sends the entries, oldest first; those without an answer stay queued. Runs once at a time in this page. */
  flush(): Promise<void> {
    this.#flushing ??= this.#send().finally(() => (this.#flushing = undefined));
    return this.#flushing;
  }

  /** Removes all entries. */
  async clear(): Promise<void> {
    this.#held = [];
    await (await this.#open()).clear('waiting');
  }

  async count(): Promise<number> {
    const stored = await this.#open().then(
      (database) => database.count('waiting'),
      () => 0,
    );
    return stored + this.#held.length;
  }

  async #send(): Promise<void> {
    try {
      await this.#sendStored();
    } finally {
      for (const next of this.#held) {
        const outcome = await attempt(next);
        if (outcome === 'unanswered') break;
        if (outcome === 'settled') this.#held = this.#held.filter((each) => each !== next);
      }
    }
  }

  async #sendStored(): Promise<void> {
    const database = await this.#open();
    for (const key of await database.getAllKeys('waiting')) {
      const waiting = await database.get('waiting', key);
      if (!waiting) continue;
      const outcome = sinceNoted(waiting.at) < maxAge ? await attempt(waiting) : 'settled';
      if (outcome === 'unanswered') return;
      if (outcome === 'settled') await database.delete('waiting', key);
    }
  }

  #open(): Promise<IDBPDatabase<OutboxSchema>> {
    // Without IndexedDB, opening throws synchronously.
    this.#database ??= within(openTimeout, async () =>
      openDB<OutboxSchema>(ownName('couture-outbox'), 1, {
        upgrade: (database) => void database.createObjectStore('waiting', { autoIncrement: true }),
        terminated: () => (this.#database = undefined),
      }),
    ).catch((error) => {
      this.#database = undefined;
      throw error;
    });
    return this.#database;
  }
}

async function within<T>(ms: number, work: () => Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  return Promise.race([work(), late]).finally(() => clearTimeout(timer));
}

/**
 * Sends an entry. `settled`: done, or refused in a way that a retry will not change. `kept`: a change of the watchlist of a
 * customer whose sign-in has expired; it waits for the next one, and holds up nothing.
 */
async function attempt(waiting: Waiting): Promise<'settled' | 'kept' | 'unanswered'> {
  try {
    const { status } = await fetch(...requestOf(waiting));
    if (isWorthARetry(status)) return 'unanswered';
    return status === 401 && waiting.intent.kind === 'watch' ? 'kept' : 'settled';
  } catch {
    return 'unanswered';
  }
}

/** 501: the shop does not have it, now or later. */
export function isWorthARetry(status: number): boolean {
  return (status >= 500 && status !== 501) || status === 429 || status === 408;
}

function requestOf({ intent, at }: Waiting): [string, RequestInit] {
  const json = { 'Content-Type': 'application/json' };
  switch (intent.kind) {
    case 'watch':
      return intent.watched
        ? [
            own('/api/watchlist'),
            { method: 'POST', headers: json, body: JSON.stringify({ product_id: intent.id }) },
          ]
        : [own(`/api/watchlist?product_id=${encodeURIComponent(intent.id)}`), { method: 'DELETE' }];
    case 'events': {
      const { events, visitor } = intent;
      return [
        own('/api/events'),
        { method: 'POST', headers: json, body: JSON.stringify({ events, visitor }) },
      ];
    }
    case 'message': {
      const age = Math.max(0, Math.min(maxAge, Date.now() - at));
      const body = JSON.stringify({ ...intent.event, age: Math.round(age / 1_000) });
      return [intent.url, { method: 'POST', headers: json, body }];
    }
  }
}

/** Lets the service worker flush when the network is back, even with no page open, where the browser supports it. */
async function askForSync(): Promise<void> {
  try {
    const registration = (await navigator.serviceWorker?.getRegistration()) as
      | { sync?: { register(tag: string): Promise<void> } }
      | undefined;
    await registration?.sync?.register(syncTag);
  } catch {
    // Refused or unsupported: the page flushes when it comes online, on load and when it becomes visible.
  }
}
