// Many small reads → few statements: what is asked for while a statement runs goes into the next one.
// Unlike a loader that batches by tick, this adapts: the slower Postgres answers, the more each statement carries, and
// no storm of requests holds more than a few connections.

export class CoalescedReads<V> {
  readonly #read: (keys: string[]) => Promise<ReadonlyMap<string, V>>;
  readonly #most: number;
  readonly #atOnce: number;
  #waiting: Batch<V> | undefined;
  #running = 0;

  /**
   * @param read reads many keys in one statement; a key that is not in its result is not there
   * @param options.most keys a statement
   * @param options.atOnce statements at the same time
   */
  constructor(
    read: (keys: string[]) => Promise<ReadonlyMap<string, V>>,
    options: { most?: number; atOnce?: number } = {},
  ) {
    this.#read = read;
    this.#most = options.most ?? 500;
    this.#atOnce = options.atOnce ?? 2;
  }

  /** Reads the keys, together with what others ask for; rejects all who share a statement that failed. */
  load(keys: readonly string[]): Promise<ReadonlyMap<string, V>> {
    this.#waiting ??= newBatch();
    const batch = this.#waiting;
    for (const key of keys) batch.keys.add(key);
    if (batch.keys.size >= this.#most) this.#waiting = undefined;
    if (this.#running < this.#atOnce || this.#waiting === undefined) this.#start(batch);
    return batch.result;
  }

  #start(batch: Batch<V>): void {
    if (batch.started) return;
    batch.started = true;
    this.#running += 1;
    // What is asked for in the same tick still gets on.
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
  // Nobody may wait any more when it fails; those who do get the error all the same.
  result.catch(() => {});
  return { keys: new Set(), result, resolve, reject, started: false };
}
