// The engine that the settings name.
import type { BuildEngine, EngineInput } from './engine.ts';
import { openLocalEngine } from './local-engine.ts';

export function openEngine(input: EngineInput): BuildEngine {
  return openLocalEngine(input);
}
