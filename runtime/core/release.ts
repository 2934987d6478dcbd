// Whoever opens, releases: a stack of clean-up steps, run last in first out, each once, each with a deadline.

export interface CloseOptions {
  /** Milliseconds that a step without a deadline of its own gets. */
  readonly within?: number;
  /** Hears of each step that did not end in time; the next step runs all the same. */
  readonly onLate?: (name: string, milliseconds: number) => void;
}

/** Milliseconds of a step where nothing else is said. */
const usualDeadline = 30_000;

/** Collects what must be closed; `close()` runs the steps in reverse and never skips one. */
export class ReleaseStack {
  #steps: Array<{ name: string; run: () => unknown; within: number | undefined }> = [];
  #late = false;

  /** Adds a step and returns it, to be passed on where it is opened. */
  defer(name: string, run: () => unknown, within?: number): void {
    this.#steps.push({ name, run, within });
  }

  /** Whether a step did not end in time, so that something is still open. */
  get late(): boolean {
    return this.#late;
  }

  /** Runs every step once, newest first. The first error is rethrown after all have run. */
  async close({ within = usualDeadline, onLate }: CloseOptions = {}): Promise<void> {
    let first: unknown;
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      const { name, run } = step;
      const milliseconds = step.within ?? within;
      try {
        if (await settledWithin((async () => run())(), milliseconds)) continue;
        this.#late = true;
        onLate?.(name, milliseconds);
      } catch (error) {
        first ??= new Error(`Could not release ${name}`, { cause: error });
      }
    }
    if (first) throw first;
  }
}

/** Waits for `work`, but not for ever. @returns whether it ended in time; throws what it throws until then */
export async function settledWithin(work: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  // What fails after its deadline has nobody left to hear of it.
  work.catch(() => {});
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
