// How long responses are valid, whatever the clock of the machine does.
import { assert, suite } from '../../fixtures/suite.ts';
import { CardCache } from './card-cache.ts';
import { Lease } from './lease.ts';

const test = suite('leases');

test('a lease ends in time where the clock of the machine is set back', () => {
  let elapsed = 0;
  const cards = new CardCache(() => Promise.reject(new Error('read')), {
    age: 750,
    max: 10,
    now: () => elapsed,
  });
  const lease = new Lease(cards, [], Date.now() + 750);
  const { now } = Date;
  Date.now = () => now() - 86_400_000;
  try {
    elapsed = 700;
    assert.ok(lease.holds());
    elapsed = 800;
    assert.not(lease.holds());
  } finally {
    Date.now = now;
  }
});
