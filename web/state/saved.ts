// A small value that outlives the page where the browser allows it: memory is the truth, and localStorage or sessionStorage
// a guarded copy of it. Storage may be full, blocked (its getter throws) or absent (null), drop what it accepts, lose it
// later, or hold anything; so each write is read back, and each value is parsed.

import { ownName, plainName } from '../api/own-base.ts';
import { toJson } from './json.ts';

export interface Saved<T> {
  read(): T;
  /** What other tabs see: the value in storage, or undefined if storage can't be read or has lost this page's value. */
  stored(): T | undefined;
  /** @returns whether storage kept it; if not, `read` still returns this value until the page is left */
  write(value: T): boolean;
  /** @returns whether storage removed it; if not, `read` returns the fallback until the page is left */
  clear(): boolean;
  /**
   * Calls back when another tab has written, and when the page returns from the back-forward cache, where it got no events.
   * @param until stops the calls
   */
  watch(listener: () => void, until?: AbortSignal): void;
}

export type Area = 'localStorage' | 'sessionStorage';

/** The last value that this page wrote or read, and its text in storage; null if storage did not keep it. */
interface Known {
  readonly value: unknown;
  readonly text: string | null;
}

/** By area and key; shared by all readers of the same key in this page. */
const known: Readonly<Record<Area, Map<string, Known>>> = {
  localStorage: new Map(),
  sessionStorage: new Map(),
};

// Another tab's removal is meant; a value that is gone without an event was lost. A page in the back-forward cache gets no
// events, so storage decides there. Registered before any `watch`.
globalThis.addEventListener?.('storage', ({ key, newValue }) => {
  if (newValue === null) trustStorage(key);
});
globalThis.addEventListener?.('pageshow', ({ persisted }) => persisted && trustStorage(null));

/**
 * @param plain name in the storage; below a path, the path is added to it
 * @param parse returns the value, or undefined if it is invalid
 */
export function saved<T>(
  plain: string,
  fallback: T,
  parse: (value: unknown) => T | undefined,
  area: Area = 'localStorage',
): Saved<T> {
  const key = ownName(plain);
  const found = (): T | undefined => {
    const text = guarded(area, (storage) => storage.getItem(key));
    const own = known[area].get(key);
    if (text === undefined || (text === null && own?.text)) return undefined;
    if (text === null) return fallback;
    if (text === own?.text) return own.value as T;
    const value = parsed(text, parse);
    if (value === undefined) return own ? undefined : fallback;
    // While storage refuses this page's value, that stays the one to remember.
    if (own?.text !== null) known[area].set(key, { value, text });
    return value;
  };
  return {
    read() {
      const own = known[area].get(key);
      const current = own?.text === null ? undefined : found();
      return current ?? (own ? (own.value as T) : fallback);
    },
    stored: found,
    write(value) {
      const text = toJson(value);
      const kept = guarded(area, (storage) => {
        storage.setItem(key, text);
        return storage.getItem(key) === text;
      });
      known[area].set(key, { value, text: kept ? text : null });
      return kept ?? false;
    },
    clear() {
      const removed = guarded(area, (storage) => {
        storage.removeItem(key);
        return storage.getItem(key) === null;
      });
      if (removed) known[area].delete(key);
      else known[area].set(key, { value: fallback, text: null });
      return removed ?? false;
    },
    watch(listener, until) {
      const options = until ? { signal: until } : {};
      const changed = ({ key: name }: StorageEvent) => (name === key || name === null) && listener();
      addEventListener('storage', changed, options);
      addEventListener('pageshow', (event) => event.persisted && listener(), options);
    },
  };
}

/**
 * Removes every key of an area with this prefix, in memory too.
 * @param except keys that stay; a prefix if it ends in a hyphen
 */
export function forgetSaved(area: Area, prefix: string, except: readonly string[] = []): void {
  const stays = (key: string) =>
    except.some((each) => (each.endsWith('-') ? key.startsWith(each) : key === each));
  const isMeant = (name: string) => {
    const key = plainName(name);
    return key.startsWith(prefix) && !stays(key);
  };
  for (const key of known[area].keys()) if (isMeant(key)) known[area].delete(key);
  guarded(area, (storage) => {
    for (const key of Object.keys(storage)) if (isMeant(key)) storage.removeItem(key);
  });
}

/** Forgets this page's copies of what storage has kept. @param key null: of all keys */
function trustStorage(key: string | null): void {
  for (const [name, { text }] of known.localStorage)
    if (text !== null && (key === null || key === name)) known.localStorage.delete(name);
}

function parsed<T>(text: string, parse: (value: unknown) => T | undefined): T | undefined {
  try {
    return parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** @returns undefined if storage is absent or throws */
function guarded<R>(area: Area, use: (storage: Storage) => R): R | undefined {
  try {
    const storage = globalThis[area] as Storage | null | undefined;
    return storage ? use(storage) : undefined;
  } catch {
    return undefined;
  }
}
