// A clock that tests advance by hand.
import type { Clock } from '../work/clock.ts';

export class FakeClock implements Clock {
  now = 0;
  #timers: Array<{ readonly at: number; readonly run: () => void }> = [];

  later(run: () => void, milliseconds: number): () => void {
    const timer = { at: this.now + milliseconds, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  /** Number of timers that are set. */
  get waiting(): number {
    return this.#timers.length;
  }

  /** Runs, in order, what is due within these milliseconds, and what follows from it without further timers. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.now + milliseconds;
    await settle();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.now = next.at;
      this.#timers = this.#timers.filter((each) => each !== next);
      next.run();
      await settle();
    }
    this.now = end;
  }

  #next(end: number) {
    return this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }
}

/** Resolves after all promises that need no timer and no I/O. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
