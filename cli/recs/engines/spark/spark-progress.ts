// Spark's REST API → how far the job is, told to the stage that waits for it.
import type { StageReport } from '../../stage-clock.ts';

interface SparkStage {
  readonly status: string;
  readonly numTasks: number;
  readonly numCompleteTasks: number;
  readonly inputRecords: number;
}

const everyMs = 1_000;

/**
 * Asks until stopped. `lines`: what the stage counts are records read, else tasks. Spark that does not answer, or whose
 * pages are off, costs the display only.
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
        // Tasks of the parts before are done: this one's count from here.
        if (before < 0) before = done;
        report.update(done - before, all - before);
      })
      .catch(() => {})
      .finally(() => {
        asking = false;
      });
  }, everyMs);
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
