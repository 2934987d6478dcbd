// One run of spark-sql: a script in, marks out as its parts are done. It dies with the build, and its error is told short.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { CoutureError } from '../../../../runtime/core/errors.ts';
import type { SparkInstallation } from './find-spark.ts';
import { sparkComplaint } from './spark-complaint.ts';
import { partDone } from './spark-script.ts';

export interface SparkJobInput {
  readonly spark: SparkInstallation;
  readonly master: string;
  /** name=value, handed on as they are; they win over couture's own. */
  readonly conf: readonly string[];
  readonly scriptFile: string;
  /** A .pgpass file. */
  readonly passwordFile: string;
  readonly passwordFileName: string;
  readonly warehouse: string;
  /** Everything that Spark says goes here. */
  readonly logFile: string;
}

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

/** Starts the job. Nothing of it is awaited but what `reached` is asked for. */
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

  constructor(input: SparkJobInput) {
    this.#logFile = input.logFile;
    const { home, sparkSql } = input.spark;
    this.#child = spawn(sparkSql, sparkArguments(input), {
      env: { ...process.env, ...(home && { SPARK_HOME: home }), PGPASSFILE: input.passwordFile },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const log = createWriteStream(input.logFile, { mode: 0o600 });
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
    this.#ended = once(this.#child, 'close').then(
      ([exit, signal]) => exit ?? signal,
      (error: Error) => error,
    );
    void this.#ended.then(() => log.end());
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

  /** Ends Spark, and with it its executors; says whether it had ended well by itself. Safe to call twice. */
  async stop(): Promise<'done' | 'stopped'> {
    this.#stopped = true;
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGTERM');
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), graceMs);
    await this.#ended;
    clearTimeout(killer);
    return this.#child.exitCode === 0 ? 'done' : 'stopped';
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

function sparkArguments(input: SparkJobInput): string[] {
  const { spark, master, conf, passwordFile, passwordFileName, warehouse, scriptFile } = input;
  // Executors of a cluster get the password file sent; in one process with the driver they see its own.
  const distributed = !master.startsWith('local');
  const settings = [
    ...ownConf,
    `spark.sql.warehouse.dir=${warehouse}`,
    ...(distributed ? [`spark.executorEnv.PGPASSFILE=${passwordFileName}`] : []),
    ...conf,
  ];
  return [
    ...['--master', master, '--name', 'couture recs build'],
    ...(spark.jdbcJar ? ['--jars', spark.jdbcJar] : []),
    ...(distributed ? ['--files', passwordFile] : []),
    ...settings.flatMap((setting) => ['--conf', setting]),
    ...['-S', '-f', scriptFile],
  ];
}
