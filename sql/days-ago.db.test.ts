import { testDatabase } from '../fixtures/database.ts';
import { assert, suite } from '../fixtures/suite.ts';
import { daysAgo } from './days-ago.ts';
import { migrate } from './migrate.ts';
import { openClient } from './pool.ts';
import { pruneEvents } from './store/events/recommendation-events.ts';
import { pruneCampaigns } from './store/push/campaigns.ts';
import { pruneSubscriptions } from './store/push/subscriptions.ts';
import { pruneOrderRequests } from './store/sample/checkout.ts';

const test = suite('time spans in statements');

test('a span may be fractional, and may reach back before the earliest timestamp', async () => {
  const database = await testDatabase();
  const client = await openClient(database.url);
  try {
    for (const days of [0, 1 / 86_400, 90 / 86_400, 55 / 1_440, 1.5, 730.5, 400]) {
      const { rows } = await client.query<{ seconds: number }>(
        `select extract(epoch from now() - ${daysAgo('$1')})::float8 as seconds`,
        [days],
      );
      assert.ok(Math.abs(rows[0]!.seconds - days * 86_400) < 1e-3, String(days));
    }
    for (const days of [5_000_000, 1e15, Number.POSITIVE_INFINITY]) {
      const { rows } = await client.query<{ old: boolean }>(
        `select ${daysAgo('$1')} < '0001-01-01'::timestamptz as old`,
        [days],
      );
      assert.is(rows[0]!.old, true, String(days));
    }
    await migrate(client);
    for (const days of [0.1, 1.5, 730.5, 5_000_000]) {
      assert.is(await pruneEvents(client, days), 0);
      assert.is(await pruneOrderRequests(client, days), 0);
      assert.is(await pruneCampaigns(client, days, true), 0);
      assert.is(await pruneCampaigns(client, days, false), 0);
      assert.equal(await pruneSubscriptions(client, { days, failures: 1, dryRun: true }), {
        unseen: 0,
        failing: 0,
      });
    }
  } finally {
    await client.end();
    await database.drop();
  }
});
