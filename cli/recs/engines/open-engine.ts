// Opens the engine that the settings name.
import process from 'node:process';
import { CoutureError } from '../../../runtime/core/errors.ts';
import type { Config } from '../../../runtime/core/options.ts';
import type { BuildEngine, EngineInput } from './engine.ts';
import { openLocalEngine } from './local/local-engine.ts';
import { findSpark } from './spark/find-spark.ts';
import { openSparkEngine } from './spark/spark-engine.ts';

/**
 * Checks that the engine can run. Call before the build changes anything.
 * @throws CoutureError `engine_unavailable`, `bad_option`
 */
export function requireEngine(config: Config): void {
  if (config.engine === 'spark') findSpark(config, process.env);
  else if (config.source)
    throw new CoutureError(
      'bad_option',
      `--source ${config.source} is for Spark: the local engine reads orders from Postgres.`,
      'Add --engine spark, or drop --source.',
    );
}

export function openEngine(input: EngineInput): BuildEngine {
  return input.config.engine === 'spark' ? openSparkEngine(input) : openLocalEngine(input);
}
