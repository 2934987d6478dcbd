// The functions behind the commands, for programs: `import { buildRecommendations, evaluate, startServer } from 'couture'`.
import { loadConfig } from '../runtime/core/config.ts';
import { CoutureError } from '../runtime/core/errors.ts';
import { openLog } from '../runtime/core/log.ts';
import { type Config, optionKeys } from '../runtime/core/options.ts';
import { startServer as start } from '../runtime/server.ts';
import type { BuildSummary } from './recs/build-summary.ts';
import type { EvaluationResult } from './recs/evaluate/evaluation-result.ts';
import { currentSettings, readShop, splitOf, wholeNumbers } from './recs/evaluate/request.ts';
import { runEvaluation } from './recs/evaluate/run-evaluation.ts';
import { buildRecommendations as build } from './recs/pipeline.ts';

export type { BuildSummary } from './recs/build-summary.ts';
export type { EvaluationResult } from './recs/evaluate/evaluation-result.ts';

/**
 * Settings by their keys in couture.config.json: `{ halfLife: '60d', top: 12 }`. Environment variables and the
 * configuration file are not read.
 */
export type Settings = Readonly<Record<string, string | number | boolean>>;

export interface BuildOptions {
  /** Where couture's tables are written: `postgresql://user:password@host/database`. */
  readonly databaseUrl: string;
  /** Where the shop's views are read; the same database unless set. */
  readonly sourceUrl?: string;
  readonly settings?: Settings;
  /** Publish the build if the quality gate accepts it; true unless set. */
  readonly publish?: boolean;
  /** Publish whatever the quality gate says. */
  readonly force?: boolean;
  /** Stops the build; the published lists stay as they are. */
  readonly signal?: AbortSignal;
  /** Receives one line for each finished stage and each remark. */
  readonly onProgress?: (line: string) => void;
}

export interface EvaluateOptions {
  /** Where the shop's views are read. */
  readonly databaseUrl: string;
  readonly settings?: Settings;
  /** `copurchase` (unless set): predict the rest of an order; `personalized`: predict a customer's next order. */
  readonly task?: 'copurchase' | 'personalized';
  /**
   * Orders to hold out: `last`, each customer's last order, or a span such as `28d`. Default: `28d` for copurchase, else
   * `last`.
   */
  readonly testPeriod?: string;
  /** List lengths to measure, from 1 to 1,000; [10, 20] unless set. */
  readonly k?: readonly number[];
  /** Evaluate popularity and simple similarities beside the lists; true unless set. */
  readonly baselines?: boolean;
  readonly signal?: AbortSignal;
  /** Receives one line for each model, before it is evaluated, and each warning. */
  readonly onProgress?: (line: string) => void;
}

export interface ServerOptions {
  readonly databaseUrl: string;
  /** `port: 0` takes a free port. */
  readonly settings?: Settings;
}

export interface Server {
  /** `http://127.0.0.1:3000` */
  readonly url: string;
  /** Answers the requests in flight, then stops. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Reads the order history, builds all lists and publishes them, as `couture recs build` does.
 * @throws Error with a `code` of the error table: `build_locked` while another build runs, `build_rejected` by the quality
 * gate, `source_missing`, `source_empty`, `bad_option`, `unknown_option`, `postgres_unreachable` and others
 */
export function buildRecommendations(options: BuildOptions): Promise<BuildSummary> {
  const {
    databaseUrl,
    sourceUrl = databaseUrl,
    publish = true,
    force = false,
    onProgress = () => {},
  } = options;
  return build({
    config: configOf(options.settings),
    databaseUrl,
    sourceUrl,
    publish,
    force,
    display: {
      stage: (name) => ({
        update: () => {},
        end: (summary) => onProgress([name, summary].filter(Boolean).join(': ')),
      }),
    },
    note: onProgress,
    signal: options.signal ?? new AbortController().signal,
  });
}

/**
 * Evaluates the lists that a build with these settings would make on held-out orders of the shop, against baselines, as
 * `couture recs evaluate` does. Reads only; nothing is published. All items are ranked, without sampling.
 * @returns metrics per list length, with 95 % confidence intervals; the definitions are in cli/recs/evaluate/README.md
 * @throws Error with a `code` of the error table: `source_empty` without test cases, `source_missing`, `bad_option`,
 * `unknown_option`, `postgres_unreachable` and others
 */
export async function evaluate(options: EvaluateOptions): Promise<EvaluationResult> {
  const { databaseUrl, task = 'copurchase', k = [10, 20], baselines = true, onProgress = () => {} } = options;
  if (task !== 'copurchase' && task !== 'personalized')
    throw new CoutureError(
      'bad_option',
      `task is ${JSON.stringify(task)}: expected copurchase or personalized`,
      "For example: { task: 'personalized' }.",
    );
  const config = configOf(options.settings);
  const ks = wholeNumbers('k', k, 1_000);
  const signal = options.signal ?? new AbortController().signal;
  const reader = {
    config,
    signal,
    terminal: { progress: { stage: () => ({ update: () => {}, end: () => {} }) }, warn: onProgress },
    source: async () => databaseUrl,
  };
  const data = await readShop(reader, splitOf(options.testPeriod, task));
  const { result } = await runEvaluation({
    data,
    task,
    basket: 'order',
    ks,
    subject: undefined,
    current: currentSettings(config, 'order'),
    curve: [],
    withBaselines: baselines,
    seed: config.seed,
    onModel: (name, done, of) => onProgress(`${name}: model ${done + 1} of ${of}`),
    signal,
  });
  return result;
}

/**
 * Starts the runtime, as `couture serve` does. Migrate first: a build does, or `couture db migrate`.
 * @throws Error with a `code` of the error table: `postgres_unreachable`, `migration_missing`, `port_taken`, `bad_option`
 */
export async function startServer({ databaseUrl, settings }: ServerOptions): Promise<Server> {
  const config = configOf(settings);
  const { url, close } = await start({ config, databaseUrl, log: openLog(config.logLevel) });
  return { url, close };
}

function configOf(settings: Settings = {}): Config {
  const unknown = Object.keys(settings).find((key) => !(optionKeys as readonly string[]).includes(key));
  if (unknown !== undefined)
    throw new CoutureError(
      'unknown_option',
      `There is no setting ${JSON.stringify(unknown)}.`,
      'Use the keys of couture.config.json, such as halfLife; runtime/core/README.md lists them.',
    );
  return loadConfig({ env: {}, flags: settings }).config;
}
