// The arguments of a Spark job, and that it ends with its build. A script takes the place of Spark.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { assert, rejects, suite } from '../../../../fixtures/suite.ts';
import { until } from '../../../../fixtures/until.ts';
import { loadConfig } from '../../../../runtime/core/config.ts';
import { pidExists } from '../../../../sql/embedded/lease.ts';
import { type SparkJobInput, startSparkJob } from './spark-job.ts';

interface Context {
  home: string;
}

const test = suite<Context>('spark job');
test.beforeEach((context) => {
  context.home = mkdtempSync(path.join(os.tmpdir(), 'couture-job-'));
});
test.afterEach(({ home }) => rmSync(home, { recursive: true, force: true }));

test('reports each part that is done, and the failure if the job ends before the next', async ({ home }) => {
  const job = await startSparkJob(await inputOf(home, 'echo "couture: done with ping"; exit 3'));
  await job.reached('ping');
  const error = await rejects(() => job.reached('lines'), /The Spark job failed: it ended with 3/);
  assert.match((error as Error & { hint: string }).hint, path.join(home, 'spark.log'));
  await job.stop();
});

test('the user’s jars and files are merged with ours', async ({ home }) => {
  const sparkConf = ['spark.jars=/lake/iceberg.jar', 'spark.executor.memory=2g'];
  const script = `printf '%s\\n' "$@"; echo "couture: done with ping"`;
  const job = await startSparkJob(
    await inputOf(home, script, { sparkConf, sparkMaster: 'spark://host:7077' }),
  );
  await job.reached('ping');
  await job.stop();
  const given = readFileSync(path.join(home, 'spark.log'), 'utf8').split('\n');
  const settingsOf = (name: string) => given.filter((line) => line.startsWith(`${name}=`));
  assert.equal(settingsOf('spark.jars'), [`spark.jars=${path.join(home, 'driver.jar')},/lake/iceberg.jar`]);
  assert.equal(settingsOf('spark.files'), [`spark.files=${path.join(home, 'job', 'couture.pgpass')}`]);
});

test('the user’s settings are in a file that others cannot read, after those of the installation', async ({
  home,
}) => {
  await mkdir(path.join(home, 'conf'));
  writeFileSync(path.join(home, 'conf', 'spark-defaults.conf'), 'spark.executor.memory 1g');
  const sparkConf = ['spark.hadoop.fs.s3a.secret.key=a b=\\c#', 'spark.ui.port=4050'];
  const job = await startSparkJob(
    await inputOf(home, `printf '%s\\n' "$@"; echo "couture: done with ping"`, { sparkConf }),
  );
  await job.reached('ping');
  await job.stop();
  const given = readFileSync(path.join(home, 'spark.log'), 'utf8').split('\n');
  const file = given[given.indexOf('--properties-file') + 1]!;
  assert.is(statSync(file).mode & 0o777, 0o600);
  assert.is(
    readFileSync(file, 'utf8'),
    'spark.executor.memory 1g\nspark.hadoop.fs.s3a.secret.key=a\\ b\\=\\\\c\\#\nspark.ui.port=4050\n',
  );
  // Arguments would win over the file.
  assert.equal(
    given.filter((line) => /secret|ui\.port/.test(line)),
    [],
  );
});

const forever = 'echo $$ > "$0.pid"; exec sleep 600';

test('stop ends the job', async ({ home }) => {
  const job = await startSparkJob(await inputOf(home, forever));
  const pid = await pidOf(home);
  await job.stop();
  await untilGone(pid);
});

test('does not outlive a build killed with kill -9', async ({ home }) => {
  const input = await inputOf(home, forever);
  const module = new URL('./spark-job.js', import.meta.url).href;
  const build = spawn(
    process.execPath,
    ['--input-type=module', '-e', `(await import('${module}')).startSparkJob(${JSON.stringify(input)})`],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const pid = await pidOf(home);
  build.kill('SIGKILL');
  await once(build, 'close');
  await untilGone(pid);
});

async function inputOf(
  home: string,
  script: string,
  flags: Record<string, unknown> = {},
): Promise<SparkJobInput> {
  await mkdir(path.join(home, 'bin'));
  writeFileSync(path.join(home, 'bin', 'spark-sql'), `#!/bin/sh\n${script}\n`, { mode: 0o700 });
  const sparkJdbcJar = path.join(home, 'driver.jar');
  writeFileSync(sparkJdbcJar, '');
  const { config } = loadConfig({
    directory: home,
    env: {},
    flags: { sparkHome: home, sparkJdbcJar, ...flags },
  });
  return {
    settings: config,
    script: '',
    targets: [],
    folder: path.join(home, 'job'),
    logFile: path.join(home, 'spark.log'),
  };
}

async function pidOf(home: string): Promise<number> {
  const file = path.join(home, 'bin', 'spark-sql.pid');
  await until(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'), 'the job to start');
  return Number(readFileSync(file, 'utf8'));
}

async function untilGone(pid: number): Promise<void> {
  await until(() => !pidExists(pid), 'the job to be gone');
}
