// Bad subscriptions, which anyone can register, must not block messages to others: campaigns against a push service that
// fails for some browsers, and against one that rejects the shop.
import { assert, suite } from '../../fixtures/suite.ts';
import type { Answering } from '../../runtime/test-support/push-server.ts';
import { type PushShop, pushShop } from '../test-support/push-shop.ts';

const test = suite<{ shop: PushShop }>('bad subscriptions', { timeout: 120_000 });
test.before(async (context) => {
  context.shop = await pushShop({ check: false });
});
test.beforeEach(async ({ shop }) => {
  await shop.client.query(
    'truncate couture.push_subscription, couture.push_campaign, couture.push_delivery, couture.push_watched',
  );
});
test.after((context) => context.shop?.close());

const words = ['--title', 'New coats', '--body', 'For cold days', '--all', '--yes', '--json'];
const people = (count: number, from = 1) => Array.from({ length: count }, (_, n) => String(from + n));

async function send(shop: PushShop, ...args: string[]) {
  const { code, stdout, stderr } = await shop.couture('send', ...words, ...args);
  assert.ok(stdout, stderr);
  return { code, report: JSON.parse(stdout), stderr };
}

const day = { 'Retry-After': '86400' };
const answers: ReadonlyArray<[string, Answering, { concurrency: string; failed: number; waiting: number }]> =
  [
    ['403', { status: 403 }, { concurrency: '10', failed: 30, waiting: 0 }],
    ['401', { status: 401 }, { concurrency: '10', failed: 30, waiting: 0 }],
    ['429 for a day', { status: 429, headers: day }, { concurrency: '10', failed: 0, waiting: 30 }],
    ['503', { status: 503, headers: day }, { concurrency: '10', failed: 30, waiting: 0 }],
    ['a reset', { status: 201, reset: true }, { concurrency: '10', failed: 30, waiting: 0 }],
    ['nothing', { status: 201, hang: true }, { concurrency: '40', failed: 30, waiting: 0 }],
  ];

for (const [name, bad, { concurrency, failed, waiting }] of answers) {
  test(`if 30 guest browsers that answer ${name} come first, all 400 others still get the message`, async ({
    shop,
  }) => {
    await shop.subscribe(people(30), { suffix: 'bad' });
    await shop.client.query('update couture.push_subscription set customer_id = null, visitor = endpoint');
    await shop.subscribe(people(400, 31));
    shop.server.answer = ({ path }) => (path.endsWith('bad') ? bad : { status: 201 });
    const { code, report } = await send(shop, '--concurrency', concurrency);
    assert.equal([report.accepted, report.failed, report.waiting], [400, failed, waiting]);
    // Waiting messages are sent later by the runtime, so the command exits with 1.
    assert.equal([report.state, code], waiting > 0 ? ['waiting', 1] : ['done', 0]);
  });
}

test('a push service that rejects formerly working browsers is paused; the rest is sent once it accepts them again', async ({
  shop,
}) => {
  await shop.subscribe(people(60));
  await shop.client.query('update couture.push_subscription set accepted_at = now()');
  shop.server.answer = () => ({ status: 403 });
  const before = shop.server.got.length;
  const { code, report, stderr } = await send(shop, '--concurrency', '2');
  assert.equal([code, report.state, report.accepted], [1, 'waiting', 0]);
  assert.ok(report.failed <= 5 && report.failed + report.waiting === 60, JSON.stringify(report));
  assert.match(report.stopped_why, /messages wait for their push services\. https:\/\/.+ refused 5 people/);
  assert.match(stderr, /is paused until .+: it refused 5 people in a row, the last with 403/);
  assert.ok(shop.server.got.length - before <= 8, 'no further requests were sent');

  shop.server.answer = () => ({ status: 201 });
  await shop.client.query(`update couture.push_delivery set next_at = now() where state = 'waiting'`);
  const resumed = await shop.couture('resume', String(report.campaign), '--json');
  const after = JSON.parse(resumed.stdout);
  assert.equal([resumed.code, after.state, after.accepted], [0, 'done', report.waiting]);
});

test('browsers that accepted messages before come first, so that new ones cannot delay them', async ({
  shop,
}) => {
  await shop.subscribe(people(150), { suffix: 'bad' });
  await shop.subscribe(people(50, 151));
  await shop.client.query(
    `update couture.push_subscription set accepted_at = now() where endpoint not like '%bad'`,
  );
  shop.server.answer = ({ path }) => ({ status: path.endsWith('bad') ? 403 : 201 });
  const before = shop.server.got.length;
  const { report } = await send(shop, '--concurrency', '5');
  assert.equal([report.state, report.accepted, report.failed], ['done', 50, 150]);
  const first = shop.server.got.slice(before, before + 50);
  assert.not(first.some(({ path }) => path.endsWith('bad')));
});

test('a campaign without a single delivery exits with 1', async ({ shop }) => {
  await shop.subscribe(people(3));
  shop.server.answer = () => ({ status: 403 });
  const { code, report } = await send(shop);
  assert.equal([code, report.state, report.failed], [1, 'done', 3]);
});
