// couture.tuning_run and couture.tuning_trial: the trials of a search as they happen, and the winner.
import type { Queryable } from '../../pool.ts';

export interface TuningTrialRow {
  readonly trial: number;
  readonly phase: string;
  readonly units: number;
  readonly settings: unknown;
  readonly score: number;
  readonly coverage: number;
  readonly ms: number;
}

export async function startTuning(
  client: Queryable,
  task: string,
  seed: number,
  budgetMs: number,
): Promise<number> {
  const { rows } = await client.query<{ run_id: number }>(
    'insert into couture.tuning_run (task, seed, budget_ms) values ($1, $2, $3) returning run_id',
    [task, seed, Math.round(budgetMs)],
  );
  return rows[0]!.run_id;
}

export async function saveTrial(client: Queryable, run: number, row: TuningTrialRow): Promise<void> {
  await client.query(
    `insert into couture.tuning_trial (run_id, trial, phase, units, settings, score, coverage, ms)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [run, row.trial, row.phase, row.units, JSON.stringify(row.settings), row.score, row.coverage, row.ms],
  );
}

export async function finishTuning(
  client: Queryable,
  run: number,
  winner: unknown,
  score: number,
): Promise<void> {
  await client.query(
    'update couture.tuning_run set finished_at = now(), winner = $2, score = $3 where run_id = $1',
    [run, JSON.stringify(winner), score],
  );
}

export async function markApplied(client: Queryable, run: number): Promise<void> {
  await client.query('update couture.tuning_run set applied = true where run_id = $1', [run]);
}
