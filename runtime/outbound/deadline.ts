// Ends of waits: the error of an attempt that missed its deadline, and a promise that may not take longer than it should.

/** Message of the error with which an attempt ends that missed its deadline. */
export const lateMessage = 'no answer in time';

export function late(): Error {
  return new Error(lateMessage);
}

/** @throws the error of `late` when `work` takes longer than `milliseconds`; `onLate` then releases what it holds */
export function within<T>(milliseconds: number, work: Promise<T>, onLate = () => {}): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(late());
      onLate();
    }, milliseconds);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/**
 * Calls `onLate` after a deadline. A process that could not run meanwhile (suspended, or on a busy machine) finds its timers
 * due before it has read what arrived in time: that is read first.
 * @returns cancels it
 */
export function afterDeadline(milliseconds: number, onLate: () => void): () => void {
  let turn: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    turn = setImmediate(onLate);
  }, milliseconds);
  return () => {
    clearTimeout(timer);
    clearImmediate(turn);
  };
}
