// Extra checks of `couture doctor --engine spark`: Java, Spark, the JDBC driver, and whether executors reach the database.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { findSpark, type SparkInstallation } from '../recs/engines/spark/find-spark.ts';
import { jdbcOptions, jdbcTarget } from '../recs/engines/spark/jdbc.ts';
import { type SparkSettings, startSparkJob } from '../recs/engines/spark/spark-job.ts';
import { sparkScript } from '../recs/engines/spark/spark-script.ts';
import { attempt, type Check, fail, ok } from './checks.ts';

export interface SparkTarget {
  readonly config: SparkSettings;
  database(): Promise<string>;
  source(): Promise<string>;
}

/** Oldest accepted Java release, and the Spark release that the SQL is tested on. */
const [oldestJava, testedSpark] = [8, '3.5'];

/** Runs the checks in order, skipping those that need a missing part. */
export async function checkSpark(target: SparkTarget): Promise<Check[]> {
  const checks: Check[] = [];
  await attempt('Java', checks, checkJava);
  let spark: SparkInstallation | undefined;
  await attempt('Spark', checks, async () => {
    spark = findSpark(target.config, process.env);
    return checkVersion(spark);
  });
  if (!spark) return checks;
  checks.push(ok('JDBC driver', spark.jdbcJar ?? 'bundled with Spark'));
  await attempt('executors', checks, () => checkExecutors('executors', target, target.database));
  if ((await target.source()) !== (await target.database()))
    await attempt('executors, source', checks, () =>
      checkExecutors('executors, source', target, target.source),
    );
  return checks;
}

async function checkJava(): Promise<Check> {
  const java = process.env.JAVA_HOME ? path.join(process.env.JAVA_HOME, 'bin', 'java') : 'java';
  const hint = 'Install Java 17, or set JAVA_HOME.';
  try {
    const { stderr } = await promisify(execFile)(java, ['-version']);
    const version = /version "(?:1\.)?(\d+)[^"]*"/.exec(stderr);
    const detail = stderr.split('\n')[0]!.trim();
    return version && Number(version[1]) >= oldestJava ? ok('Java', detail) : fail('Java', detail, hint);
  } catch (error) {
    return fail('Java', (error as Error).message.split('\n')[0]!, hint);
  }
}

async function checkVersion({ sparkSql, home }: SparkInstallation): Promise<Check> {
  const { stdout, stderr } = await promisify(execFile)(sparkSql, ['--version'], {
    env: { ...process.env, ...(home && { SPARK_HOME: home }) },
  });
  const version = /version (\d+\.\d+\.\d+)/.exec(stdout + stderr)?.[1] ?? 'unknown version';
  return version.startsWith(testedSpark)
    ? ok('Spark', `${version}, ${sparkSql}`)
    : fail(
        'Spark',
        `${version}, ${sparkSql}`,
        `Use Spark ${testedSpark}: the only release that the build is tested on.`,
      );
}

/** Runs a job that only connects to the database from its executors. */
async function checkExecutors(
  name: string,
  { config }: SparkTarget,
  url: () => Promise<string>,
): Promise<Check> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'couture-doctor-'));
  try {
    const target = jdbcTarget(await url());
    const job = await startSparkJob({
      settings: config,
      script: sparkScript(['ping'], { target: jdbcOptions(target) }),
      targets: [target],
      folder,
      logFile: path.join(folder, 'spark.log'),
    });
    try {
      await job.reached('ping');
    } finally {
      await job.stop();
    }
    return ok(name, `can reach the database, ${config.sparkMaster}`);
  } catch (error) {
    return fail(
      name,
      (error as Error).message,
      'The host in the URL must resolve on every machine of the cluster, and Postgres must accept their connections.',
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
