// The Spark and the JDBC driver that are installed here: settings → paths.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { CoutureError } from '../../../../runtime/core/errors.ts';
import type { Config } from '../../../../runtime/core/options.ts';

export interface SparkInstallation {
  /** Undefined where spark-sql is on the PATH alone: it finds its home by itself. */
  readonly home: string | undefined;
  readonly sparkSql: string;
  /** Undefined where the driver is among Spark's own jars. */
  readonly jdbcJar: string | undefined;
}

/** Where the driver is found; nothing is downloaded by itself. */
const jdbcPlace = 'https://repo1.maven.org/maven2/org/postgresql/postgresql/42.7.4/postgresql-42.7.4.jar';

/** @throws CoutureError `engine_unavailable` that says what is missing and where to get it */
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
        : 'Spark was not found: no SPARK_HOME, no spark-sql on the PATH.',
      'Set SPARK_HOME (or --spark-home) to an unpacked Spark 3.5; without one, build with --engine local.',
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
    throw missingDriver(`The JDBC driver is not there: ${given}`);
  }
  const jars = path.join(path.dirname(sparkSql), '..', 'jars');
  // A spark-sql elsewhere on the PATH may be a link or a script: its jars cannot be looked into from here.
  if (!existsSync(jars) || readdirSync(jars).some((name) => /^postgresql-.*\.jar$/.test(name)))
    return undefined;
  throw missingDriver(`Spark has no JDBC driver for Postgres among its jars (${path.resolve(jars)}).`);
}

function missingDriver(message: string): CoutureError {
  return new CoutureError(
    'engine_unavailable',
    message,
    `Download ${jdbcPlace} and name it with --spark-jdbc-jar, or put it among the jars of Spark.`,
  );
}
