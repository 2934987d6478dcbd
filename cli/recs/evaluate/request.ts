// Flags of `recs evaluate` and `recs tune` → data set, task and model.
import type { z } from 'zod';
import type { ConfigOrigin } from '../../../runtime/core/config.ts';
import { CoutureError } from '../../../runtime/core/errors.ts';
import {
  type Config,
  type OptionKey,
  similarities,
  type Weighting,
  weightings,
} from '../../../runtime/core/options.ts';
import { durationDays } from '../../../runtime/core/quantities.ts';
import { requireSource } from '../../../sql/source/source-views.ts';
import type { CommandContext } from '../../command.ts';
import { type Task, tasks } from '../gate/test-cases.ts';
import { modelOf, weighsOrders } from '../models/model-of-config.ts';
import {
  type BasketKind,
  basketKinds,
  maxProfile,
  type PersonalizedJson,
  readModelFile,
} from '../models/model-settings.ts';
import { readLatestDay } from '../source/order-dates.ts';
import { resolveSince } from '../source/plan.ts';
import { openSnapshot } from '../source/snapshot.ts';
import { type CurrentModels, everyItem, type NamedModel } from './baselines.ts';
import type { Dataset } from './order-log.ts';
import { readFiles, readProducts } from './read-files.ts';
import { readShopOrders } from './read-shop-orders.ts';
import type { Split } from './split.ts';

type Flags = Record<string, unknown>;

/** A data set with the names and pictures that the report shows. */
export type ShownData = Dataset & {
  readonly names?: ReadonlyMap<string, { readonly name: string; readonly image: string }>;
  readonly fromShop?: true;
};

export function basketOf(flags: Flags): BasketKind {
  return oneOf('--basket', flags.basket, basketKinds);
}

/** The default of --task is `personalized` if customers are the baskets, else `copurchase`. */
export function taskOf(flags: Flags, basket: BasketKind): Task {
  if (flags.task === undefined) return basket === 'customer' ? 'personalized' : 'copurchase';
  return oneOf('--task', flags.task, tasks);
}

export function oneOf<const W extends readonly string[]>(name: string, value: unknown, words: W): W[number] {
  if (words.includes(value as string)) return value as W[number];
  throw new CoutureError(
    'bad_option',
    `${name} is ${JSON.stringify(value)}: expected ${words.join(', ')}`,
    'See "--help".',
  );
}

/** Parses `50,100` into distinct numbers in ascending order. */
export function wholeNumbers(name: string, value: unknown, max: number): number[] {
  const numbers = String(value)
    .split(',')
    .map((word) => Number(word));
  if (numbers.every((each) => Number.isInteger(each) && each >= 1 && each <= max))
    return [...new Set(numbers)].sort((a, b) => a - b);
  throw new CoutureError(
    'bad_option',
    `${name} is ${JSON.stringify(value)}: expected whole numbers from 1 to ${max}, separated by commas`,
    'For example: --k 10,20.',
  );
}

function amount(name: string, value: unknown, fallback: number): number {
  if (value === undefined) return fallback;
  const number = Number(value);
  if (value !== '' && Number.isFinite(number) && number >= 0) return number;
  throw new CoutureError(
    'bad_option',
    `${name} is ${JSON.stringify(value)}: expected a number of at least 0`,
    'See "--help".',
  );
}

/** The models that a build with this configuration computes. */
export function currentSettings(configured: Config, basket: BasketKind): CurrentModels {
  const { config, personal } = modelOf(configured);
  const { repurchase, top, maxHistory, maxOrderLines, seed } = config;
  return {
    copurchase: {
      similarity: config.similarity,
      weighting: weighsOrders(config.similarity) ? config.orderWeighting : 'none',
      basket,
      half_life_days: config.halfLife === Number.POSITIVE_INFINITY ? 'none' : config.halfLife,
      damping: config.damping,
      prior_strength: config.priorStrength,
      popularity_penalty: config.popularityPenalty,
      min_support: config.minSupport,
      min_llr: config.minLlr,
    },
    personalized: personal,
    // If customers are the baskets, a basket is not an order of unusual size.
    limits: {
      repurchase,
      top,
      maxHistory,
      maxOrderLines,
      seed,
      ...(basket === 'customer' && wholeHistories),
    },
  };
}

const wholeHistories = { maxHistory: 100_000, maxOrderLines: 100_000 };

/** Flags that say nothing without --similarity. */
const detailsOfSimilarity = ['weighting', 'shrink', 'neighbours', 'rowDamping', 'normalise'];

/** Returns the model that the flags name; undefined if they name none, so that the current configuration is evaluated. */
export function requestedModel(
  flags: Flags,
  task: Task,
  basket: BasketKind,
  config: Config,
  origins: Readonly<Record<OptionKey, ConfigOrigin>>,
): NamedModel | undefined {
  const detail = detailsOfSimilarity.find((name) => flags[name] !== undefined);
  if (detail && flags.similarity === undefined) {
    throw new CoutureError(
      'bad_option',
      `--${detail === 'rowDamping' ? 'row-damping' : detail} is for the similarity that --similarity names.`,
      'Add --similarity, such as --similarity cosine.',
    );
  }
  if (flags.config !== undefined) {
    if (flags.similarity !== undefined) {
      throw new CoutureError(
        'bad_option',
        '--config and --similarity cannot be combined: both name a model.',
        'Leave one of them out.',
      );
    }
    const settings = readModelFile(flags.config as string)[task];
    if (settings) return { name: 'tuned', model: { task, settings } as NamedModel['model'] };
    throw new CoutureError(
      'file_invalid',
      `${flags.config} has no model for the task ${task}`,
      `Tune one with "couture recs tune --task ${task} --out ${flags.config}".`,
    );
  }
  if (flags.similarity === undefined) return undefined;
  const similarity = oneOf('--similarity', flags.similarity, similarities);
  const given = (key: OptionKey) => origins[key] !== 'default';
  const weighed = weighsOrders(similarity);
  const weighting: Weighting =
    flags.weighting === undefined
      ? weighed
        ? 'size'
        : 'none'
      : oneOf('--weighting', flags.weighting, weightings);
  const item = {
    similarity,
    weighting,
    shrink: amount('--shrink', flags.shrink, 0),
    damping: similarity === 'weighted' ? config.damping : 0,
    row_damping: amount('--row-damping', flags.rowDamping, 0),
  };
  const name = [similarity, weighting !== 'none' && !weighed ? weighting : ''].filter(Boolean).join(' ');
  const title = `${name} (asked)`;
  if (task === 'copurchase') {
    const halfLife =
      given('halfLife') && config.halfLife !== Number.POSITIVE_INFINITY ? config.halfLife : ('none' as const);
    const { minSupport: min_support, minLlr: min_llr } = config;
    const settings = { ...item, basket, half_life_days: halfLife, min_support, min_llr };
    return { name: title, model: { task, settings } };
  }
  const settings: PersonalizedJson = {
    profile: { recency: 1, length: maxProfile },
    item_knn: {
      ...item,
      smoothing: 0,
      neighbours: Math.trunc(amount('--neighbours', flags.neighbours, 0)),
      nearest: 'recommended',
      normalise: flags.normalise === true,
    },
  };
  return { name: title, model: { task, settings, limits: everyItem } };
}

/** Reads the files that the flags name, else the shop's orders, held out by `split` or by --test-period. */
export async function readData(
  context: CommandContext,
  flags: Flags,
  task: Task,
  split?: Split,
): Promise<ShownData> {
  const { signal, terminal } = context;
  const [train, test] = [flags.train as string[] | undefined, flags.test as string[] | undefined];
  if ((train === undefined) !== (test === undefined)) {
    throw new CoutureError(
      'bad_option',
      `${train ? '--train' : '--test'} is given without ${train ? '--test' : '--train'}.`,
      'Give both: --train FILE --test FILE.',
    );
  }
  if (train && test) {
    const stage = terminal.progress.stage('read files', 0, 'lines');
    const data = await readFiles(train, test, signal);
    stage.end(`${data.lines} lines`);
    for (const warning of data.warnings ?? []) terminal.warn(warning);
    return withNames(data, flags.products as string | undefined, signal);
  }
  return readShop(context, split ?? splitOf(flags.testPeriod, task));
}

/** Reads training files only, without holding out orders. */
export async function readTraining(context: CommandContext, flags: Flags): Promise<ShownData | undefined> {
  const train = flags.train as string[] | undefined;
  if (!train) return undefined;
  const data = await readFiles(train, [], context.signal);
  for (const warning of data.warnings ?? []) context.terminal.warn(warning);
  return withNames(data, flags.products as string | undefined, context.signal);
}

async function withNames(data: Dataset, file: string | undefined, signal: AbortSignal): Promise<ShownData> {
  if (file === undefined) return data;
  const names = await readProducts(file, signal);
  return { ...data, names, productNames: data.itemIds.map((id) => names.get(id)?.name ?? '') };
}

/** What reading the shop's orders needs of a command, or of a program. */
export interface ShopReader {
  readonly config: Pick<Config, 'since'>;
  readonly signal: AbortSignal;
  readonly terminal: {
    readonly progress: Pick<CommandContext['terminal']['progress'], 'stage'>;
    warn(line: string): void;
  };
  /** URL of the database with the orders. */
  source(): Promise<string>;
}

/** Reads the shop's orders and holds some out. */
export async function readShop(context: ShopReader, split: Split): Promise<ShownData> {
  const { config, signal, terminal } = context;
  const snapshot = await openSnapshot(await context.source(), 'couture evaluate');
  try {
    await requireSource(snapshot.client);
    const latestDay = await readLatestDay(snapshot.client);
    const { from, newest } = await resolveSince(snapshot.client, config.since, latestDay);
    const stage = terminal.progress.stage('read orders', 0, 'lines');
    const data = await readShopOrders(snapshot.client, {
      from,
      latestDay,
      newest,
      split,
      signal,
      onProgress: (lines) => stage.update(lines),
    });
    stage.end();
    for (const warning of data.warnings ?? []) terminal.warn(warning);
    return { ...data, fromShop: true };
  } finally {
    await snapshot.close();
  }
}

/** By default each customer's last order is held out (personalized), or the last four weeks of orders (copurchase). */
export function splitOf(value: unknown, task: Task): Split {
  if (value === undefined) return task === 'personalized' ? 'last' : { days: 28 };
  if (value === 'last') return 'last';
  const days: z.ZodSafeParseResult<number> = durationDays.safeParse(value);
  if (days.success) return { days: days.data };
  throw new CoutureError(
    'bad_option',
    `--test-period is ${JSON.stringify(value)}: expected last, or a span such as 28d`,
    'For example: --test-period 28d.',
  );
}
