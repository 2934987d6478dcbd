// What `couture doctor --engine spark` looks at besides: Java, Spark, the JDBC driver, the database as an executor sees it.
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

export interface SparkPatient {
  readonly config: SparkSettings;
  database(): Promise<string>;
  source(): Promise<string>;
}

/** Java and Spark releases that the SQL was tried on: others may do as well. */
const [oldestJava, testedSpark] = [8, '3.5'];

/** The checks in order; what needs a part that is missing is left out. */
export async function examineSpark(patient: SparkPatient): Promise<Check[]> {
  const checks: Check[] = [];
  await attempt('Java', checks, checkJava);
  let spark: SparkInstallation | undefined;
  await attempt('Spark', checks, async () => {
    spark = findSpark(patient.config, process.env);
    return checkVersion(spark);
  });
  if (!spark) return checks;
  checks.push(ok('JDBC driver', spark.jdbcJar ?? 'among the jars of Spark'));
  await attempt('executors', checks, () => checkExecutors('executors', patient, patient.database));
  if ((await patient.source()) !== (await patient.database()))
    await attempt('executors, source', checks, () =>
      checkExecutors('executors, source', patient, patient.source),
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
  const version = /version (\d+\.\d+\.\d+)/.exec(stdout + stderr)?.[1] ?? 'of an unknown version';
  return version.startsWith(testedSpark)
    ? ok('Spark', `${version}, ${sparkSql}`)
    : fail('Spark', `${version}, ${sparkSql}`, `Use Spark ${testedSpark}: the build is tested on it alone.`);
}

/** Runs a job that does nothing but look at the database from wherever its executors are. */
async function checkExecutors(
  name: string,
  { config }: SparkPatient,
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
    return ok(name, `reach the database, ${config.sparkMaster}`);
  } catch (error) {
    return fail(
      name,
      (error as Error).message,
      'The host of the URL must mean the same on every machine of the cluster, and Postgres must let them in.',
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
