// Prints the plan and the outcome of `recs tune`.
import type { TunePlan } from '../recs/evaluate/tune/plan.ts';
import type { TuneResult } from '../recs/evaluate/tune/tune.ts';
import { seconds } from './figures.ts';
import type { Terminal } from './terminal.ts';

type Task = TuneResult['task'];

export function printTunePlan(terminal: Terminal, task: Task, plan: TunePlan): void {
  terminal.note(
    [
      `${titles[task]}: about ${plan.trials} trials of ${plan.searches.join(', ')}`,
      ...plan.left_out.map(({ what, why }) => `left out: ${what} (${why})`),
      `validated on ${plan.validation}; confirmed on ${plan.confirmation}`,
    ].join('\n  '),
  );
}

const titles: Record<Task, string> = {
  personalized: 'Personalized',
  copurchase: 'Co-purchase',
};

const subjects: Record<Task, string> = {
  personalized: 'a customer’s next order',
  copurchase: 'the rest of an order',
};

export interface TuningOutcome {
  readonly applied: Record<string, unknown> | undefined;
  /** The file of --out. */
  readonly out: string | undefined;
  readonly ms: number;
  /** Tuned on files: there is no shop whose configuration --apply could change. */
  readonly fromFiles: boolean;
}

export function printTuning(
  terminal: Terminal,
  found: readonly TuneResult[],
  { applied, out, ms, fromFiles }: TuningOutcome,
): void {
  for (const result of found) printResult(terminal, result);
  terminal.print(`\n${seconds(ms)}.`);
  const better = found.some(({ changed }) => changed);
  if (out !== undefined)
    terminal.print(`Next: couture recs build --model ${out}, or couture recs evaluate … --config ${out}`);
  else if (!better) terminal.print('Nothing to apply: the current settings stay.');
  else if (applied) terminal.print('Next: couture recs build');
  else {
    terminal.print(
      `Next: run again with --out FILE to keep the settings${fromFiles ? '' : ', or with --apply to save them to couture.config.json'}.`,
    );
  }
}

function printResult(
  terminal: Terminal,
  { task, best, changed, scores, current, trials, cut, questions }: TuneResult,
): void {
  terminal.heading(`${titles[task]}: ${subjects[task]}`);
  terminal.print(`${trials.length} trials on ${questions} held-out test cases`);
  if (cut)
    terminal.warn('the budget ran out before all planned trials; a longer one may find better settings');
  const last = Math.max(...trials.map(({ units }) => units));
  const best5 = trials
    .filter(({ units }) => units === last)
    .sort((a, b) => b.score.value - a.score.value)
    .slice(0, 5);
  const right = (title: string) => ({ title, align: 'right' }) as const;
  terminal.table(
    [right('trial'), right('score'), right('coverage'), { title: 'settings', shrink: true }],
    best5.map(({ trial, score, settings }) => [
      trial,
      score.value.toFixed(4),
      score.coverage.toFixed(3),
      JSON.stringify(settings),
    ]),
  );
  const figures = ({ search, confirm }: typeof scores) =>
    `score ${search.value.toFixed(4)}, confirmed ${confirm.value.toFixed(4)}, coverage ${search.coverage.toFixed(3)}`;
  terminal.print(`\nCurrent settings: ${figures(current)}`);
  terminal.print(
    changed
      ? `Best: ${figures(scores)}: ${JSON.stringify(best)}`
      : 'No settings were better on all validation sets: the current ones stay.',
  );
}
