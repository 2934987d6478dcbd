// A benchmark of the front end that is killed leaves no browser, no shop and no folder behind.
import process from 'node:process';
import { killBench } from '../fixtures/killed-bench.ts';
import { assert, suite } from '../fixtures/suite.ts';

const test = suite('killed benchmarks of the front end', { timeout: 300_000 });

const isServing = (running: readonly string[]) =>
  ['demo-shop.js', 'chromium'].every((words) => running.some((line) => line.includes(words)));

for (const [script, signal] of [
  ['web/lighthouse.bench.js', 'SIGTERM'],
  ['web/screenshots.bench.js', 'SIGINT'],
] as const) {
  const name = `${script}, killed with ${signal}, leaves nothing behind`;
  if (process.platform !== 'linux') test.skip(`${name}: needs /proc`);
  else
    test(name, async () => {
      const { code, left, files } = await killBench(script, [], signal, isServing);
      assert.is(code, signal === 'SIGTERM' ? 143 : 130);
      assert.equal(left, []);
      assert.equal(files, []);
    });
}
