// Validation sets → models measured on all of them at the same time, each set on a thread of its own.
import { ThreadPool } from '../../engines/local/thread-pool.ts';
import type { EvaluatedModel } from '../baselines.ts';
import type { Dataset } from '../order-log.ts';
import type { BenchInput, BenchSize } from './bench.ts';
import type { Score } from './search.ts';

export type BenchTasks = Record<never, never>;
export type BenchSessions = {
  bench: {
    input: BenchInput;
    tasks: {
      size: { input: undefined; output: BenchSize };
      measure: { input: { model: EvaluatedModel; units: number }; output: Score };
    };
    output: undefined;
  };
};

/** Models measured on several sets; a score is the mean of theirs. */
export interface BenchThreads {
  /** Of the set with the most units. */
  readonly size: BenchSize;
  measure(model: EvaluatedModel, units: number): Promise<Score>;
  close(): Promise<void>;
}

/** Opens a thread for each of the sets. One that has no test case is left out, unless none has any. */
export async function openBenchThreads(
  sets: readonly Dataset[],
  input: Omit<BenchInput, 'data'>,
  signal: AbortSignal,
): Promise<BenchThreads> {
  const pools = sets.map(
    () => new ThreadPool<BenchTasks, BenchSessions>(new URL('./bench.worker.js', import.meta.url), 1),
  );
  const stop = () => void close();
  const close = async () => {
    signal.removeEventListener('abort', stop);
    await Promise.all(pools.map((pool) => pool.close()));
  };
  signal.addEventListener('abort', stop);
  try {
    signal.throwIfAborted();
    const opened = await Promise.all(
      pools.map(async (pool, at) => {
        const bench = await pool.open('bench', { ...input, data: sets[at]! });
        return { bench, size: await bench.run('size', undefined) };
      }),
    );
    const benches = opened.filter(({ size }) => size.cases > 0).map(({ bench }) => bench);
    const size = opened.map((each) => each.size).reduce((a, b) => (b.units > a.units ? b : a));
    return {
      size,
      async measure(model, units) {
        signal.throwIfAborted();
        return meanOf(await Promise.all(benches.map((bench) => bench.run('measure', { model, units }))));
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function meanOf(scores: readonly Score[]): Score {
  const mean = (of: 'value' | 'coverage') =>
    scores.reduce((sum, score) => sum + score[of], 0) / scores.length;
  const sets = scores.map(({ value }) => value);
  return { value: mean('value'), coverage: mean('coverage'), ...(sets.length > 1 && { sets }) };
}
