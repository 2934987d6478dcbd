// Interrupted sessions: Postgres restarted, a backend terminated, Ctrl-C, and two builds at once.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, suite } from '../../../fixtures/suite.ts';
import { type Client, openClient } from '../../../sql/pool.ts';
import {
  buildHere,
  buildStates,
  type FaultShop,
  fastLines,
  faultShop,
  fillShop,
  listTablesOf,
  slowLines,
  spillFiles,
  untilBlocked,
  untilGone,
  untilReading,
  whatIsServed,
} from '../../test-support/fault-shop.ts';
import { RestartablePostgres } from '../../test-support/restartable-postgres.ts';
import { BuildCommand, BuildProcess } from '../../test-support/spawned-build.ts';

const restart = suite<{ postgres: RestartablePostgres; home: string }>('a build whose Postgres restarts');

restart.before(async (context) => {
  context.home = await mkdtemp(join(tmpdir(), 'couture-restart-'));
  context.postgres = await RestartablePostgres.start(context.home);
  await fillShop(context.postgres.url);
});
restart.after(({ postgres }) => postgres?.remove());

restart(
  'ends with exit code 1 and clear words while it reads; the next run succeeds',
  async ({ postgres, home }) => {
    const { url } = postgres;
    const before = await asking(url, async (client) => {
      await slowLines(client);
      return whatIsServed(client);
    });
    const build = new BuildCommand({ url, home });
    try {
      await asking(url, (client) => untilReading(client, build.pid));
      await postgres.restart();
      const { code, stderr } = await build.outcome();
      assert.is(code, 1);
      assert.match(
        stderr,
        /error: The connection to Postgres was lost: .+\n {2}Nothing was published\. Check that the server is up/,
      );
      assert.not.match(stderr, /\n {4}at /, 'no stack trace');
    } finally {
      await build.kill();
    }
    await asking(url, async (client) => {
      await fastLines(client);
      assert.equal(await whatIsServed(client), before);
      const notes: string[] = [];
      const { build_id } = await buildHere({ url, home }, { notes });
      assert.equal(notes, [`Cleaned up after build ${build_id - 1}, whose process had died.`]);
      assert.equal(await whatIsServed(client), { ...before, builds: [build_id] });
    });
  },
);

restart(
  'ends with exit code 1 and clear words while it writes; the next run succeeds',
  async ({ postgres, home }) => {
    const { url } = postgres;
    const before = await asking(url, whatIsServed);
    const build = new BuildProcess({ databaseUrl: url, home, pauseAt: ['write lists goes on'] });
    try {
      await build.paused();
      await postgres.restart();
      build.resume();
      const { error } = await build.outcome();
      assert.is(error?.code, 'postgres_lost');
      assert.is(error?.exit, 1);
    } finally {
      await build.kill();
    }
    await asking(url, async (client) => {
      assert.equal(await whatIsServed(client), before);
      const { build_id } = await buildHere({ url, home });
      assert.is((await buildStates(client))[build_id - 1], 'failed');
      assert.equal(await listTablesOf(client, build_id - 1), []);
      assert.equal(await whatIsServed(client), { ...before, builds: [build_id] });
    });
  },
);

const test = suite<{ shop: FaultShop; build: BuildProcess | BuildCommand | undefined }>(
  'a build that loses a session',
);

test.beforeEach(async (context) => {
  context.shop = await faultShop();
});
test.afterEach(async (context) => {
  await context.build?.kill();
  context.build = undefined;
  await context.shop.drop();
});

const holdsLock = `pid in (select pid from pg_locks where locktype = 'advisory' and granted)`;
const sessions = {
  // Any session has a snapshot while a statement of it runs, the one that holds the lock too.
  'the session that reads': `not ${holdsLock} and backend_xmin is not null and query not like '%pg_stat_activity%'`,
  'the session that holds the lock': holdsLock,
  'the sessions that write': `not ${holdsLock} and state like 'idle in transaction%'`,
} as const;
const places = {
  'the session that reads': 'read order lines goes on',
  'the session that holds the lock': 'count orders begins',
  'the sessions that write': 'index lists begins',
} as const;

for (const [who, condition] of Object.entries(sessions)) {
  test(`fails with a clear message if ${who} is terminated, and leaves nothing`, async (context) => {
    const { url, home, client } = context.shop;
    const before = await whatIsServed(client);
    const place = places[who as keyof typeof places];
    const build = (context.build = new BuildProcess({
      databaseUrl: url,
      home,
      flags: { memory: '1m' },
      pauseAt: [place],
    }));
    await build.paused();
    const { rowCount } = await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name like 'couture build%' and datname = current_database() and ${condition}`,
    );
    assert.ok(rowCount, 'a session was found');
    build.resume();
    const { error } = await build.outcome();
    assert.is(error?.code, 'postgres_lost', JSON.stringify(error));
    assert.match(error?.hint ?? '', 'Nothing was published');
    assert.equal(await whatIsServed(client), before);
    assert.equal(await spillFiles(home), []);
    // Without its lock the build may not touch the database; the next one does that for it.
    const alone = who === 'the session that holds the lock';
    assert.is((await buildStates(client))[2], alone ? 'running' : 'failed');
    if (alone) await buildHere(context.shop);
    assert.is((await buildStates(client))[2], 'failed');
    assert.equal(await listTablesOf(client, 2), []);
  });
}

test('Ctrl-C while reading exits with code 1 and leaves nothing', async (context) => {
  const { url, home, client } = context.shop;
  const before = await whatIsServed(client);
  await slowLines(client);
  const build = (context.build = new BuildCommand({ url, home }, ['--memory', '1m']));
  await untilReading(client, build.pid);
  build.signal('SIGINT');
  const { code, stderr, stdout } = await build.outcome();
  assert.is(code, 1);
  assert.match(
    stderr,
    /error: Stopped by SIGINT\.\n {2}Nothing was published\. Run the same command again\.\n$/,
  );
  assert.is(stdout, '');
  assert.is((await buildStates(client))[2], 'failed');
  assert.equal(await listTablesOf(client, 2), []);
  assert.equal(await spillFiles(home), []);
  assert.equal(await whatIsServed(client), before);
});

test('SIGTERM while a statement waits for a lock ends the build', async (context) => {
  const { url, home, client } = context.shop;
  const before = await whatIsServed(client);
  const other = await openClient(url);
  try {
    // New customers wait for the lock, and the lists of customers wait for them.
    await other.query('begin; lock table couture.customer_key in access exclusive mode');
    const build = (context.build = new BuildCommand({ url, home }));
    await untilBlocked(client, build.pid);
    build.signal('SIGTERM');
    const { code, stderr } = await build.outcome();
    assert.is(code, 1);
    assert.match(stderr, 'error: Stopped by SIGTERM.');
    await untilGone(client, build.pid);
  } finally {
    await other.end();
  }
  assert.is((await buildStates(client))[2], 'failed');
  assert.equal(await listTablesOf(client, 2), []);
  assert.equal(await whatIsServed(client), before);
});

test('a second concurrent build exits 4, names the lock holder and changes nothing', async (context) => {
  const { url, home, client } = context.shop;
  const build = (context.build = new BuildProcess({
    databaseUrl: url,
    home,
    flags: { memory: '1m' },
    pauseAt: ['count customers begins'],
  }));
  await build.paused();
  const { code, stderr, stdout } = await new BuildCommand({ url, home }, ['--json']).outcome();
  assert.is(code, 4);
  assert.is(stdout, '');
  assert.match(
    stderr,
    new RegExp(
      `error: Another build holds the lock: couture build \\(pid ${build.pid} on .+\\), since \\d{4}-`,
    ),
  );
  assert.equal(await buildStates(client), { 1: 'published', 2: 'running' });
  build.resume();
  assert.equal(await build.outcome(), { state: 'published', buildId: 2, notes: [] });
});

async function asking<T>(url: string, ask: (client: Client) => Promise<T>): Promise<T> {
  const client = await openClient(url);
  try {
    return await ask(client);
  } finally {
    await client.end();
  }
}
