// Timers of the batcher and the poller. Tests pass a clock that they advance by hand.

export interface Clock {
  /**
   * Calls `run` once after `milliseconds`; 0 means at the end of this turn of the event loop.
   * @returns cancels the call
   */
  later(run: () => void, milliseconds: number): () => void;
}

/** A moment of `performance.now()`, which nobody sets back, in milliseconds since 1970 as of now. */
export function epochOf(moment: number): number {
  return Date.now() + (moment - performance.now());
}

/** Its timers keep the process running. */
export const realClock: Clock = {
  later(run, milliseconds) {
    if (milliseconds === 0) {
      const immediate = setImmediate(run);
      return () => clearImmediate(immediate);
    }
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** Its timers do not keep the process running. */
export const backgroundClock: Clock = {
  later(run, milliseconds) {
    const timer = setTimeout(run, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};
