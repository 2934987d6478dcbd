// The child process of a scheduled build: its exit code, error message and build number, and how it is stopped.
import { assert, suite } from '../../../fixtures/suite.ts';
import {
  type FaultShop,
  faultShop,
  slowLines,
  untilGone,
  untilReading,
} from '../../test-support/fault-shop.ts';
import { runBuildProcess } from './build-process.ts';

const test = suite<{ shop: FaultShop }>('a build in a process of its own');

test.beforeEach(async (context) => {
  context.shop = await faultShop();
});
test.afterEach(({ shop }) => shop.drop());

function envOf({ url, home }: FaultShop, more: Record<string, string> = {}): Record<string, string> {
  return { DATABASE_URL: url, COUTURE_SOURCE_URL: '', COUTURE_HOME: home, COUTURE_WORKERS: '1', ...more };
}

test('returns the number of the published build', async ({ shop }) => {
  const lines: string[] = [];
  const outcome = await runBuildProcess({
    env: envOf(shop, { COUTURE_TOP: '18' }),
    onLine: (line) => lines.push(line),
    signal: new AbortController().signal,
  });
  assert.equal([outcome.exit, outcome.build_id, outcome.error], [0, 2, null]);
  assert.ok(outcome.ms > 0);
  assert.ok(
    lines.some((line) => /^read order lines/.test(line)),
    'its progress is heard',
  );
  const { rows } = await shop.client.query(
    `select config->>'top' as top from couture.build where build_id = 2`,
  );
  assert.equal(rows, [{ top: '18' }], 'settings reach it');
});

test('returns exit code, number and message of a build that the gate rejected', async ({ shop }) => {
  await shop.client.query('delete from shop.order_line where order_id > 60');
  const outcome = await runBuildProcess({
    env: envOf(shop),
    onLine() {},
    signal: new AbortController().signal,
  });
  assert.equal([outcome.exit, outcome.build_id], [3, 2]);
  assert.match(
    outcome.error!,
    /^Build 2 is much worse than the published build 1:.*"couture recs publish 2"\.$/,
  );
});

test('returns the message of a failed build', async ({ shop }) => {
  await shop.client.query('drop schema couture_source cascade');
  const outcome = await runBuildProcess({
    env: envOf(shop),
    onLine() {},
    signal: new AbortController().signal,
  });
  assert.equal([outcome.exit, outcome.build_id], [2, null]);
  assert.match(outcome.error!, /^The four views of couture_source do not exist/);
});

test('stops on abort and leaves nothing', async ({ shop }) => {
  await slowLines(shop.client);
  const stop = new AbortController();
  let pid = 0;
  const running = runBuildProcess({
    env: envOf(shop),
    onLine() {},
    signal: stop.signal,
    onStart: (id) => (pid = id),
  });
  await untilReading(shop.client, pid);
  stop.abort();
  const outcome = await running;
  assert.is(outcome.exit, 1);
  assert.match(outcome.error!, 'Stopped by SIGTERM.');
  await untilGone(shop.client, pid);
  const { rows } = await shop.client.query('select state from couture.build order by build_id');
  assert.equal(rows, [{ state: 'published' }, { state: 'failed' }]);
});

test('is killed if it does not stop in time', async ({ shop }) => {
  await slowLines(shop.client);
  const stop = new AbortController();
  let pid = 0;
  const running = runBuildProcess({
    env: envOf(shop),
    onLine() {},
    signal: stop.signal,
    graceMs: 200,
    onStart: (id) => (pid = id),
  });
  await untilReading(shop.client, pid);
  // A process that is halted hears nothing.
  process.kill(pid, 'SIGSTOP');
  stop.abort();
  const outcome = await running;
  assert.equal([outcome.exit, outcome.error], [null, 'killed by SIGKILL']);
});
