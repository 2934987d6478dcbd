// `couture db url` prints no URL that refuses connections.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { assert, suite } from '../../../fixtures/suite.ts';
import { embeddedInUse } from '../../../sql/embedded/embedded.ts';
import { writeLease } from '../../../sql/embedded/lease.ts';
import { runCommand } from '../../test-support/run-command.ts';

const test = suite<{ home: string }>('db url');
test.beforeEach((context) => {
  context.home = mkdtempSync(path.join(tmpdir(), 'couture-url-'));
});
test.afterEach(({ home }) => rmSync(home, { recursive: true }));

test('the URL of an embedded server that nobody uses is refused', async ({ home }) => {
  const { code, stdout, stderr } = await runCommand(['db', 'url'], {
    cwd: home,
    env: { COUTURE_HOME: home, HOME: home },
  });
  assert.is(code, 1);
  assert.is(stdout, '', 'psql "$(couture db url)" gets nothing');
  assert.match(stderr, 'is not running');
  assert.match(stderr, 'couture db url --hold');
});

test('a server is in use while a process has a lease', async ({ home }) => {
  assert.not.ok(await embeddedInUse(home));
  const lease = await writeLease(path.join(home, 'postgres.leases'));
  assert.ok(await embeddedInUse(home));
  rmSync(lease);
  assert.not.ok(await embeddedInUse(home));
});
