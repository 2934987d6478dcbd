// Declares a test once for each engine besides Chromium; says in one line which are not installed.

import type { Suite } from '../../../fixtures/suite.ts';
import type { EngineWindow } from './engine-window.ts';
import { type Engine, engines } from './engines.ts';

/** Opens a window of the engine, a separate visitor each; all are closed when the test ends. */
export type Open = (size?: { width: number; height: number }) => Promise<EngineWindow>;

const phone = { width: 500, height: 844 };

for (const { name, missing } of engines)
  if (missing.length > 0) console.log(`${name} is skipped, not installed: ${missing.join(', ')}`);

export function inEngines<T>(
  test: Suite<T>,
  title: string,
  run: (context: T & { open: Open; engine: Engine['name'] }) => Promise<void>,
): void {
  for (const engine of engines) {
    if (engine.missing.length > 0) {
      test.skip(`${engine.name}: ${title}`);
      continue;
    }
    test(`${engine.name}: ${title}`, async (context) => {
      const windows: EngineWindow[] = [];
      const open: Open = async (size = phone) => {
        const window = await engine.open(size);
        windows.push(window);
        return window;
      };
      try {
        await run({ ...context, open, engine: engine.name });
      } finally {
        for (const window of windows) await window.close();
      }
    });
  }
}
