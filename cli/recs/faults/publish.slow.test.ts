// Faults in the last steps of a build: killed between attaching its tables and publishing them, or while pruning.
import { assert, suite } from '../../../fixtures/suite.ts';
import { type Client, openClient } from '../../../sql/pool.ts';
import { buildsInPlace } from '../../../sql/store/builds/list-partitions.ts';
import {
  buildHere,
  buildStates,
  type FaultShop,
  faultShop,
  listTablesOf,
  untilBlocked,
  untilGone,
  whatIsServed,
} from '../../test-support/fault-shop.ts';
import { BuildProcess } from '../../test-support/spawned-build.ts';

const test = suite<{ shop: FaultShop; other: Client; build: BuildProcess | undefined }>(
  'a build that is publishing',
);

test.beforeEach(async (context) => {
  context.shop = await faultShop();
  context.other = await openClient(context.shop.url);
});
test.afterEach(async ({ shop, other, build }) => {
  await build?.kill();
  await other.end();
  await shop.drop();
});

test('a build killed after its tables are attached but before its row is finished stays invisible and is cleaned up', async (context) => {
  const { url, home, client } = context.shop;
  const before = await whatIsServed(client);
  const build = (context.build = new BuildProcess({ databaseUrl: url, home, pauseAt: ['publish begins'] }));
  await build.paused();
  await context.other.query('begin; lock table couture.build in share mode');
  build.resume();
  await untilBlocked(client, build.pid);
  assert.equal(await buildsInPlace(client), [1, 2]);
  assert.equal(await whatIsServed(client), before);
  await build.kill();
  await untilGone(client, build.pid);
  await context.other.query('rollback');
  assert.equal(await whatIsServed(client), before);

  const notes: string[] = [];
  await buildHere(context.shop, { notes });
  assert.equal(notes, ['Cleaned up after build 2, whose process had died.']);
  assert.equal(await buildStates(client), { 1: 'superseded', 2: 'failed', 3: 'published' });
  assert.equal(await buildsInPlace(client), [1, 3]);
  assert.equal(await whatIsServed(client), { ...before, builds: [3] });
});

test('a build killed while publishing leaves the old build published and the new one complete', async (context) => {
  const { url, home, client } = context.shop;
  const before = await whatIsServed(client);
  await context.other.query('begin; lock table couture.published in share mode');
  const build = (context.build = new BuildProcess({ databaseUrl: url, home }));
  await untilBlocked(client, build.pid);
  await build.kill();
  await untilGone(client, build.pid);
  await context.other.query('rollback');
  assert.equal(await whatIsServed(client), before);
  assert.equal(await buildStates(client), { 1: 'published', 2: 'ready' });
  assert.equal(await buildsInPlace(client), [1, 2]);

  await buildHere(context.shop);
  assert.equal(await buildStates(client), { 1: 'superseded', 2: 'ready', 3: 'published' });
});

test('a detach interrupted by a kill is finished by the next run', async (context) => {
  const { url, home, client } = context.shop;
  await context.other.query('begin isolation level repeatable read');
  const read = await whatIsServed(context.other);
  const build = (context.build = new BuildProcess({ databaseUrl: url, home, flags: { keepBuilds: 1 } }));
  await untilBlocked(client, build.pid);
  await build.kill();
  const after = await whatIsServed(client);
  assert.equal(after, { ...read, builds: [2] });
  assert.equal(await buildsInPlace(client), [2], 'build 1 is half detached');
  assert.equal(await whatIsServed(context.other), read, 'the long reader still sees what it saw');

  // The server notices that the client is gone, and frees the lock, although the reader goes on.
  await untilGone(client, build.pid);
  await context.other.query('rollback');
  const notes: string[] = [];
  const { build_id: next } = await buildHere(context.shop, { notes, flags: { keepBuilds: 1 } });
  assert.equal(notes, ['Pruned build 1.', 'Pruned build 2.']);
  assert.equal(await buildStates(client), { 1: 'superseded', 2: 'superseded', [next]: 'published' });
  assert.equal(await listTablesOf(client, 1), []);
  assert.equal(await buildsInPlace(client), [next]);
  assert.equal(await whatIsServed(client), { ...read, builds: [next] });
});

test('an endless reader does not block builds; the build it reads is pruned by a later run', async (context) => {
  const { client } = context.shop;
  await context.other.query('begin isolation level repeatable read');
  const read = await whatIsServed(context.other);
  const notes: string[] = [];
  const flags = { keepBuilds: 1 };
  await buildHere(context.shop, { notes, flags });
  assert.equal(notes, ['Build 1 is still in use; the next run will prune it.']);
  notes.length = 0;
  await buildHere(context.shop, { notes, flags });
  assert.equal(notes, [
    'Build 1 is still in use; the next run will prune it.',
    'Build 2 is still in use; the next run will prune it.',
  ]);
  assert.equal(await whatIsServed(context.other), read);
  assert.equal(await whatIsServed(client), { ...read, builds: [3] });
  await context.other.query('rollback');
  notes.length = 0;
  await buildHere(context.shop, { notes, flags });
  assert.equal(notes, ['Pruned build 1.', 'Pruned build 2.', 'Pruned build 3.']);
  assert.equal(await buildsInPlace(client), [4]);
});

test('a query planned before the new tables existed still finds rows', async (context) => {
  const { url, home, client } = context.shop;
  const build = (context.build = new BuildProcess({ databaseUrl: url, home, pauseAt: ['publish begins'] }));
  await build.paused();
  // The planner asks a stable function for its value after it has listed the tables to read.
  await client.query(
    `create function slow_planning() returns int stable language sql as 'select 0 from pg_sleep(0.5)'`,
  );
  const read = context.other.query<{ build_id: number }>(
    `select build_id from couture.product_list
     where build_id = (select build_id from couture.published) and product_key > slow_planning() limit 1`,
  );
  build.resume();
  assert.is((await build.outcome()).state, 'published');
  assert.equal((await read).rows, [{ build_id: 1 }]);
});
