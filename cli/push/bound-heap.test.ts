// The heap of a campaign in processes of its own: flags of V8 hold for all tests of a process.
import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { getHeapSpaceStatistics } from 'node:v8';
import { assert, suite } from '../../fixtures/suite.ts';
import { boundHeap } from './bound-heap.ts';

/** Allocates what lives for a moment. @returns the largest young generation, in MB */
function youngOf(check: () => void): number {
  const living = new Array<unknown>(100_000).fill(null);
  let young = 0;
  for (let n = 0; n < 3_000_000; n++) {
    living[n % living.length] = { of: [n, n], and: { n } };
    if (n % 1_000 > 0) continue;
    check();
    const space = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')!;
    young = Math.max(young, space.space_size);
  }
  return young / 2 ** 20;
}

const inProcess = (role: string) =>
  Number(execFileSync(process.execPath, ['--max-semi-space-size=64', import.meta.filename, role]));

if (process.argv[2] === 'free') console.log(youngOf(() => {}));
else if (process.argv[2] === 'bound') console.log(youngOf(boundHeap()));
else {
  const test = suite('the heap of a campaign');

  test('the young generation stops growing at 32 MB', () => {
    const [free, bound] = [inProcess('free'), inProcess('bound')];
    assert.ok(free > 60, `${free} MB without the bound`);
    assert.ok(bound < 40, `${bound} MB`);
  });
}
