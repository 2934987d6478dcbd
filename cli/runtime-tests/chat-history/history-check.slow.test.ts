// No message is lost or duplicated and all see the same order, while processes, connections and Postgres fail.
// CHAT_HISTORY_SECONDS sets the duration.
import { assert, suite } from '../../../fixtures/suite.ts';
import { checkHistory, defaults } from './history-check.bench.ts';

const test = suite('chat history', { timeout: 600_000 });

test('all participants of a chat see every acknowledged message once, in the same order', async () => {
  const seconds = Number(process.env.CHAT_HISTORY_SECONDS ?? defaults.seconds);
  const found = await checkHistory({ ...defaults, seconds, note: () => {} });
  console.log(JSON.stringify(found));
  assert.ok(found.faults.length >= 5, 'every fault was injected');
  assert.ok(found.cuts > found.participants, 'connections were cut');
  assert.ok(found.acknowledged > found.participants, `${found.acknowledged} were acknowledged`);
  assert.is(found.acknowledged, found.sent, 'every sent message was acknowledged in the end');
  assert.is(
    found.delivered,
    found.acknowledged * (defaults.devices + 1),
    'every participant saw every message',
  );
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
