// One run of spark-sql: takes a script and prints a mark after each of its parts. It ends when the build ends, and a
// failure is shortened to the lines that explain it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { CoutureError } from '../../../../runtime/core/errors.ts';
import type { Config } from '../../../../runtime/core/options.ts';
import { findSpark, type SparkInstallation } from './find-spark.ts';
import type { JdbcTarget } from './jdbc.ts';
import { sparkComplaint } from './spark-complaint.ts';
import { partDone } from './spark-script.ts';

export type SparkSettings = Pick<
  Config,
  'sparkHome' | 'sparkJdbcJar' | 'sparkMaster' | 'sparkConf' | 'sparkPartitions'
>;

export interface SparkJobInput {
  readonly settings: SparkSettings;
  readonly script: string;
  /** Databases that the script connects to. */
  readonly targets: readonly JdbcTarget[];
  /** Folder for the script, the passwords and Spark's warehouse; created here, removed by the caller. */
  readonly folder: string;
  /** File for Spark's full output. */
  readonly logFile: string;
  /** Number of shuffle partitions, unless the user's settings give one; undefined: Spark's default. */
  readonly shufflePartitions?: number | undefined;
}

/** Writes the job's files and starts it. @throws CoutureError `engine_unavailable` */
export async function startSparkJob(input: SparkJobInput): Promise<SparkJob> {
  const { settings, script, targets, logFile } = input;
  const spark = findSpark(settings, process.env);
  const folder = path.resolve(input.folder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const files: JobFiles = {
    script: path.join(folder, 'build.sql'),
    passwords: path.join(folder, passwordFileName),
    settings: path.join(folder, 'spark.conf'),
  };
  await writeFile(files.script, script, { mode: 0o600 });
  const passwords = targets.map(({ passwordLine }) => `${passwordLine}\n`).join('');
  await writeFile(files.passwords, passwords, { mode: 0o600 });
  await writeFile(files.settings, await settingsFile(settings.sparkConf, spark), { mode: 0o600 });
  return new SparkJob(
    spark,
    sparkArguments(input, spark, files, path.join(folder, 'warehouse')),
    files.passwords,
    logFile,
  );
}

const passwordFileName = 'couture.pgpass';

interface JobFiles {
  readonly script: string;
  readonly passwords: string;
  /** The user's settings, which can be secrets: arguments are seen by every user of the machine. */
  readonly settings: string;
}

/** Spark reads one file of settings only, so it begins with the file of the installation. */
async function settingsFile(conf: readonly string[], { home, sparkSql }: SparkInstallation): Promise<string> {
  const folder =
    process.env.SPARK_CONF_DIR ?? path.join(home ?? path.join(path.dirname(sparkSql), '..'), 'conf');
  const defaults = await readFile(path.join(folder, 'spark-defaults.conf'), 'utf8').catch(absent);
  const lines = conf.map((setting) => {
    const at = setting.indexOf('=');
    return `${escaped(setting.slice(0, at))}=${escaped(setting.slice(at + 1))}`;
  });
  return [defaults, ...lines, ''].filter((part) => part !== undefined).join('\n');
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

/** A name or a value as java.util.Properties reads it. */
function escaped(text: string): string {
  return text
    .replace(/[\\=:#! ]/g, '\\$&')
    .replaceAll('\t', '\\t')
    .replaceAll('\n', '\\n');
}

/** Settings that the SQL relies on. A user's --spark-conf replaces them. */
const ownConf = [
  'spark.sql.catalogImplementation=in-memory',
  // Hashes rely on 64-bit arithmetic that wraps around.
  'spark.sql.ansi.enabled=false',
  'spark.sql.session.timeZone=UTC',
  'spark.sql.adaptive.enabled=true',
  'spark.sql.adaptive.skewJoin.enabled=true',
  // Our views build on each other, and none changes. Spark's default parses and analyses all of them again wherever one is
  // used, a good part of the CPU of a small build.
  'spark.sql.legacy.storeAnalyzedPlanForView=true',
  'spark.ui.port=0',
];

/** Milliseconds that Spark gets to stop before it is killed. */
const graceMs = 8_000;

/**
 * Runs its arguments until they exit or standard input closes. Standard input closes when couture ends for any reason,
 * even kill -9: no job outlives its build.
 */
const bound = `
exec 3<&0
"$@" 3<&- &
job=$!
{ cat <&3; kill "$job"; } >/dev/null 2>&1 &
watch=$!
wait "$job"
status=$?
kill "$watch"
exit "$status"`;

function killGroup(pid: number | undefined): void {
  try {
    if (pid) process.kill(-pid, 'SIGKILL');
  } catch {
    // The group has already ended.
  }
}

/** A running job. Callers await its parts with `reached`. */
export class SparkJob {
  /** URL of Spark's web UI, once Spark has printed it. */
  ui: string | undefined;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #logFile: string;
  readonly #done = new Set<string>();
  readonly #waiting = new Map<string, () => void>();
  readonly #said: string[] = [];
  #stopped = false;

  constructor(spark: SparkInstallation, args: readonly string[], passwordFile: string, logFile: string) {
    this.#logFile = logFile;
    this.#child = spawn('/bin/sh', ['-c', bound, 'couture', spark.sparkSql, ...args], {
      env: { ...process.env, ...(spark.home && { SPARK_HOME: spark.home }), PGPASSFILE: passwordFile },
      stdio: 'pipe',
      // A separate process group: Ctrl-C goes only to couture, which then stops Spark.
      detached: true,
    });
    this.#child.stdin!.on('error', () => {});
    const log = createWriteStream(logFile, { mode: 0o600 });
    log.on('error', () => {});
    const onLine = (line: string) => {
      log.write(`${line}\n`);
      this.ui ??= /Web UI available at (\S+)/.exec(line)?.[1];
      const part = partDone(line);
      if (part !== undefined) {
        this.#done.add(part);
        this.#waiting.get(part)?.();
      } else if (this.#said.push(line) > maxLines) {
        this.#said.splice(maxLines / 4, maxLines / 4);
      }
    };
    for (const stream of [this.#child.stdout!, this.#child.stderr!])
      createInterface({ input: stream }).on('line', onLine);
    this.#ended = once(this.#child, 'close')
      .then(
        ([exit, signal]) => exit ?? signal,
        (error: Error) => error,
      )
      // Flush the log before reporting its path.
      .finally(() => new Promise<void>((resolve) => log.end(() => resolve())));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Resolves when the part is done. @throws CoutureError `spark_failed` if the job ends before that */
  async reached(part: string): Promise<void> {
    if (this.#done.has(part)) return;
    const done = new Promise<true>((resolve) => this.#waiting.set(part, () => resolve(true)));
    const first = await Promise.race([done, this.#ended.then((how) => ({ how }))]);
    // The mark may be the last line before the job ended.
    if (first === true || this.#done.has(part)) return;
    throw this.#failure(first.how);
  }

  /** Whether the part is done. */
  isDone(part: string): boolean {
    return this.#done.has(part);
  }

  /** Stops Spark and its executors. Safe to call twice, and after the job has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#child.stdin!.end();
    const killer = setTimeout(() => killGroup(this.#child.pid), graceMs);
    await this.#ended;
    clearTimeout(killer);
  }

  #failure(how: unknown): CoutureError {
    if (this.#stopped) return new CoutureError('interrupted', 'The Spark job was stopped.');
    const complaint =
      sparkComplaint(this.#said) || (how instanceof Error ? how.message : `it ended with ${how}`);
    return new CoutureError(
      'spark_failed',
      `The Spark job failed: ${complaint}`,
      `Spark's full output is in ${this.#logFile}.`,
      how instanceof Error ? { cause: how } : {},
    );
  }
}

/** Maximum number of lines kept in memory to explain an error; the log file has all of them. */
const maxLines = 4_000;

function sparkArguments(
  { settings: { sparkMaster, sparkConf }, shufflePartitions }: SparkJobInput,
  { jdbcJar }: SparkInstallation,
  files: JobFiles,
  warehouse: string,
): string[] {
  // Executors of a cluster need the password file sent to them; in local mode they see the driver's.
  const distributed = !sparkMaster.startsWith('local');
  const settings = [
    ...ownConf,
    `spark.sql.warehouse.dir=${warehouse}`,
    ...(distributed ? [`spark.executorEnv.PGPASSFILE=${passwordFileName}`] : []),
    ...(shufflePartitions ? [`spark.sql.shuffle.partitions=${shufflePartitions}`] : []),
  ].filter((setting) => !sparkConf.some((theirs) => nameOf(theirs) === nameOf(setting)));
  const merged = withOurs(sparkConf, {
    'spark.jars': jdbcJar,
    'spark.files': distributed ? files.passwords : undefined,
  });
  return [
    ...['--master', sparkMaster, '--name', 'couture', '--properties-file', files.settings],
    ...[...settings, ...merged].flatMap((setting) => ['--conf', setting]),
    ...['-f', files.script],
  ];
}

function nameOf(setting: string): string {
  return setting.slice(0, setting.indexOf('='));
}

/** Merges our values with the user's of the same name, since Spark uses only one of two equal names. */
function withOurs(
  conf: readonly string[],
  ours: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  return Object.entries(ours)
    .map(([name, own]) => {
      const theirs = conf.filter((each) => nameOf(each) === name).map((each) => each.slice(name.length + 1));
      return [name, [own, ...theirs].filter(Boolean).join(',')] as const;
    })
    .filter(([, value]) => value)
    .map(([name, value]) => `${name}=${value}`);
}
