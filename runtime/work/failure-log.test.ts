// Failures that come by the thousand: one line per kind and second, and a count of the others.
import { assert, suite } from '../../fixtures/suite.ts';
import { type Failure, FailureLog } from './failure-log.ts';

const test = suite('log of failures');

test('each kind is logged once a second, with the number of the others', () => {
  const lines: Failure[] = [];
  let now = 0;
  const log = new FailureLog(
    (facts) => lines.push(facts),
    () => now,
  );
  const err = new Error('away');
  for (let n = 0; n < 1_000; n++) log.add({ code: 'postgres_unreachable', err });
  log.add({ code: 'internal', err, request_id: 'a' });
  now = 1_000;
  log.add({ code: 'postgres_unreachable', err });
  now = 2_000;
  log.add({ code: 'postgres_unreachable', err });
  assert.equal(lines, [
    { code: 'postgres_unreachable', err },
    { code: 'internal', err, request_id: 'a' },
    { code: 'postgres_unreachable', err, others_since: 999 },
    { code: 'postgres_unreachable', err },
  ]);
});
