// The engine that the settings name.
import type { BuildEngine, EngineInput } from './engine.ts';
import { openLocalEngine } from './local-engine.ts';
import { openSparkEngine } from './spark/spark-engine.ts';

export function openEngine(input: EngineInput): BuildEngine {
  return input.config.engine === 'spark' ? openSparkEngine(input) : openLocalEngine(input);
}
