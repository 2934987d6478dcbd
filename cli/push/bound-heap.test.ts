// The heap of a campaign in a process of its own: flags of V8 hold for all tests of a process.
import { execFileSync } from 'node:child_process';
import { assert, suite } from '../../fixtures/suite.ts';

const module = new URL('./bound-heap.js', import.meta.url).href;

/** Allocates what lives for a moment. @returns the largest young generation, in bytes */
function youngOf(bound: boolean): number {
  const script = `
    const { getHeapSpaceStatistics } = await import('node:v8');
    const { boundHeap } = await import(${JSON.stringify(module)});
    const check = ${bound ? 'boundHeap()' : '() => {}'};
    const living = new Array(100_000).fill(null);
    let young = 0;
    for (let n = 0; n < 3_000_000; n++) {
      living[n % living.length] = { of: [n, n], and: { n } };
      if (n % 1_000 > 0) continue;
      check();
      young = Math.max(young, getHeapSpaceStatistics().find((each) => each.space_name === 'new_space').space_size);
    }
    console.log(young);`;
  return Number(
    execFileSync(process.execPath, ['--input-type=module', '--max-semi-space-size=64', '-e', script]),
  );
}

const test = suite('the heap of a campaign');

test('the young generation stops growing at 32 MB', () => {
  const [free, bound] = [youngOf(false), youngOf(true)].map((bytes) => bytes / 2 ** 20) as [number, number];
  assert.ok(free > 60, `${free} MB without the bound`);
  assert.ok(bound < 40, `${bound} MB`);
});
