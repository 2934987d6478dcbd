// A build in a separate process that pauses where the test asks: JSON on the command line in; one JSON line on stdout for each
// pause and one at the end. A line on stdin resumes it.
import { readSync, writeSync } from 'node:fs';
import process from 'node:process';
import { loadConfig } from '../../runtime/core/config.ts';
import { reportError } from '../../runtime/core/errors.ts';
import { buildRecommendations } from '../recs/pipeline.ts';
import type { StageDisplay } from '../recs/stage-clock.ts';
import type { BuildOrder, BuildOutcome } from './spawned-build.ts';

const order = JSON.parse(process.argv[2]!) as BuildOrder;
const places = new Set(order.pauseAt);
const notes: string[] = [];
const display: StageDisplay = {
  stage(name) {
    pause(`${name} begins`);
    return { update: () => pause(`${name} goes on`), end: () => {} };
  },
};

const { config } = loadConfig({
  directory: order.home,
  env: {},
  flags: { home: order.home, workers: 2, ...order.flags },
});
try {
  const summary = await buildRecommendations({
    config,
    databaseUrl: order.databaseUrl,
    sourceUrl: order.sourceUrl ?? order.databaseUrl,
    publish: order.publish ?? true,
    force: order.force ?? false,
    display,
    note: (line) => notes.push(line),
    signal: new AbortController().signal,
  });
  say({ state: summary.state, buildId: summary.build_id, notes });
} catch (error) {
  const { code, message, hint, exit } = reportError(error);
  say({ error: { code, message, hint, exit }, notes });
}

/** Blocks the whole thread, like a stopped process; at each place once. */
function pause(place: string): void {
  if (!places.delete(place)) return;
  say({ paused: place });
  for (const byte = Buffer.alloc(1); ; Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)) {
    try {
      readSync(0, byte);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}

function say(line: BuildOutcome | { paused: string }): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}
