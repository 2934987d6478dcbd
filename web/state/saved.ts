// A small value that outlives the page where the browser allows it: in memory first, with localStorage or sessionStorage
// as a guarded copy. Storage may be full, blocked (its getter throws) or absent (null), and may hold anything, so values
// are parsed when they are read.

export interface Saved<T> {
  read(): T;
  /** The value in storage itself, regardless of this page's memory; undefined if storage can't be read. */
  stored(): T | undefined;
  /** @returns whether storage accepted it; if not, `read` still returns this value until the page is left */
  write(value: T): boolean;
  /** @returns whether storage removed it; if not, `read` returns the fallback until the page is left */
  clear(): boolean;
  /** Calls back when another tab has written, and when the page returns from the back-forward cache, where it got no events. */
  watch(listener: () => void): void;
}

export type Area = 'localStorage' | 'sessionStorage';

/** Values that storage refused, by area and key; shared by all readers of the same key in this page. */
const held: Readonly<Record<Area, Map<string, { readonly value: unknown }>>> = {
  localStorage: new Map(),
  sessionStorage: new Map(),
};

/**
 * @param key name in the storage
 * @param parse returns the value, or undefined if it is invalid
 */
export function saved<T>(
  key: string,
  fallback: T,
  parse: (value: unknown) => T | undefined,
  area: Area = 'localStorage',
): Saved<T> {
  const stored = (): T | undefined => {
    const text = guarded(area, (storage) => storage.getItem(key));
    if (text === undefined) return undefined;
    try {
      return text === null ? fallback : (parse(JSON.parse(text)) ?? fallback);
    } catch {
      return fallback;
    }
  };
  return {
    read() {
      const refused = held[area].get(key);
      return refused ? (refused.value as T) : (stored() ?? fallback);
    },
    stored,
    write: (value) => keep(area, key, value, (storage) => storage.setItem(key, JSON.stringify(value))),
    clear: () => keep(area, key, fallback, (storage) => storage.removeItem(key)),
    watch(listener) {
      addEventListener('storage', (event) => {
        if (event.key === key || event.key === null) listener();
      });
      addEventListener('pageshow', (event) => event.persisted && listener());
    },
  };
}

/** Removes every key of an area with this prefix, in memory too. */
export function forgetSaved(area: Area, prefix: string): void {
  for (const key of held[area].keys()) if (key.startsWith(prefix)) held[area].delete(key);
  guarded(area, (storage) => {
    for (const key of Object.keys(storage)) if (key.startsWith(prefix)) storage.removeItem(key);
  });
}

/** Changes storage, and holds the value in memory as long as storage refuses it. */
function keep(area: Area, key: string, value: unknown, change: (storage: Storage) => void): boolean {
  const taken = guarded(area, (storage) => {
    change(storage);
    return true;
  });
  if (taken) held[area].delete(key);
  else held[area].set(key, { value });
  return taken ?? false;
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
