// A stack of cleanup steps, run last in, first out, each once and with a deadline.

export interface CloseOptions {
  /** Deadline in milliseconds of steps without their own. */
  readonly within?: number;
  /** Called for each step that missed its deadline. The next step runs anyway. */
  readonly onLate?: (name: string, milliseconds: number) => void;
}

/** In milliseconds. */
const defaultDeadline = 30_000;

/** Collects cleanup steps; `close()` runs all of them in reverse. */
export class ReleaseStack {
  #steps: Array<{ name: string; run: () => unknown; within: number | undefined }> = [];
  #late = false;

  /** Adds a cleanup step. */
  defer(name: string, run: () => unknown, within?: number): void {
    this.#steps.push({ name, run, within });
  }

  /** Whether a step missed its deadline, so that something is still open. */
  get late(): boolean {
    return this.#late;
  }

  /** Runs every step once, newest first. Rethrows the first error after all steps have run. */
  async close({ within = defaultDeadline, onLate }: CloseOptions = {}): Promise<void> {
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

/** Waits for `work` up to a deadline. @returns whether it settled in time. Rethrows its error if it failed in time. */
export async function settledWithin(work: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  // Nobody awaits work that fails after its deadline.
  work.catch(() => {});
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
