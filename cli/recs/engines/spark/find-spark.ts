// Finds the local Spark installation and the JDBC driver: settings → paths.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { CoutureError } from '../../../../runtime/core/errors.ts';
import type { Config } from '../../../../runtime/core/options.ts';

export interface SparkInstallation {
  /** Undefined if spark-sql was found on the PATH: it finds its home itself. */
  readonly home: string | undefined;
  readonly sparkSql: string;
  /** Undefined if the driver is among Spark's own jars. */
  readonly jdbcJar: string | undefined;
}

/** Download location of the driver, for the error message: couture never downloads it. */
const jdbcPlace = 'https://repo1.maven.org/maven2/org/postgresql/postgresql/42.7.4/postgresql-42.7.4.jar';

/** @throws CoutureError `engine_unavailable` with what is missing and where to get it */
export function findSpark(
  { sparkHome, sparkJdbcJar }: Pick<Config, 'sparkHome' | 'sparkJdbcJar'>,
  env: Readonly<Record<string, string | undefined>>,
): SparkInstallation {
  const sparkSql = sparkHome
    ? path.resolve(sparkHome, 'bin', 'spark-sql')
    : (env.PATH ?? '')
        .split(path.delimiter)
        .map((folder) => path.join(folder, 'spark-sql'))
        .find((file) => existsSync(file));
  if (!sparkSql || !existsSync(sparkSql))
    throw new CoutureError(
      'engine_unavailable',
      sparkHome
        ? `There is no Spark in ${sparkHome}: bin/spark-sql is missing.`
        : 'Spark was not found: SPARK_HOME is not set and spark-sql is not on the PATH.',
      'Set SPARK_HOME (or --spark-home) to an unpacked Spark 3.5, or build with --engine local.',
    );
  return {
    home: sparkHome && path.resolve(sparkHome),
    sparkSql,
    jdbcJar: findDriver(sparkSql, sparkJdbcJar),
  };
}

function findDriver(sparkSql: string, given: string | undefined): string | undefined {
  if (given) {
    if (existsSync(given)) return path.resolve(given);
    throw missingDriver(`The JDBC driver does not exist: ${given}`);
  }
  const jars = path.join(path.dirname(sparkSql), '..', 'jars');
  // A spark-sql on the PATH may be a link or a script without a jars folder beside it; leave the driver to Spark then.
  if (!existsSync(jars) || readdirSync(jars).some((name) => /^postgresql-.*\.jar$/.test(name)))
    return undefined;
  throw missingDriver(`Spark has no JDBC driver for Postgres among its jars (${path.resolve(jars)}).`);
}

function missingDriver(message: string): CoutureError {
  return new CoutureError(
    'engine_unavailable',
    message,
    `Download ${jdbcPlace} and pass it with --spark-jdbc-jar, or copy it to Spark's jars folder.`,
  );
}
