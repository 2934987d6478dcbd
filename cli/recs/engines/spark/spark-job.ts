// One run of spark-sql: a script in, marks out as its parts are done. It dies with the build, and its error is told short.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
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
  /** Databases that the script names. */
  readonly targets: readonly JdbcTarget[];
  /** Takes the script and the passwords, and what Spark leaves; made here, removed by the caller. */
  readonly folder: string;
  /** Everything that Spark says goes here. */
  readonly logFile: string;
  /** Parts that rows are dealt into between two steps, unless the user's settings say; undefined: Spark's own number. */
  readonly shufflePartitions?: number | undefined;
}

/** Writes what the job needs and starts it. @throws CoutureError `engine_unavailable` */
export async function startSparkJob(input: SparkJobInput): Promise<SparkJob> {
  const { settings, script, targets, logFile } = input;
  const spark = findSpark(settings, process.env);
  const folder = path.resolve(input.folder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const files = { script: path.join(folder, 'build.sql'), passwords: path.join(folder, passwordFileName) };
  await writeFile(files.script, script, { mode: 0o600 });
  const passwords = targets.map(({ passwordLine }) => `${passwordLine}\n`).join('');
  await writeFile(files.passwords, passwords, { mode: 0o600 });
  return new SparkJob(
    spark,
    sparkArguments(input, spark, files, path.join(folder, 'warehouse')),
    files.passwords,
    logFile,
  );
}

const passwordFileName = 'couture.pgpass';

/** Settings that the SQL relies on; a user's --spark-conf comes after them. */
const ownConf = [
  'spark.sql.catalogImplementation=in-memory',
  // Hashes are computed in 64 bits that wrap around.
  'spark.sql.ansi.enabled=false',
  'spark.sql.session.timeZone=UTC',
  'spark.sql.adaptive.enabled=true',
  'spark.sql.adaptive.skewJoin.enabled=true',
  'spark.ui.port=0',
];

/** How long Spark may take to end by itself. */
const graceMs = 8_000;

/**
 * Runs its arguments for as long as standard input is open. That ends with the process at its other end, however that
 * ends: no job outlives its build.
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
    // It has ended.
  }
}

/** A job that runs. Nothing of it is awaited but what `reached` is asked for. */
export class SparkJob {
  /** Where Spark's pages are, once it has said so. */
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
      // A group of its own: Ctrl-C is for couture, which then ends Spark.
      detached: true,
    });
    this.#child.stdin!.on('error', () => {});
    const log = createWriteStream(logFile, { mode: 0o600 });
    log.on('error', () => {});
    const hear = (line: string) => {
      log.write(`${line}\n`);
      this.ui ??= /Web UI available at (\S+)/.exec(line)?.[1];
      const part = partDone(line);
      if (part !== undefined) {
        this.#done.add(part);
        this.#waiting.get(part)?.();
      } else if (this.#said.push(line) > mostLines) {
        this.#said.splice(mostLines / 4, mostLines / 4);
      }
    };
    for (const stream of [this.#child.stdout!, this.#child.stderr!])
      createInterface({ input: stream }).on('line', hear);
    this.#ended = once(this.#child, 'close')
      .then(
        ([exit, signal]) => exit ?? signal,
        (error: Error) => error,
      )
      // Whoever is told where all of it is finds it there.
      .finally(() => new Promise<void>((resolve) => log.end(() => resolve())));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Resolves when the part is done. @throws CoutureError `spark_failed` when the job ends before */
  async reached(part: string): Promise<void> {
    if (this.#done.has(part)) return;
    const done = new Promise<true>((resolve) => this.#waiting.set(part, () => resolve(true)));
    const first = await Promise.race([done, this.#ended.then((how) => ({ how }))]);
    // The mark may be the last thing that is said.
    if (first === true || this.#done.has(part)) return;
    throw this.#failure(first.how);
  }

  /** Whether the part is done. */
  isDone(part: string): boolean {
    return this.#done.has(part);
  }

  /** Ends Spark, and with it its executors. Safe to call twice, and when it has ended by itself. */
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
      `All that Spark said is in ${this.#logFile}.`,
      how instanceof Error ? { cause: how } : {},
    );
  }
}

/** Lines that are kept for the error; the log file has all. */
const mostLines = 4_000;

function sparkArguments(
  { settings: { sparkMaster, sparkConf }, shufflePartitions }: SparkJobInput,
  { jdbcJar }: SparkInstallation,
  files: { readonly script: string; readonly passwords: string },
  warehouse: string,
): string[] {
  // Executors of a cluster get the password file sent; in one process with the driver they see its own.
  const distributed = !sparkMaster.startsWith('local');
  const settings = [
    ...ownConf,
    `spark.sql.warehouse.dir=${warehouse}`,
    ...(distributed ? [`spark.executorEnv.PGPASSFILE=${passwordFileName}`] : []),
    ...(shufflePartitions ? [`spark.sql.shuffle.partitions=${shufflePartitions}`] : []),
    ...withOurs(sparkConf, {
      'spark.jars': jdbcJar,
      'spark.files': distributed ? files.passwords : undefined,
    }),
  ];
  return [
    ...['--master', sparkMaster, '--name', 'couture'],
    ...settings.flatMap((setting) => ['--conf', setting]),
    ...['-f', files.script],
  ];
}

/** The user's settings, in which what we hand on stands beside what they hand on: of two equal names Spark takes one. */
function withOurs(
  conf: readonly string[],
  ours: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const merged = Object.entries(ours).map(([name, own]) => {
    const theirs = conf
      .filter((each) => each.startsWith(`${name}=`))
      .map((each) => each.slice(name.length + 1));
    return [name, [own, ...theirs].filter(Boolean).join(',')] as const;
  });
  return [
    ...conf.filter((each) => !merged.some(([name]) => each.startsWith(`${name}=`))),
    ...merged.filter(([, value]) => value).map(([name, value]) => `${name}=${value}`),
  ];
}
