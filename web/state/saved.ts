// A small value that outlives the page, in localStorage, checked when it is read: what stands there may be anybody's.

export interface Saved<T> {
  read(): T;
  write(value: T): void;
  clear(): void;
  /** Calls back when another tab has written. */
  watch(listener: () => void): void;
}

/**
 * @param key name in localStorage
 * @param parse gives the value, or undefined for what is none
 */
export function saved<T>(key: string, fallback: T, parse: (value: unknown) => T | undefined): Saved<T> {
  return {
    read() {
      try {
        const text = localStorage.getItem(key);
        return text === null ? fallback : (parse(JSON.parse(text)) ?? fallback);
      } catch {
        return fallback;
      }
    },
    write(value) {
      try {
        localStorage.setItem(key, JSON.stringify(value));
      } catch {
        // Full, or forbidden: the page goes on without.
      }
    },
    clear() {
      try {
        localStorage.removeItem(key);
      } catch {
        // As above.
      }
    },
    watch(listener) {
      addEventListener('storage', (event) => {
        if (event.key === key || event.key === null) listener();
      });
    },
  };
}
