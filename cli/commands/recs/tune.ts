// `couture recs tune`: searches for the settings that predict held-out orders best, on the shop's orders or on files.
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { CoutureError } from '../../../runtime/core/errors.ts';
import { durationDays } from '../../../runtime/core/quantities.ts';
import { migrate } from '../../../sql/migrate.ts';
import { type Client, openClient } from '../../../sql/pool.ts';
import { finishTuning, markApplied, saveTrial, startTuning } from '../../../sql/store/builds/tuning.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { mergeSettings } from '../../config-file.ts';
import {
  basketOf,
  currentSettings,
  oneOf,
  readShop,
  readTraining,
  wholeNumbers,
} from '../../recs/evaluate/request.ts';
import { settingsOfBuild, type Winners } from '../../recs/evaluate/tune/apply.ts';
import { type TuneResult, tune } from '../../recs/evaluate/tune/tune.ts';
import { type Task, tasks } from '../../recs/gate/test-cases.ts';
import { printTunePlan, printTuning } from '../../terminal/tuning-report.ts';

/**
 * With --json: {basket, seed, budget_ms, ms, stopped_early, out, applied, and per task {settings, changed, score, coverage,
 * confirmed: {value, coverage}, current: {score, coverage, confirmed}, trials, plan: {validation, confirmation, searches,
 * left_out: [{what, why}], trials}}}. `settings` are the current ones if `changed` is false. The file of --out holds the
 * best settings for `build --model` and `evaluate --config`, and all trials.
 */
export const recsTune: CommandSpec = {
  usage: 'tune',
  summary: 'search for the settings that predict held-out orders best',
  settings: ['databaseUrl', 'sourceUrl', 'home', 'since', 'seed'],
  flags: [
    flag('--train <files...>', 'tune on these CSV files instead of the shop’s orders'),
    flag('--products <file>', 'CSV file with product names, for use with --train'),
    flag('--task <task>', 'personalized or copurchase (default: both, if the orders allow it)'),
    flag(
      '--basket <kind>',
      'basket definition: order (the items of one order) or customer (a whole history)',
    ).default('order'),
    flag('--k <list>', 'list lengths to optimise for (default: 10; 20 with --basket customer)'),
    flag('--budget <span>', 'time limit for all tasks together').default('10m'),
    flag('--trials <n>', 'approximate number of trials per task (default: as many as the budget allows)'),
    flag('--out <file>', 'write the best settings, for "recs build --model" and "recs evaluate --config"'),
    flag('--apply', 'save the best settings to couture.config.json (not with --train)'),
  ],
  help: `Examples:
  couture recs tune --budget 5m --apply
  couture recs tune --train train.csv.gz --basket order --budget 10m --out tuned.json

The validation orders are held out of the training orders; test files are never read. Only what a build can make is
searched, so --apply saves exactly what was measured. A winner must match popularity, count, cosine and the current
settings, also on a validation set that the search doesn't use. If nothing matches all of them, what comes closest wins,
unless it is worse than the current settings on either set; without a gain, those stay. The same orders, seed and budget
give the same result, unless the machine is too slow for the budget; then tune stops early and warns. With --trials, the
budget only limits the time.
Exit codes: 0 found, 1 failed, or too few orders, 2 wrong use.`,
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>): Promise<void> {
  const { terminal, config } = context;
  const started = performance.now();
  const basket = basketOf(flags);
  const budgetMs = budgetOf(flags.budget);
  const trials = flags.trials === undefined ? undefined : trialsOfFlag(flags.trials);
  const ks = wholeNumbers('--k', flags.k ?? (basket === 'customer' ? 20 : 10), 200);
  const asked: readonly Task[] =
    flags.task === undefined
      ? basket === 'customer'
        ? ['personalized']
        : tasks
      : [oneOf('--task', flags.task, tasks)];
  if (flags.apply === true && flags.train !== undefined) {
    throw new CoutureError(
      'bad_option',
      '--apply cannot be combined with --train.',
      'Use --out tuned.json with files.',
    );
  }
  const training = await readTraining(context, flags);
  const store = training ? undefined : await openStore(context);
  const data = training ?? (await readShop(context, { days: 0 }));
  const found: Array<TuneResult & { run: number | undefined }> = [];
  for (const task of asked) {
    const run = store && (await startTuning(store, task, config.seed, budgetMs));
    const result = await searchTask(
      context,
      { data, task, basket, ks, budgetMs: budgetMs / asked.length, trials },
      store,
      run,
      asked,
    );
    if (!result) continue;
    if (store && run !== undefined) await finishTuning(store, run, result.best, result.scores.search.value);
    found.push({ ...result, run });
  }
  if (found.length === 0) {
    throw new CoutureError(
      'source_empty',
      'There are too few orders to hold any out.',
      'Tuning needs customers with two orders (personalized) or orders with two products (copurchase).',
    );
  }
  const out = flags.out as string | undefined;
  if (out !== undefined)
    writeBest(out, { basket, seed: config.seed, ...winnersOf(found), trials: trialsOf(found) });
  let applied: Record<string, unknown> | undefined;
  if (flags.apply === true) {
    const better = found.filter(({ changed }) => changed);
    applied = settingsOfBuild(winnersOf(better), config);
    if (better.length > 0)
      terminal.note(`Saved ${JSON.stringify(applied)} to ${mergeSettings(process.cwd(), applied)}.`);
    for (const { run } of better) if (run !== undefined) await markApplied(store!, run);
  }
  const ms = Math.round(performance.now() - started);
  printTuning(terminal, found, { applied, out, ms, fromFiles: training !== undefined });
  terminal.result({
    basket,
    seed: config.seed,
    budget_ms: budgetMs,
    ms,
    stopped_early: found.some(({ cut }) => cut),
    ...Object.fromEntries(found.map((result) => [result.task, summaryOf(result)])),
    out: out ?? null,
    applied: applied ?? null,
  });
}

function winnersOf(found: readonly TuneResult[]): Winners {
  return Object.fromEntries(found.map(({ task, best }) => [task, best]));
}

function summaryOf({ best, changed, scores, current, plan, trials }: TuneResult) {
  return {
    settings: best,
    changed,
    score: scores.search.value,
    coverage: scores.search.coverage,
    confirmed: scores.confirm,
    current: { score: current.search.value, coverage: current.search.coverage, confirmed: current.confirm },
    trials: trials.length,
    plan,
  };
}

function trialsOfFlag(value: unknown): number {
  const trials = Number(value);
  if (Number.isInteger(trials) && trials >= 1 && trials <= 1_000) return trials;
  throw new CoutureError(
    'bad_option',
    `--trials is ${JSON.stringify(value)}: expected a whole number from 1 to 1000`,
    'For example: --trials 50.',
  );
}

type SearchInput = Pick<
  Parameters<typeof tune>[0],
  'data' | 'task' | 'basket' | 'ks' | 'budgetMs' | 'trials'
>;

/** Searches one task. Returns undefined if the orders do not allow it but another task is left. */
async function searchTask(
  { terminal, config, signal }: CommandContext,
  input: SearchInput,
  store: Client | undefined,
  run: number | undefined,
  asked: readonly Task[],
): Promise<TuneResult | undefined> {
  const stage = terminal.progress.stage(`tune ${input.task}`, 0, 'trials');
  // One statement at a time: pg 9 refuses a query on a client that is still running another.
  let saved: Promise<void> = Promise.resolve();
  try {
    const result = await tune({
      ...input,
      seed: config.seed,
      current: currentSettings(config, input.basket),
      signal,
      onPlan: (plan) => printTunePlan(terminal, input.task, plan),
      onTrial(trial, planned) {
        stage.update(trial.trial, planned);
        const { score, ...rest } = trial;
        if (!store || run === undefined) return;
        const row = { ...rest, score: score.value, coverage: score.coverage };
        saved = saved.then(() => saveTrial(store, run, row));
        // The error is thrown by the await below.
        saved.catch(() => {});
      },
    });
    await saved;
    stage.end(`${result.trials.length} trials, best ${result.scores.search.value.toFixed(4)}`);
    return result;
  } catch (error) {
    await saved.catch(() => {});
    stage.end('failed');
    if (asked.length > 1 && error instanceof CoutureError && error.code === 'source_empty') {
      terminal.note(error.message);
      return undefined;
    }
    throw error;
  }
}

async function openStore(context: CommandContext): Promise<Client> {
  const client = await openClient(await context.database(), { applicationName: 'couture tune' });
  context.release.defer('the connection', () => client.end());
  await migrate(client);
  return client;
}

function budgetOf(value: unknown): number {
  const days = durationDays.safeParse(value);
  const ms = days.success ? days.data * 86_400_000 : 0;
  if (ms >= 1_000) return ms;
  throw new CoutureError(
    'bad_option',
    `--budget is ${JSON.stringify(value)}: expected at least one second, such as 90s or 10m`,
    'For example: --budget 10m.',
  );
}

function trialsOf(found: readonly TuneResult[]) {
  return found.flatMap(({ task, trials }) =>
    trials.map(({ trial, phase, units, score, ms, settings }) => ({
      task,
      trial,
      phase,
      units,
      score: score.value,
      coverage: score.coverage,
      ms,
      settings,
    })),
  );
}

function writeBest(
  file: string,
  content: { basket: string; trials: unknown } & Record<string, unknown>,
): void {
  try {
    writeFileSync(file, `${JSON.stringify(content, null, 1)}\n`);
  } catch (cause) {
    throw new CoutureError(
      'file_unreadable',
      `${file} cannot be written: ${(cause as Error).message}`,
      'Use a path in an existing folder.',
      { cause },
    );
  }
}
