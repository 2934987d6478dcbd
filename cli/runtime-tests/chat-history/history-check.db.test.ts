// No message lost, none twice, the same order for all, while everything breaks; CHAT_HISTORY_SECONDS makes it last longer.
import { assert, suite } from '../../../fixtures/suite.ts';
import { checkHistory, defaults } from './history-check.bench.ts';

const test = suite('the history of chats', { timeout: 600_000 });

test('every acknowledged message is seen once, in one order, by all of its chat', async () => {
  const seconds = Number(process.env.CHAT_HISTORY_SECONDS ?? defaults.seconds);
  const found = await checkHistory({ ...defaults, seconds, note: () => {} });
  console.log(JSON.stringify(found));
  assert.ok(found.faults.length >= 5, 'everything was broken that was to be broken');
  assert.ok(found.cuts > found.participants, 'connections were cut');
  assert.ok(found.acknowledged > found.participants, `${found.acknowledged} were acknowledged`);
  assert.is(found.acknowledged, found.sent, 'all that was sent was acknowledged in the end');
  assert.is(found.delivered, found.acknowledged * (defaults.devices + 1), 'everybody saw all of it');
  const { lost, duplicates, order_faults, never_sent, refused } = found;
  assert.equal(
    { lost, duplicates, order_faults, never_sent, refused },
    {
      lost: 0,
      duplicates: 0,
      order_faults: 0,
      never_sent: 0,
      refused: 0,
    },
  );
});
