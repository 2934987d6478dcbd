// The quality gate: a much worse build is kept but not published, unless forced; and which builds prune keeps.
import { assert, rejects, suite } from '../../../fixtures/suite.ts';
import type { CoutureError } from '../../../runtime/core/errors.ts';
import { buildsInPlace } from '../../../sql/store/builds/list-partitions.ts';
import {
  buildHere,
  buildStates,
  type FaultShop,
  faultShop,
  whatIsServed,
} from '../../test-support/fault-shop.ts';
import { BuildCommand } from '../../test-support/spawned-build.ts';

const test = suite<{ shop: FaultShop }>('the quality gate');

test.beforeEach(async (context) => {
  context.shop = await faultShop();
});
test.afterEach(({ shop }) => shop.drop());

/** Orders that got lost: what a broken predicate or a half-loaded replica looks like. */
async function loseOrders({ client }: FaultShop): Promise<void> {
  await client.query('delete from shop.order_line where order_id > 24');
}

test('keeps a much worse build, exits 3, says why, and keeps serving the old one', async ({ shop }) => {
  const before = await whatIsServed(shop.client);
  await loseOrders(shop);
  const { code, stdout, stderr } = await new BuildCommand(shop, ['--json']).outcome();
  assert.is(code, 3);
  assert.is(stdout, '');
  assert.match(stderr, 'error: Build 2 is much worse than the published build 1:');
  assert.match(
    stderr,
    /- bought_together: coverage fell from [\d.]+ to [\d.]+, below 0\.7 of the previous value/,
  );
  assert.match(stderr, /"couture recs publish 2"/);
  assert.equal(await buildStates(shop.client), { 1: 'published', 2: 'rejected' });
  assert.equal(await buildsInPlace(shop.client), [1, 2]);
  assert.equal(await whatIsServed(shop.client), before);
  const { rows } = await shop.client.query<{ problems: number; lines: number }>(
    `select jsonb_array_length(warnings) as problems, (source->>'lines')::int as lines from couture.build where build_id = 2`,
  );
  assert.ok(rows[0]!.problems > 0 && rows[0]!.lines > 0, 'its row has all figures');
});

test('publishes a much worse build with --force, with a warning', async ({ shop }) => {
  await loseOrders(shop);
  const { code, stdout } = await new BuildCommand(shop, ['--json', '--force']).outcome();
  assert.is(code, 0);
  const summary = JSON.parse(stdout);
  assert.is(summary.state, 'published');
  assert.ok(summary.warnings.some((line: string) => /coverage fell/.test(line)));
  assert.equal((await whatIsServed(shop.client)).builds, [2]);
});

test('never rejects a first build', async ({ shop }) => {
  await loseOrders(shop);
  await shop.client.query('delete from couture.published');
  assert.is((await buildHere(shop)).state, 'published');
});

test('rejects a build that lacks published kinds', async ({ shop }) => {
  const error = await rejects(
    () => buildHere(shop, { flags: { kinds: 'similar,trending' } }),
    (thrown) => (thrown as CoutureError).code === 'build_rejected',
  );
  for (const kind of ['bought_together', 'bundle', 'personalized']) {
    assert.match(
      error.message,
      new RegExp(`- ${kind}: build 1 has \\d+ lists of this kind, this build has none`),
    );
  }
  assert.not.match(error.message, '- similar');
  // More kinds than are served are no loss.
  await buildHere(shop, { force: true, flags: { kinds: 'similar,trending' } });
  assert.is((await buildHere(shop)).state, 'published');
});

test('does not run for a build that is not to be published', async ({ shop }) => {
  const before = await whatIsServed(shop.client);
  await loseOrders(shop);
  assert.is((await buildHere(shop, { publish: false })).state, 'ready');
  assert.equal(await whatIsServed(shop.client), before);
});

test('keeps N servable and N rejected builds, and never drops the published one', async ({ shop }) => {
  const { client } = shop;
  const flags = { keepBuilds: 2 };
  await buildHere(shop, { flags });
  await buildHere(shop, { flags });
  assert.equal(await buildsInPlace(client), [2, 3]);
  await shop.client.query('create table kept as table shop.order_line');
  await loseOrders(shop);
  for (let night = 4; night <= 6; night++) await rejects(() => buildHere(shop, { flags }), /much worse/);
  assert.equal(
    await buildsInPlace(client),
    [2, 3, 5, 6],
    'rejected ones do not pile up, nor push out what can be served',
  );
  await client.query(`truncate shop.order_line; insert into shop.order_line select * from kept`);
  for (let build = 7; build <= 8; build++) await buildHere(shop, { publish: false, flags });
  assert.equal(await buildsInPlace(client), [3, 5, 6, 7, 8], 'build 3 is old, but served');
  assert.equal((await whatIsServed(client)).builds, [3]);
});
