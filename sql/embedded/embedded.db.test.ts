import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { assert, rejects, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import type { CoutureError } from '../errors.ts';
import { openClient } from '../pool.ts';
import { canEnter } from './account.ts';
import { acquireEmbedded, type Embedded } from './embedded.ts';
import { pidExists } from './lease.ts';

interface Holder {
  readonly child: ChildProcess;
  readonly url: string;
  readonly firstStart: boolean;
  readonly location: string;
  leave(): Promise<void>;
}

const test = suite<{ folder: string; home: string; shared: string }>('embedded');
const isRoot = process.getuid?.() === 0;
const nobody = { name: 'nobody', uid: 65_534, gid: 65_534 };
const MODULE = new URL('./embedded.js', import.meta.url);

const acquired: Embedded[] = [];
const children: ChildProcess[] = [];

/** `home` is new for each test; `shared` contains a database that earlier tests used and stopped. */
test.before(async (context) => {
  context.shared = join(await mkdtemp(join(tmpdir(), 'couture-embedded-')), 'home');
  await chmod(dirname(context.shared), 0o755);
});
test.beforeEach(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'couture-embedded-'));
  await chmod(context.folder, 0o755);
  context.home = join(context.folder, 'home');
});
test.afterEach(async ({ folder }) => {
  // A failed test leaves no server behind.
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const embedded of acquired.splice(0)) await embedded.release();
  await rm(folder, { recursive: true, force: true });
});
test.after(({ shared }) => rm(dirname(shared), { recursive: true, force: true }));

test('ten processes that start together share one server, and the last one stops it', async ({ home }) => {
  const holders = await Promise.all(Array.from({ length: 10 }, () => hold(home)));
  assert.is(new Set(holders.map(({ url }) => url)).size, 1);
  assert.is(holders.filter(({ firstStart }) => firstStart).length, 1, 'one process created the database');
  const [last, ...others] = holders;
  const pid = postmaster(last!.location)!;
  await Promise.all(others.map((holder) => holder.leave()));
  assert.is(await ask(last!.url, 'select current_database()'), 'couture');
  await last!.leave();
  await until(() => !pidExists(pid), 'the server to end');
  assert.is(postmaster(last!.location), undefined);
});

test('a server outlives its killed process; the next process joins it and stops it on release', async ({
  shared,
}) => {
  const holder = await hold(shared);
  const pid = postmaster(holder.location)!;
  await kill(holder.child);
  assert.ok(pidExists(pid), 'the server outlives the killed process');
  const embedded = await acquire(shared);
  assert.is(postmaster(embedded.location), pid, 'the same server');
  await embedded.release();
  // The server removes its pid file a moment before its process ends.
  await until(() => !pidExists(pid), 'the server to end');
});

test('after kill -9 of Postgres the next acquire finds all committed rows', async ({ shared }) => {
  const before = await acquire(shared, { durable: true });
  await ask(before.url, 'create table if not exists kept (n int)');
  await ask(before.url, 'insert into kept select generate_series(1, 1000)');
  const open = await openClient(before.url);
  await open.query('begin');
  await open.query('insert into kept select generate_series(1, 77)');
  // A busy session does not notice that its server is gone.
  const busy = open.query('select count(*) from generate_series(1, 1e10)').catch(() => {});
  await sleep(100);
  const pid = postmaster(before.location)!;
  process.kill(pid, 'SIGKILL');
  // For a moment after the signal the server still looks alive.
  while (pidExists(pid)) await sleep(5);
  const after = await acquire(shared);
  assert.is(await ask(after.url, 'select count(*)::int from kept'), 1000);
  await busy;
  await open.end().catch(() => {});
  await before.release();
  assert.is(
    await ask(after.url, 'select 1'),
    1,
    'a release keeps the server running while another process uses it',
  );
  await after.release();
});

test('a stale pid file with the pid of another program does not prevent a start', async ({ shared }) => {
  const first = await acquire(shared);
  await first.release();
  const { uid, gid } = statSync(first.location);
  // Owned by the same user, so that Postgres itself would consider it a running server.
  const other = spawn('sleep', ['60'], isRoot ? { uid, gid } : {});
  const path = join(first.location, 'postmaster.pid');
  await writeFile(path, `${other.pid}\n${first.location}\n1700000000\n5432\n\n127.0.0.1\n\nready\n`, {
    mode: 0o600,
  });
  if (isRoot) await chown(path, uid, gid);
  try {
    const again = await acquire(shared);
    assert.is(await ask(again.url, 'select 1'), 1);
    await again.release();
    assert.ok(pidExists(other.pid!), 'the other process is left alone');
  } finally {
    await kill(other);
  }
});

test('the port stays the same across starts while it is free', async ({ shared }) => {
  const first = await acquire(shared);
  await first.release();
  const second = await acquire(shared);
  await second.release();
  assert.is(second.url, first.url);
});

test('a killed set-up does not disturb the next one', async ({ home }) => {
  const child = start(home);
  const drafts = () => (existsSync(home) ? readdirSync(home).filter((name) => name.includes('.init-')) : []);
  while (drafts().length === 0) await sleep(5);
  await sleep(150);
  await kill(child);
  assert.ok(drafts().length > 0, 'killed before it was complete');
  const embedded = await acquire(home);
  assert.ok(embedded.firstStart);
  assert.equal(drafts(), []);
  await embedded.release();
});

test('an abort signal ends a set-up and leaves neither a server nor a draft', async ({ home }) => {
  const abort = new AbortController();
  const note = () => setTimeout(() => abort.abort(new Error('aborted by the test')), 100);
  await rejects(() => acquireEmbedded(home, { note, signal: abort.signal }), /aborted by the test/);
  assert.equal(readdirSync(home).sort(), ['postgres.leases', 'postgres.lock']);
  assert.equal(readdirSync(join(home, 'postgres.leases')), []);
});

test('data of another major version is refused and left unchanged', async ({ shared }) => {
  const { location, release } = await acquire(shared);
  await release();
  const path = join(location, 'PG_VERSION');
  const version = readFileSync(path, 'utf8');
  await writeFile(path, '12\n');
  try {
    const error = await rejects(
      () => acquire(shared),
      /was created by Postgres 12, but this version of couture includes Postgres \d+/,
    );
    assert.is((error as CoutureError).code, 'embedded_failed');
    assert.ok(existsSync(join(location, 'base')));
  } finally {
    await writeFile(path, version);
  }
});

test('damaged data is refused, quoting the end of the log, and nothing is deleted', async ({ home }) => {
  const { location, release } = await acquire(home);
  await release();
  await rm(join(location, 'global', 'pg_control'));
  const error = (await rejects(() => acquire(home), /did not start.*The end of its log/s)) as CoutureError;
  assert.is(error.code, 'embedded_failed');
  assert.match(error.message, 'pg_control');
  assert.match(error.hint, location);
  assert.ok(existsSync(join(location, 'PG_VERSION')));
  assert.equal(readdirSync(join(home, 'postgres.leases')), []);
});

test('a folder with other files is not used as a database', async ({ home }) => {
  await mkdir(join(home, 'postgres'), { recursive: true });
  await writeFile(join(home, 'postgres', 'diary.txt'), 'dear diary');
  const error = (await rejects(
    () => acquire(home),
    /is not empty and holds no Postgres database/,
  )) as CoutureError;
  assert.is(error.code, 'embedded_failed');
  assert.ok(existsSync(join(home, 'postgres', 'diary.txt')));
});

test('a home that is a file is refused with its path and a hint', async ({ home }) => {
  await writeFile(home, '');
  const error = (await rejects(
    () => acquire(home),
    (caught) => caught.message.includes(home),
  )) as CoutureError;
  assert.is(error.code, 'embedded_failed');
  assert.match(error.hint, 'COUTURE_HOME');
});

test('the path may contain shell metacharacters and be longer than a socket path', async ({ folder }) => {
  const embedded = await acquire(join(folder, `it's "a" $HOME \`dir\` ü ${'long '.repeat(30)}`));
  assert.is(await ask(embedded.url, "select lower('ÉTÉ')"), 'été');
  await embedded.release();
});

const testAsRoot = isRoot ? test : test.skip;

testAsRoot(
  'as root, the server runs as another user, without groups, in a private folder',
  async ({ shared }) => {
    const embedded = await acquire(shared);
    const status = readFileSync(`/proc/${postmaster(embedded.location)}/status`, 'utf8');
    assert.not.match(status, /^Uid:.*\b0\b/m);
    assert.match(status, /^Groups:\s*$/m);
    assert.is(statSync(embedded.location).mode & 0o777, 0o700);
    await embedded.release();
  },
);

testAsRoot(
  'if that user cannot enter the home, the data is stored elsewhere, reported and found again',
  async ({ folder }) => {
    await chmod(folder, 0o700);
    const home = join(folder, 'home');
    const notes: string[] = [];
    const first = await acquireEmbedded(home, { note: (line) => notes.push(line), durable: false });
    try {
      assert.not(first.location.startsWith(folder));
      assert.match(notes.join('\n'), first.location);
      assert.match(notes.join('\n'), 'cannot enter');
      await ask(first.url, 'create table kept (n int)');
      await first.release();
      const second = await acquire(home);
      assert.is(second.location, first.location);
      assert.not(second.firstStart);
      assert.is(await ask(second.url, 'select count(*)::int from kept'), 0);
      await second.release();
    } finally {
      await first.release();
      await rm(dirname(first.location), { recursive: true, force: true });
    }
  },
);

const testAsOther =
  isRoot && canEnter(dirname(MODULE.pathname), nobody) && canEnter(dirname(process.execPath), nobody)
    ? test
    : test.skip;

testAsOther(
  'an ordinary user’s data is in the home; root joins it, and the user can continue after root',
  async ({ home }) => {
    await mkdir(home);
    await chown(home, nobody.uid, nobody.gid);
    const user = await hold(home, nobody);
    assert.is(user.location, join(home, 'postgres'));
    assert.is(statSync(user.location).uid, nobody.uid);
    const root = await acquire(home);
    assert.is(root.url, user.url);
    await user.leave();
    await root.release();
    assert.is(postmaster(user.location), undefined);
    const again = await acquire(home);
    await (await hold(home, nobody)).leave();
    await again.release();
  },
);

testAsOther(
  'a home that belongs to another user is refused with a hint, not with a stack trace',
  async ({ home }) => {
    await mkdir(home);
    const child = start(home, nobody);
    assert.match(await firstLine(child), 'FAULT embedded_failed');
  },
);

async function acquire(home: string, options: { durable?: boolean } = {}): Promise<Embedded> {
  const embedded = await acquireEmbedded(home, { durable: false, ...options });
  acquired.push(embedded);
  return embedded;
}

/** A process that acquires, prints the result, and releases when its stdin ends. */
function start(home: string, user?: { uid: number; gid: number }): ChildProcess {
  const code = `
    const { acquireEmbedded } = await import(${JSON.stringify(MODULE.href)});
    try {
      const { release, ...got } = await acquireEmbedded(${JSON.stringify(home)}, { durable: false });
      console.log(JSON.stringify(got));
      process.stdin.resume().on('end', release);
    } catch (error) {
      console.log('FAULT', error.code, error.message, error.hint);
    }`;
  const ids = user ? { uid: user.uid, gid: user.gid } : {};
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    ...ids,
    cwd: '/',
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  return child;
}

async function hold(home: string, user?: { uid: number; gid: number }): Promise<Holder> {
  const child = start(home, user);
  const line = await firstLine(child);
  const got = JSON.parse(line) as Omit<Holder, 'child' | 'leave'>;
  const leave = async () => {
    const ended = once(child, 'exit');
    child.stdin!.end();
    assert.equal(await ended, [0, null]);
  };
  return { ...got, child, leave };
}

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) return line;
  throw new Error('the process ended without output');
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

function postmaster(location: string): number | undefined {
  const path = join(location, 'postmaster.pid');
  return existsSync(path) ? Number.parseInt(readFileSync(path, 'utf8'), 10) : undefined;
}

async function ask(url: string, query: string): Promise<unknown> {
  const client = await openClient(url);
  try {
    const { rows } = await client.query<unknown[]>({ text: query, rowMode: 'array' } as never);
    return rows[0]?.[0];
  } finally {
    await client.end();
  }
}
