// Worker thread of a search: measures models on one validation set.
import { serveTasks } from '../../engines/local/thread-pool.ts';
import { openBench } from './bench.ts';
import type { BenchSessions, BenchTasks } from './bench-threads.ts';

serveTasks<BenchTasks, BenchSessions>(
  {},
  {
    bench(input) {
      const { size, measure } = openBench(input);
      return {
        tasks: { size: () => size, measure: ({ model, units }) => measure(model, units) },
        close() {},
      };
    },
  },
);
