// The option table: every setting of couture with its names, type, default, effect and documentation.
// Types, flags, validation and the README's table derive from it.
import os from 'node:os';
import { z } from 'zod';
import { machineMemory } from '../../sql/machine-memory.ts';
import {
  assignments,
  byteSize,
  flag,
  modelSource,
  numeric,
  type OptionRow,
  orderFiles,
  since,
  someDays,
  someDaysOrNone,
  statusList,
  wordList,
  wordOrSwitch,
} from './quantities.ts';
import { servingOptions } from './serving-options.ts';

export const listKinds = [
  'similar',
  'bought_together',
  'personalized',
  'buy_again',
  'trending',
  'bundle',
] as const;
export type ListKind = (typeof listKinds)[number];

export const similarities = ['shrunk', 'weighted', 'count', 'cosine', 'jaccard', 'lift', 'llr'] as const;
export type SimilarityName = (typeof similarities)[number];
/** How much a basket of n items counts for each of its pairs (cli/recs/cooccurrence/basket-weights.ts). */
export const weightings = ['none', 'size', 'log', 'root', 'inverse', 'tfidf'] as const;
export type Weighting = (typeof weightings)[number];

/** When a personalized list may contain products that its customer already bought. */
const repurchaseModes = ['always', 'auto', 'never'] as const;
export type RepurchaseMode = (typeof repurchaseModes)[number];

const nonEmpty = z.string().min(1);
/** A "/" or "#" that is not escaped ends the password early: what follows would be a database named "x@host/shop". */
const postgresUrl = z
  .url({ protocol: /^postgres(ql)?$/ })
  .refine((text) => URL.canParse(text) && !text.includes('#') && !new URL(text).pathname.includes('@'));
const postgresExample = 'postgresql://USER:PASSWORD@HOST:5432/DATABASE';

/** Half of small machines and containers: the rest is for Node itself and for an embedded Postgres. */
const defaultMemory = machineMemory() >= 8 * 2 ** 30 ? '4g' : `${Math.floor(machineMemory() / 2 ** 21)}m`;

/** Key → option. The flag is the key in kebab-case: `halfLife` → `--half-life`. */
// biome-ignore format: one row per line
export const optionTable = {
  home: { env: 'COUTURE_HOME', value: '<dir>', schema: nonEmpty, default: '.couture', doc: 'directory for the embedded Postgres, for spill files and for the order lines of incremental builds' },
  databaseUrl: { env: 'DATABASE_URL', value: '<url>', schema: postgresUrl.optional(), secret: true, example: postgresExample, doc: 'connection URL of the shop’s Postgres; when unset, couture starts an embedded one' },
  sourceUrl: { env: 'COUTURE_SOURCE_URL', value: '<url>', schema: postgresUrl.optional(), secret: true, example: postgresExample, doc: 'connection URL to read order history from, such as a read replica; when unset, DATABASE_URL' },
  countStatus: { env: 'COUTURE_COUNT_STATUS', value: '<status>', schema: statusList, default: '', repeat: true, doc: 'status whose orders count, besides those of the platform’s preset; repeat the flag for more (in the environment, separate them with ;)' },
  leaveOutStatus: { env: 'COUTURE_LEAVE_OUT_STATUS', value: '<status>', schema: statusList, default: '', repeat: true, doc: 'status whose orders don’t count, besides those of the platform’s preset; repeat the flag for more' },
  minorUnits: { env: 'COUTURE_MINOR_UNITS', schema: flag, default: false, doc: 'the shop’s tables hold amounts in cents, in columns whose names don’t say so: 1999 is 19.99 (preset django)' },
  logLevel: { env: 'COUTURE_LOG_LEVEL', value: '<level>', schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']), default: 'warn', doc: 'lowest level of the log lines on stderr' },
  kinds: { env: 'COUTURE_KINDS', value: '<kinds>', schema: wordList(listKinds), default: listKinds.join(','), affects: 'output', doc: `kinds of lists to build: ${listKinds.join(', ')}` },
  since: { env: 'COUTURE_SINCE', value: '<span>', schema: since, default: 'all', affects: 'output', doc: 'orders to read: a span before the newest order (365d), a start date, or all' },
  halfLife: { env: 'COUTURE_HALF_LIFE', value: '<span>', schema: someDaysOrNone, default: '90d', affects: 'output', doc: 'age, relative to the newest order, at which an order counts half; none: all orders count the same' },
  similarity: { env: 'COUTURE_SIMILARITY', value: '<name>', schema: z.enum(similarities), default: 'shrunk', affects: 'output', doc: `similarity function that ranks co-purchase lists: ${similarities.join(', ')}` },
  damping: { env: 'COUTURE_DAMPING', value: '<power>', schema: numeric(0, 1), default: 0.1, affects: 'output', doc: 'exponent of the popularity penalty in the weighted similarity' },
  priorStrength: { env: 'COUTURE_PRIOR_STRENGTH', value: '<n>', schema: numeric(0, 1e6), default: 10, affects: 'output', doc: 'strength of the prior in the shrunk similarity, in orders: how much evidence a rare pair needs' },
  popularityPenalty: { env: 'COUTURE_POPULARITY_PENALTY', value: '<x>', schema: numeric(0, 10), default: 0.14, affects: 'output', doc: 'popularity penalty of the shrunk similarity: higher values show more of the catalogue' },
  orderWeighting: { env: 'COUTURE_ORDER_WEIGHTING', value: '<name>', schema: z.enum(weightings), default: 'size', affects: 'output', doc: 'weight of an order of n products for each of its pairs, in the similarities shrunk and weighted: none 1, size 10/(10+n), log 1/log2(1+n), root 1/√n, inverse 1/n, tfidf ln(N/(1+n))² of N products' },
  minSupport: { env: 'COUTURE_MIN_SUPPORT', value: '<n>', schema: numeric(1, 1e9, true), default: 1, affects: 'output', doc: 'minimum number of common orders for a listed pair' },
  minLlr: { env: 'COUTURE_MIN_LLR', value: '<x>', schema: numeric(0, 1e9), default: 0, affects: 'output', doc: 'minimum log-likelihood ratio of a listed pair (10.83: p < .001)' },
  top: { env: 'COUTURE_TOP', value: '<n>', schema: numeric(1, 200, true), default: 20, affects: 'output', doc: 'maximum number of entries per list' },
  maxOrderLines: { env: 'COUTURE_MAX_ORDER_LINES', value: '<n>', schema: numeric(2, 100_000, true), default: 100, affects: 'output', doc: 'maximum number of products per order; larger orders are sampled down to it' },
  maxHistory: { env: 'COUTURE_MAX_HISTORY', value: '<n>', schema: numeric(2, 100_000, true), default: 500, affects: 'output', doc: 'maximum number of products per customer history; the most recent ones are kept' },
  repurchase: { env: 'COUTURE_REPURCHASE', value: '[when]', schema: wordOrSwitch(repurchaseModes), default: 'auto', affects: 'output', doc: 'recommend products to customers who already bought them: auto (only products that enough buyers buy again), always, never; without a value: always' },
  model: { env: 'COUTURE_MODEL', value: '<file>', schema: modelSource.optional(), affects: 'output', doc: 'file with the models behind personalized and co-purchase lists, written by "recs tune --out"; in couture.config.json also its content' },
  priceBand: { env: 'COUTURE_PRICE_BAND', value: '<share>', schema: numeric(0.01, 100), default: 0.3, affects: 'output', doc: 'largest price difference between similar products, as a share of the price' },
  acrossCategories: { env: 'COUTURE_ACROSS_CATEGORIES', schema: flag, default: false, affects: 'output', doc: 'allow similar products from other categories' },
  bundleSize: { env: 'COUTURE_BUNDLE_SIZE', value: '<n>', schema: numeric(1, 10, true), default: 3, affects: 'output', doc: 'number of products that a bundle adds' },
  trendingDays: { env: 'COUTURE_TRENDING_DAYS', value: '<span>', schema: someDays, default: '30d', affects: 'output', doc: 'time window for trending products, up to the newest order' },
  seed: { env: 'COUTURE_SEED', value: '<n>', schema: numeric(0, 0xffffffff, true), default: 1, affects: 'output', doc: 'random seed for sampling oversized orders' },
  workers: { env: 'COUTURE_WORKERS', value: '<n>', schema: numeric(1, 256, true), default: Math.max(1, os.availableParallelism()), affects: 'speed', doc: 'number of worker threads; it does not affect the output' },
  memory: { env: 'COUTURE_MEMORY', value: '<size>', schema: byteSize, default: defaultMemory, affects: 'speed', doc: 'memory budget of the build; beyond it, pairs are counted in more passes and order lines spill to disk' },
  reader: { env: 'COUTURE_READER', value: '<name>', schema: z.enum(['auto', 'copy', 'cursor']), default: 'auto', affects: 'speed', doc: 'how to read order lines: copy, cursor, or auto (copy, with cursor as the fallback when COPY is refused)' },
  incremental: { env: 'COUTURE_INCREMENTAL', schema: flag, default: false, affects: 'speed', doc: 'keep order lines below COUTURE_HOME, read only those that have changed since the last build, and build nothing if nothing has; the lists are those of a build that reads everything' },
  engine: { env: 'COUTURE_ENGINE', value: '<name>', schema: z.enum(['local', 'spark']), default: 'local', affects: 'speed', doc: 'engine that computes the build' },
  source: { env: 'COUTURE_SOURCE', value: '<files>', schema: orderFiles.optional(), affects: 'output', doc: 'files that --engine spark reads order lines from, instead of the view: parquet:PATH or iceberg:TABLE' },
  sparkHome: { env: 'SPARK_HOME', value: '<dir>', schema: nonEmpty.optional(), doc: 'Spark installation for --engine spark; when unset, the one whose spark-sql is on the PATH' },
  sparkMaster: { env: 'COUTURE_SPARK_MASTER', value: '<url>', schema: nonEmpty, default: 'local[*]', affects: 'speed', doc: 'Spark master URL: local[n], spark://host:7077, yarn, k8s://…' },
  // May contain keys of an object store.
  sparkConf: { env: 'COUTURE_SPARK_CONF', value: '<name=value>', schema: assignments, default: '', affects: 'speed', repeat: true, secret: true, doc: 'setting to pass on to Spark; repeat the flag for more (in the environment, separate them with ;)' },
  sparkJdbcJar: { env: 'COUTURE_SPARK_JDBC_JAR', value: '<file>', schema: nonEmpty.optional(), doc: 'path of the Postgres JDBC driver; when unset, postgresql-*.jar among Spark’s jars' },
  sparkPartitions: { env: 'COUTURE_SPARK_PARTITIONS', value: '<n>', schema: numeric(1, 10_000, true), default: 16, affects: 'speed', doc: 'number of partitions in which Spark reads order lines, each over its own connection' },
  keepBuilds: { env: 'COUTURE_KEEP_BUILDS', value: '<n>', schema: numeric(1, 1000, true), default: 5, doc: 'number of builds to keep for rollback after a publish' },
  gateCoverage: { env: 'COUTURE_GATE_COVERAGE', value: '<share>', schema: numeric(0, 1), default: 0.7, doc: 'quality gate: minimum coverage, as a share of the published build’s' },
  gateLength: { env: 'COUTURE_GATE_LENGTH', value: '<share>', schema: numeric(0, 1), default: 0.7, doc: 'quality gate: minimum mean list length, as a share of the published build’s' },
  gateRecall: { env: 'COUTURE_GATE_RECALL', value: '<share>', schema: numeric(0, 1), default: 0.8, doc: 'quality gate: minimum recall on held-out orders, as a share of the published build’s' },
  gateOverlap: { env: 'COUTURE_GATE_OVERLAP', value: '<share>', schema: numeric(0, 1), default: 0.1, doc: 'quality gate: minimum share of entries in common with the published build' },
  ...servingOptions,
} as const satisfies Record<string, OptionRow>;

export type OptionKey = keyof typeof optionTable;
/** The parsed settings, frozen. Functions take only the part that they need. */
export type Config = { readonly [K in OptionKey]: z.output<(typeof optionTable)[K]['schema']> };

/** `halfLife` → `half-life`. */
export function flagName(key: OptionKey): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** One option with the general row type, for code that iterates over the table. */
export function optionRow(key: OptionKey): OptionRow {
  return optionTable[key];
}

export const optionKeys = Object.keys(optionTable) as OptionKey[];
