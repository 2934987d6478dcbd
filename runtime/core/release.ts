// Whoever opens, releases: a stack of clean-up steps, run last in first out, each once.

/** Collects what must be closed; `close()` runs the steps in reverse and never skips one. */
export class ReleaseStack {
  #steps: Array<{ name: string; run: () => unknown }> = [];

  /** Adds a step and returns it, to be passed on where it is opened. */
  defer(name: string, run: () => unknown): void {
    this.#steps.push({ name, run });
  }

  /** Runs every step once, newest first. The first error is rethrown after all have run. */
  async close(): Promise<void> {
    let first: unknown;
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      try {
        await step.run();
      } catch (error) {
        first ??= new Error(`Could not release ${step.name}`, { cause: error });
      }
    }
    if (first) throw first;
  }
}
