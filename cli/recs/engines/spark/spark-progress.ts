// Polls Spark's REST API and reports the progress of the job to the current stage.
import type { StageReport } from '../../stage-clock.ts';

interface SparkStage {
  readonly status: string;
  readonly numTasks: number;
  readonly numCompleteTasks: number;
  readonly inputRecords: number;
}

const pollInterval = 1_000;

/**
 * Polls once a second until stopped. `counted`: report the records read (`lines`) or the tasks done. If Spark does not
 * answer or its web UI is off, only the progress display is missing.
 */
export function followSpark(
  job: { readonly ui: string | undefined },
  report: StageReport,
  counted: 'lines' | 'tasks',
): { stop(): void } {
  let [asking, before] = [false, -1];
  const timer = setInterval(() => {
    if (asking || !job.ui) return;
    asking = true;
    stagesOf(job.ui)
      .then((stages) => {
        if (counted === 'lines') {
          report.update(Math.max(0, ...stages.map(({ inputRecords }) => inputRecords)));
          return;
        }
        const [done, all] = [sum(stages, 'numCompleteTasks'), sum(stages, 'numTasks')];
        // Tasks of earlier parts are done already: count this part's from here.
        if (before < 0) before = done;
        report.update(done - before, all - before);
      })
      .catch(() => {})
      .finally(() => {
        asking = false;
      });
  }, pollInterval);
  return { stop: () => clearInterval(timer) };
}

async function stagesOf(ui: string): Promise<SparkStage[]> {
  const [application] = await ask<Array<{ id: string }>>(`${ui}/api/v1/applications`);
  if (!application) return [];
  const stages = await ask<SparkStage[]>(`${ui}/api/v1/applications/${application.id}/stages`);
  return stages.filter(({ status }) => status === 'ACTIVE' || status === 'COMPLETE');
}

async function ask<T>(url: string): Promise<T> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return (await response.json()) as T;
}

function sum(stages: readonly SparkStage[], field: 'numTasks' | 'numCompleteTasks'): number {
  return stages.reduce((total, stage) => total + stage[field], 0);
}
