// One run for all who ask at the same time.

/**
 * Calls that come while the task runs wait for that run; the next call after its end starts another, so nothing is cached.
 * @returns calls the task; rejects for all callers if the run they share does
 */
export function sharedRun<T>(task: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => {
    running ??= task().finally(() => {
      running = undefined;
    });
    return running;
  };
}
