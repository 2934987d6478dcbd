// Publishing by hand and rolling back: which build is published then, and which requests are rejected.
import { assert, rejects, suite } from '../../../fixtures/suite.ts';
import type { CoutureError } from '../../../runtime/core/errors.ts';
import { type Client, openClient } from '../../../sql/pool.ts';
import { publishedBuild } from '../../../sql/store/builds/builds.ts';
import { dropPartitions } from '../../../sql/store/builds/list-partitions.ts';
import { withPublishLock } from '../../../sql/store/builds/publish-lock.ts';
import {
  buildHere,
  buildStates,
  type FaultShop,
  faultShop,
  whatIsServed,
} from '../../test-support/fault-shop.ts';
import { publishByHand, rollBack } from './republish.ts';

const test = suite<{ shop: FaultShop }>('publishing by hand');

test.beforeEach(async (context) => {
  context.shop = await faultShop();
});
test.afterEach(({ shop }) => shop.drop());

async function served(client: Client): Promise<number | undefined> {
  return (await publishedBuild(client))?.build_id;
}

function refused(run: () => Promise<unknown>, code: string, words: RegExp): Promise<Error> {
  return rejects(run, (error) => (error as CoutureError).code === code && words.test(error.message));
}

test('publishes the given build and returns the one that it replaced', async ({ shop }) => {
  const { client } = shop;
  await buildHere(shop, { publish: false, flags: { top: 5 } });
  const before = await whatIsServed(client);
  assert.equal(await publishByHand(client, '2'), { build_id: 2, replaced: 1, changed: true });
  assert.equal(await buildStates(client), { 1: 'superseded', 2: 'published' });
  const now = await whatIsServed(client);
  assert.equal(now.builds, [2]);
  assert.ok(now.entries < before.entries, 'its lists are shorter');
});

test('changes nothing if the build is already published', async ({ shop }) => {
  const { client } = shop;
  await buildHere(shop);
  assert.equal(await publishByHand(client, '2'), { build_id: 2, replaced: null, changed: false });
  assert.equal(await rollBack(client), { build_id: 1, replaced: 2, changed: true });
});

test('rejects a build without lists and says why', async ({ shop }) => {
  const { client } = shop;
  await client.query(`insert into couture.build (state) values ('running'), ('failed')`);
  await buildHere(shop, { flags: { keepBuilds: 1 } });
  await client.query(`insert into couture.build (state) values ('running')`);
  await refused(() => publishByHand(client, '99'), 'build_unknown', /no build 99/);
  await refused(
    () => publishByHand(client, '5'),
    'build_unknown',
    /Build 5 has no lists: it is still running, or its process has died/,
  );
  await refused(() => publishByHand(client, '3'), 'build_unknown', /Build 3 failed/);
  await refused(() => publishByHand(client, '1'), 'build_unknown', /lists of build 1 were pruned/);
  for (const text of ['x', '-1', '1.5', '0', '99999999999'])
    await refused(() => publishByHand(client, text), 'bad_option', /Invalid build number/);
  assert.is(await served(client), 4);
});

test('rolls back to the previously published build, step by step', async ({ shop }) => {
  const { client } = shop;
  await buildHere(shop);
  await buildHere(shop);
  assert.equal(await rollBack(client), { build_id: 2, replaced: 3, changed: true });
  assert.equal(await rollBack(client), { build_id: 1, replaced: 2, changed: true });
  await refused(() => rollBack(client), 'build_unknown', /before build 1/);
  assert.is(await served(client), 1);
});

test('does not roll back to a build that was rolled back from', async ({ shop }) => {
  const { client } = shop;
  await buildHere(shop);
  await buildHere(shop);
  await rollBack(client);
  await buildHere(shop);
  assert.is(await served(client), 4);
  assert.is((await rollBack(client)).build_id, 2, 'build 3 was taken back for a reason');
});

test('skips pruned builds when rolling back', async ({ shop }) => {
  const { client } = shop;
  await buildHere(shop);
  await buildHere(shop);
  await dropPartitions(client, [2]);
  assert.is((await rollBack(client)).build_id, 1);
});

test('rolls back from a build published by hand to the one it replaced', async ({ shop }) => {
  const { client } = shop;
  await buildHere(shop);
  await buildHere(shop);
  await publishByHand(client, '1');
  assert.is((await rollBack(client)).build_id, 3);
});

test('cannot roll back before the first publish', async ({ shop }) => {
  await shop.client.query('delete from couture.published');
  await refused(() => rollBack(shop.client), 'build_unknown', /No build is published/);
});

test('concurrent publishes leave one published build and one row', async ({ shop }) => {
  const { client, url } = shop;
  await buildHere(shop);
  await buildHere(shop);
  const clients = await Promise.all(Array.from({ length: 6 }, () => openClient(url)));
  try {
    await Promise.all(
      clients.map(async (each, n) => {
        for (let turn = 0; turn < 5; turn++) await publishByHand(each, String(1 + ((n + turn) % 3)));
      }),
    );
  } finally {
    for (const each of clients) await each.end();
  }
  const now = await served(client);
  const published = Object.entries(await buildStates(client)).filter(([, state]) => state === 'published');
  assert.equal(published, [[String(now), 'published']]);
  assert.equal((await whatIsServed(client)).builds, [now]);
});

test('waits for a prune and does not publish a pruned build', async ({ shop }) => {
  const { client, url } = shop;
  await buildHere(shop);
  const pruner = await openClient(url);
  try {
    let publishing: Promise<unknown> | undefined;
    await withPublishLock(pruner, async () => {
      publishing = publishByHand(client, '1').catch((error: Error) => error);
      await dropPartitions(pruner, [1]);
    });
    assert.match(String(await publishing), 'lists of build 1 were pruned');
    assert.is(await served(client), 2);
  } finally {
    await pruner.end();
  }
});
