// A campaign that is killed at random moments and resumed reaches everyone, and repeats only messages that were in flight.
// COUTURE_TEST_PUSH=20000,10 sets the number of subscribers and kills.
import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '../../fixtures/random.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { type PushShop, pushShop } from '../test-support/push-shop.ts';

const [people, kills] = (process.env.COUTURE_TEST_PUSH ?? '4000,3').split(',').map(Number) as [
  number,
  number,
];
const concurrency = 40;

const test = suite<{ shop: PushShop }>('a campaign that is killed');
test.before(async (context) => {
  context.shop = await pushShop({ check: false });
});
test.after((context) => context.shop?.close());

test(`reaches all ${people} subscribers after ${kills} kills, with few duplicates`, async ({ shop }) => {
  const ids = Array.from({ length: people }, (_, n) => String(n + 1));
  for (let at = 0; at < people; at += 5_000) await shop.subscribe(ids.slice(at, at + 5_000));
  const random = new Random(7);
  const each = Math.floor(people / (kills + 1));
  let child = shop.start(
    'send',
    '--title',
    'a',
    '--body',
    'b',
    '--all',
    '--yes',
    '--concurrency',
    String(concurrency),
  );
  for (let kill = 1; kill <= kills; kill++) {
    const until = shop.server.got.length + Math.floor(each * (0.3 + 0.6 * random.next()));
    while (shop.server.got.length < until && child.exitCode === null) await delay(1);
    child.kill('SIGKILL');
    await child.ended;
    const status = await shop.json('status');
    assert.is((status.campaigns as unknown as Array<{ state: string }>)[0]!.state, 'died');
    child = shop.start('resume', '1');
  }
  await child.ended;
  const report = await shop.json('status', '1');
  const counts = new Map<string, number>();
  for (const { path } of shop.server.got) counts.set(path, (counts.get(path) ?? 0) + 1);
  const twice = [...counts.values()].reduce((sum, count) => sum + count - 1, 0);
  console.log(`${people} people, ${kills} kills: ${report.doubtful} in doubt, ${twice} duplicates`);
  assert.equal([report.state, report.accepted, report.sending, report.waiting], ['done', people, 0, 0]);
  assert.is(counts.size, people);
  assert.ok(twice <= Number(report.doubtful), `${twice} duplicates, ${report.doubtful} in doubt`);
  assert.ok(Number(report.doubtful) <= kills * concurrency * 3);
});
