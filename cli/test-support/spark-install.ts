// Finds Spark for tests: SPARK_HOME, or a download from the package registry, cached below the temporary folder.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { cacheFolder, installOnce } from '../../fixtures/install-once.ts';

export interface TestSpark {
  readonly sparkHome: string;
  readonly sparkJdbcJar: string;
}

const run = promisify(execFile);
const cache = path.join(cacheFolder(), 'couture-test-spark');
const archive = 'pyspark-3.5.4.tar.gz';
const index = 'https://pypi.org/simple/pyspark/';
const maven = 'https://repo1.maven.org/maven2';
const driver = `${maven}/org/postgresql/postgresql/42.7.4/postgresql-42.7.4.jar`;
const iceberg = `${maven}/org/apache/iceberg/iceberg-spark-runtime-3.5_2.12/1.7.1/iceberg-spark-runtime-3.5_2.12-1.7.1.jar`;

/**
 * Returns the Spark that tests use; undefined, with one line on stdout, if there is none and it cannot be downloaded. Spark
 * tests take minutes: COUTURE_TEST_SPARK=0 skips them, =all adds the longest.
 */
export async function findTestSpark(): Promise<TestSpark | undefined> {
  if (process.env.COUTURE_TEST_SPARK === '0') {
    console.log('Spark tests skipped: COUTURE_TEST_SPARK=0');
    return undefined;
  }
  return obtainSpark();
}

/** The same for a benchmark, which always needs Spark. */
export async function obtainSpark(): Promise<TestSpark | undefined> {
  try {
    await run('java', ['-version']);
    await mkdir(cache, { recursive: true });
    const sparkJdbcJar = process.env.COUTURE_SPARK_JDBC_JAR ?? path.join(cache, path.basename(driver));
    if (!existsSync(sparkJdbcJar)) await download(driver, sparkJdbcJar);
    return { sparkHome: process.env.SPARK_HOME ?? (await installSpark()), sparkJdbcJar };
  } catch (error) {
    console.log(`Spark skipped: ${(error as Error).message.split('\n')[0]}`);
    return undefined;
  }
}

/**
 * Returns the jar with which Spark reads Iceberg tables (43 MB, downloaded once per machine); undefined, with one line on
 * stdout, if the download fails.
 */
export async function obtainIceberg(): Promise<string | undefined> {
  const file = path.join(cache, path.basename(iceberg));
  try {
    if (!existsSync(file)) await download(iceberg, file);
    return file;
  } catch (error) {
    console.log(`Iceberg skipped: ${(error as Error).message.split('\n')[0]}`);
    return undefined;
  }
}

/** Downloads about 320 MB, once per machine. */
async function installSpark(): Promise<string> {
  return installOnce(path.join(cache, 'spark'), downloadSpark);
}

async function downloadSpark(home: string): Promise<void> {
  const page = await (await fetchOrThrow(index)).text();
  const link = new RegExp(`href="([^"#]*${archive})#sha256=([0-9a-f]{64})`).exec(page);
  if (!link) throw new Error(`${index} does not list ${archive}`);
  const file = path.join(cache, archive);
  await download(new URL(link[1]!, index).href, file);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  if (hash.digest('hex') !== link[2])
    throw new Error(`${archive} does not match the checksum of the registry`);
  const inside = `${path.basename(archive, '.tar.gz')}/deps`;
  await run('tar', ['-xzf', file, '-C', home, '--strip-components=2', `${inside}/bin`, `${inside}/jars`]);
  await rm(file);
}

async function download(url: string, file: string): Promise<void> {
  const partial = `${file}-${process.pid}`;
  const { body } = await fetchOrThrow(url);
  await pipeline(Readable.fromWeb(body as never), createWriteStream(partial));
  await rename(partial, file);
}

async function fetchOrThrow(url: string): Promise<Response> {
  const response = await fetch(url, { signal: AbortSignal.timeout(300_000) }).catch((cause: Error) => {
    throw new Error(`${url} cannot be reached (${cause.message})`, { cause });
  });
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return response;
}
