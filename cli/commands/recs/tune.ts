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
import { seconds } from '../../terminal/figures.ts';

/**
 * With --json: {basket, seed, budget_ms, ms, stopped_early, out, applied, and per task {settings, score, coverage,
 * trials}}. The file of --out holds the best settings for `evaluate --config`, and all trials.
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
searched, so --apply saves exactly what was measured. The same orders, seed and
budget give the same result, unless the machine is too slow for the budget; then tune stops early and warns. With
--trials, the budget only limits the time.
Exit codes: 0 found, 1 failed, 2 wrong use, or too few orders.`,
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
    if (store && run !== undefined) await finishTuning(store, run, result.best, result.score.value);
    found.push({ ...result, run });
  }
  if (found.length === 0) {
    throw new CoutureError(
      'source_empty',
      'There are too few orders to hold any out.',
      'Tuning needs customers with two orders (personalized) or orders with two products (copurchase).',
    );
  }
  const winners = Object.fromEntries(found.map(({ task, best }) => [task, best])) as Winners;
  const out = flags.out as string | undefined;
  if (out !== undefined) writeBest(out, { basket, seed: config.seed, ...winners, trials: trialsOf(found) });
  let applied: Record<string, unknown> | undefined;
  if (flags.apply === true) {
    applied = settingsOfBuild(winners);
    terminal.note(`Saved ${JSON.stringify(applied)} to ${mergeSettings(process.cwd(), applied)}.`);
    for (const { run } of found) if (run !== undefined) await markApplied(store!, run);
  }
  const ms = Math.round(performance.now() - started);
  print(context, found, applied, ms, out);
  terminal.result({
    basket,
    seed: config.seed,
    budget_ms: budgetMs,
    ms,
    stopped_early: found.some(({ cut }) => cut),
    ...Object.fromEntries(
      found.map(({ task, best, score, trials }) => [
        task,
        { settings: best, score: score.value, coverage: score.coverage, trials: trials.length },
      ]),
    ),
    out: out ?? null,
    applied: applied ?? null,
  });
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
    stage.end(`${result.trials.length} trials, best ${result.score.value.toFixed(4)}`);
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

function print(
  { terminal }: CommandContext,
  found: readonly TuneResult[],
  applied: Record<string, unknown> | undefined,
  ms: number,
  out: string | undefined,
): void {
  for (const { task, best, score, trials, cut, questions } of found) {
    terminal.heading(
      task === 'personalized' ? 'Personalized: a customer’s next order' : 'Co-purchase: the rest of an order',
    );
    terminal.print(`${trials.length} trials on ${questions} held-out test cases`);
    if (cut)
      terminal.warn('the budget ran out before all planned trials; a longer one may find better settings');
    const last = Math.max(...trials.map(({ units }) => units));
    terminal.table(
      [
        { title: 'trial', align: 'right' },
        { title: 'score', align: 'right' },
        { title: 'coverage', align: 'right' },
        { title: 'settings', shrink: true },
      ],
      trials
        .filter(({ units }) => units === last)
        .sort((a, b) => b.score.value - a.score.value)
        .slice(0, 5)
        .map((trial) => [
          trial.trial,
          trial.score.value.toFixed(4),
          trial.score.coverage.toFixed(3),
          JSON.stringify(trial.settings),
        ]),
    );
    terminal.print(
      `\nBest (score ${score.value.toFixed(4)}, coverage ${score.coverage.toFixed(3)}): ${JSON.stringify(best)}`,
    );
  }
  terminal.print(`\n${seconds(ms)}.`);
  if (out !== undefined) terminal.print(`Next: couture recs evaluate … --config ${out}`);
  else if (applied) terminal.print('Next: couture recs build');
  else
    terminal.print(
      'Next: run again with --out FILE to keep the settings, or with --apply to save them to couture.config.json.',
    );
}
