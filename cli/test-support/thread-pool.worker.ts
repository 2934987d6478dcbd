// The worker of thread-pool.test.ts: its tasks answer, fail, exit, or never end.
import { threadId } from 'node:worker_threads';
import { serveTasks, withTransfer } from '../recs/engines/local/thread-pool.ts';

export type TestTasks = {
  double: { input: number; output: number };
  spin: { input: number; output: number };
  fail: { input: string; output: void };
  unclonable: { input: undefined; output: unknown };
  bytes: { input: number; output: { bytes: Uint8Array } };
  exit: { input: number; output: void };
  throwLater: { input: undefined; output: void };
  hang: { input: undefined; output: void };
};

export type TestSessions = {
  /** Adds up numbers on top of the one that opens it. */
  sum: {
    input: number;
    tasks: { add: { input: number; output: number } };
    output: { thread: number; sum: number };
  };
};

serveTasks<TestTasks, TestSessions>(
  {
    double: (input) => input * 2,
    spin(ms) {
      for (const end = performance.now() + ms; performance.now() < end; );
      return threadId;
    },
    fail(message) {
      throw new TypeError(message);
    },
    unclonable: () => () => {},
    bytes(length) {
      const bytes = new Uint8Array(length).fill(7);
      return withTransfer({ bytes }, [bytes.buffer]);
    },
    exit(code) {
      process.exit(code);
      // The thread keeps running until the exit takes effect.
      for (;;);
    },
    throwLater() {
      queueMicrotask(() => {
        throw new Error('late');
      });
    },
    hang() {
      for (;;);
    },
  },
  {
    sum(input) {
      let sum = input;
      return {
        tasks: { add: (more) => (sum += more) },
        close: () => ({ thread: threadId, sum }),
      };
    },
  },
);
