// Many small reads → few statements: keys requested while a statement runs go into the next one.
// Unlike a loader that batches by tick, this adapts: the slower Postgres responds, the more keys each statement carries,
// and a burst of requests never uses more than a few connections.
// Not a `Batcher`: each caller awaits its own keys, and several statements run at once.

export class CoalescedReads<V> {
  readonly #read: (keys: string[]) => Promise<ReadonlyMap<string, V>>;
  readonly #maxKeys: number;
  readonly #maxRunning: number;
  #waiting: Batch<V> | undefined;
  #running = 0;

  /**
   * @param read reads many keys in one statement; its result lacks missing keys
   * @param options.maxKeys maximum number of keys per statement
   * @param options.maxRunning maximum number of concurrent statements
   */
  constructor(
    read: (keys: string[]) => Promise<ReadonlyMap<string, V>>,
    options: { maxKeys?: number; maxRunning?: number } = {},
  ) {
    this.#read = read;
    this.#maxKeys = options.maxKeys ?? 500;
    this.#maxRunning = options.maxRunning ?? 2;
  }

  /** Reads the keys together with those of other callers. If the shared statement fails, all its callers get the error. */
  load(keys: readonly string[]): Promise<ReadonlyMap<string, V>> {
    this.#waiting ??= newBatch();
    const batch = this.#waiting;
    for (const key of keys) batch.keys.add(key);
    if (batch.keys.size >= this.#maxKeys) this.#waiting = undefined;
    if (this.#running < this.#maxRunning || this.#waiting === undefined) this.#start(batch);
    return batch.result;
  }

  #start(batch: Batch<V>): void {
    if (batch.started) return;
    batch.started = true;
    this.#running += 1;
    // Keys requested in the same tick still join this batch.
    queueMicrotask(() => {
      if (this.#waiting === batch) this.#waiting = undefined;
      this.#read([...batch.keys])
        .then(batch.resolve, batch.reject)
        .finally(() => {
          this.#running -= 1;
          if (this.#waiting) this.#start(this.#waiting);
        });
    });
  }
}

interface Batch<V> {
  readonly keys: Set<string>;
  readonly result: Promise<ReadonlyMap<string, V>>;
  readonly resolve: (values: ReadonlyMap<string, V>) => void;
  readonly reject: (error: unknown) => void;
  started: boolean;
}

function newBatch<V>(): Batch<V> {
  let resolve!: Batch<V>['resolve'];
  let reject!: Batch<V>['reject'];
  const result = new Promise<ReadonlyMap<string, V>>((yes, no) => ([resolve, reject] = [yes, no]));
  // Avoid an unhandled rejection if no caller awaits the read; those that do still get the error.
  result.catch(() => {});
  return { keys: new Set(), result, resolve, reject, started: false };
}
