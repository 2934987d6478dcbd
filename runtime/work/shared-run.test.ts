import { assert, suite } from '../../fixtures/suite.ts';
import { sharedRun } from './shared-run.ts';

const test = suite('shared runs');

test('calls during a run share it; a later one starts another', async () => {
  let runs = 0;
  const read = sharedRun(async () => ++runs);
  assert.equal(await Promise.all([read(), read(), read()]), [1, 1, 1]);
  assert.is(await read(), 2);
});

test('a failure is everybody’s, and is not kept', async () => {
  let runs = 0;
  const read = sharedRun(async () => {
    if (++runs === 1) throw new Error('Postgres is away');
    return 'back';
  });
  const outcomes = await Promise.allSettled([read(), read()]);
  assert.equal(
    outcomes.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  assert.is(await read(), 'back');
});
