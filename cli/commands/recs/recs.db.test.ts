// The commands for builds, as cron and people run them: exit codes, one JSON object on stdout, messages on stderr.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { assert, suite } from '../../../fixtures/suite.ts';
import { until } from '../../../fixtures/until.ts';
import { readMailLink } from '../../../runtime/recommendations/mail-link.ts';
import { packageRoot } from '../../../sql/package-root.ts';
import { takeBuildLock } from '../../../sql/store/builds/build-lock.ts';
import { endUnchanged, insertBuild } from '../../../sql/store/builds/builds.ts';
import { dropPartitions } from '../../../sql/store/builds/list-partitions.ts';
import { withPublishLock } from '../../../sql/store/builds/publish-lock.ts';
import { buildHere, type FaultShop, faultShop } from '../../test-support/fault-shop.ts';
import { type CommandOutcome, runCommand } from '../../test-support/run-command.ts';

const test = suite<{ shop: FaultShop }>('couture recs');

test.beforeEach(async (context) => {
  context.shop = await faultShop();
});
test.afterEach(({ shop }) => shop.drop());

interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

function environment({ url, home }: Pick<FaultShop, 'url' | 'home'>): Record<string, string> {
  const { PATH = '' } = process.env;
  return { PATH, COUTURE_HOME: home, COUTURE_WORKERS: '1', DATABASE_URL: url };
}

/** A process of its own, for pipes and signals. */
function start({ url, home }: Pick<FaultShop, 'url' | 'home'>, args: string[]) {
  const child = spawn(process.execPath, [path.join(packageRoot, 'bin', 'couture.js'), ...args], {
    cwd: home,
    env: environment({ url, home }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const outcome: Outcome = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (outcome.stdout += chunk));
  child.stderr.on('data', (chunk) => (outcome.stderr += chunk));
  const closed = once(child, 'close').then(([code]) => Object.assign(outcome, { code }));
  return { child, outcome, closed };
}

const couture = ({ url, home }: FaultShop, ...args: string[]): Promise<CommandOutcome> =>
  runCommand(args, { cwd: home, env: environment({ url, home }) });
const recs = (shop: FaultShop, ...args: string[]) => couture(shop, 'recs', ...args);

async function json(shop: FaultShop, ...args: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await recs(shop, ...args, '--json');
  assert.is(code, 0, stderr);
  return JSON.parse(stdout);
}

test('status shows the published build, as tables and as JSON', async ({ shop }) => {
  const { code, stdout } = await recs(shop, 'status');
  assert.is(code, 0);
  assert.match(stdout, /published +build 1, since \d{4}-/);
  assert.match(stdout, 'Next: couture recs inspect PRODUCT');
  const status = await json(shop, 'status');
  const { rows } = await shop.client.query<{ orders: number }>(
    'select count(distinct order_id)::int as orders from couture_source.order_line',
  );
  const orders = rows[0]?.orders;
  const published = status.published as Record<string, Record<string, number>>;
  assert.equal(Object.keys(status), [
    'published',
    'running',
    'lock',
    'trouble',
    'builds',
    'kept',
    'bytes',
    'next',
  ]);
  assert.equal([published.build_id, published.source?.orders, status.kept], [1, orders, 1]);
  assert.ok(published.coverage!.similar! > 0.5 && published.lists!.personalized! > 100);
  const { rows: tables } = await shop.client.query<{ bytes: string }>(
    `select sum(pg_total_relation_size(oid)) as bytes from pg_class where relkind = 'r' and relname ~ '_list_b1$'`,
  );
  assert.is(published.bytes, Number(tables[0]!.bytes), 'the size of all its lists');
});

test('status distinguishes a running build from a dead one, and shows the last failure', async ({ shop }) => {
  const { client } = shop;
  await client.query(`insert into couture.build (state, error) values ('failed', 'the disk is full')`);
  await client.query(`insert into couture.build (state) values ('running')`);
  const dead = await recs(shop, 'status');
  assert.match(dead.stdout, 'build 3 died; the next build cleans up after it');
  assert.match(dead.stdout, /Build 2 failed\n +the disk is full/);
  assert.is(await takeBuildLock(client), undefined);
  const alive = await json(shop, 'status');
  assert.equal((alive.running as { alive: boolean }).alive, true);
  assert.type(alive.lock, 'string');
});

test('a failure is no trouble any more once a build has found nothing to do', async ({ shop }) => {
  const { client } = shop;
  await client.query(`insert into couture.build (state, error) values ('failed', 'the network was down')`);
  assert.is(((await json(shop, 'status')).trouble as { build_id: number }).build_id, 2);
  const unchanged = await insertBuild(client, 'local', {});
  await endUnchanged(client, unchanged, 1, {});
  const { trouble, next } = await json(shop, 'status');
  assert.equal([trouble, next], [null, 'couture recs inspect PRODUCT']);
});

test('an experiment does not start with a build that is being pruned', async ({ shop }) => {
  const { client } = shop;
  await buildHere(shop, { publish: false });
  const started = await withPublishLock(client, async () => {
    let ended = false;
    const run = recs(shop, 'experiment', '--build', '2').finally(() => {
      ended = true;
    });
    const waits = `select from pg_locks where locktype = 'advisory' and not granted`;
    await until(async () => ended || (await client.query(waits)).rowCount, 'the command to wait or end');
    await dropPartitions(client, [2]);
    return { run };
  });
  const { code, stderr } = await started.run;
  assert.is(code, 2, stderr);
  assert.match(stderr, /lists of build 2 were pruned/);
});

test('status and list suggest the next step when there are no builds', async ({ shop }) => {
  await shop.client.query('drop schema couture cascade');
  for (const command of ['status', 'list']) {
    const { code, stdout } = await recs(shop, command);
    assert.is(code, 0);
    assert.match(stdout, 'Next: couture recs build');
  }
  for (const command of [['inspect', '1'], ['show', '1'], ['rollback'], ['export'], ['prune']]) {
    const { code, stdout, stderr } = await recs(shop, ...command);
    assert.equal([code, stdout], [2, ''], command.join(' '));
    assert.match(stderr, 'Run "couture recs build"');
  }
});

test('list and show print every figure of a build', async ({ shop }) => {
  await buildHere(shop, { publish: false });
  const { builds, total } = (await json(shop, 'list', '--limit', '1')) as {
    builds: Array<Record<string, unknown>>;
    total: number;
  };
  assert.equal(
    [total, builds.length, builds[0]?.build_id, builds[0]?.state, builds[0]?.kept],
    [2, 1, 2, 'ready', true],
  );
  assert.match((await recs(shop, 'list')).stdout, /1 +published .*\d KB/);
  const shown = await json(shop, 'show', '2');
  assert.equal([shown.state, (shown.config as Record<string, unknown>).similarity], ['ready', 'shrunk']);
  assert.type(shown.peak_rss_bytes, 'number');
  const { stdout } = await recs(shop, 'show', '2');
  for (const words of [
    'Build 2 is ready',
    /read order lines +[\d.,]+ m?s +[█▏]/,
    /duplicate +\d/,
    /half ?life +90/i,
  ])
    assert.match(stdout, words);
});

test('publish and rollback change the published build, and report it', async ({ shop }) => {
  await buildHere(shop, { publish: false });
  assert.equal(await json(shop, 'publish', '2'), { build_id: 2, replaced: 1, changed: true });
  assert.match((await recs(shop, 'publish', '2')).stdout, 'Build 2 is already published.');
  assert.match((await recs(shop, 'rollback')).stdout, 'Build 1 is published again, replacing build 2.');
  const none = await recs(shop, 'rollback');
  assert.is(none.code, 2);
  assert.match(none.stderr, 'couture recs publish ID');
});

test('an unknown build exits with 2', async ({ shop }) => {
  for (const command of [
    ['show', '9'],
    ['publish', '9'],
    ['publish', 'last'],
    ['inspect', '1', '--build', '9'],
    ['export', '--build', 'x'],
  ]) {
    const { code, stdout, stderr } = await recs(shop, ...command);
    assert.equal([code, stdout], [2, ''], command.join(' '));
    assert.match(stderr, /^error: .*\n {2}Run "couture recs list"/);
  }
});

test('prune drops old builds, but not while a build is running', async ({ shop }) => {
  const { client } = shop;
  await buildHere(shop);
  await buildHere(shop);
  const pruned = await json(shop, 'prune', '--keep', '2');
  assert.equal([pruned.pruned, pruned.kept], [[1], [2, 3]]);
  assert.ok((pruned.bytes_freed as number) > 0);
  assert.match((await recs(shop, 'prune')).stdout, 'Nothing to prune: 2 builds are kept.');
  assert.is((await recs(shop, 'prune', '--keep', '0')).code, 2);
  assert.is(await takeBuildLock(client), undefined);
  const { code, stderr } = await recs(shop, 'prune', '--keep', '1');
  assert.is(code, 4);
  assert.match(stderr, 'A build is running');
});

test('inspect shows a product, lists the matches of an ambiguous name, and exits with 2 for an unknown one', async ({
  shop,
}) => {
  const one = await recs(shop, 'inspect', '7');
  assert.is(one.code, 0);
  assert.match(one.stdout, /\(product 7\)\n.+ · €\d+\.\d\d · (in stock|SOLD OUT)/);
  for (const heading of ['Similar', 'Bought together', 'Bundle']) assert.match(one.stdout, `\n${heading}\n`);
  const several = await recs(shop, 'inspect', 'dress', '--json');
  assert.is(several.code, 2);
  const matches = JSON.parse(several.stdout) as { query: string; total: number; matches: unknown[] };
  assert.is(matches.query, 'dress');
  assert.ok(matches.total > 1 && matches.matches.length > 1);
  const unknown = await recs(shop, 'inspect', 'no', 'such', 'thing');
  assert.equal([unknown.code, unknown.stdout], [2, '']);
  assert.match(unknown.stderr, 'No product has the id, group id or handle "no such thing"');
});

test('inspect accepts one subject, and only its own kinds of list', async ({ shop }) => {
  const wrong: string[][] = [
    [],
    ['1', '--trending'],
    ['--customer', '1', '--trending'],
    ['1', '--category', 'Dresses'],
    ['1', '--kind', 'personalized'],
    ['1', '--kind', 'similiar'],
    ['1', '--limit', '0'],
    ['--customer', 'nobody'],
    ['--trending', '--category', 'Cars'],
  ];
  for (const args of wrong) {
    const { code, stderr } = await recs(shop, 'inspect', ...args);
    assert.is(code, 2, `${args.join(' ')}: ${stderr}`);
    assert.match(stderr, /^error: .+\n {2}\S/);
  }
  const customer = await json(shop, 'inspect', '--customer', '3', '--limit', '2');
  assert.equal(Object.keys(customer), [
    'build_id',
    'customer',
    'purchases',
    'watch_list',
    'lists',
    'repurchase',
    'missing',
    'curation',
  ]);
  const trending = await json(shop, 'inspect', '--trending', '--kind', 'trending');
  assert.equal(Object.keys(trending.lists as object), ['trending']);
});

test('export writes to stdout or a file, and a reader may stop early', async ({ shop }) => {
  const { code, stdout, stderr } = await recs(shop, 'export', '--kind', 'bundle,similar');
  assert.equal([code, stderr], [0, '']);
  assert.match(stdout, /^kind,subject,rank,item_id,score,reason,source\nsimilar,/);
  const summary = await json(shop, 'export', '--format', 'jsonl', '--output', 'lists.jsonl');
  const lines = readFileSync(path.join(shop.home, 'lists.jsonl'), 'utf8').trimEnd().split('\n');
  assert.equal([summary.file, summary.rows], ['lists.jsonl', lines.length]);
  const early = start(shop, ['recs', 'export']);
  await once(early.child.stdout, 'data');
  early.child.stdout.destroy();
  assert.equal([(await early.closed).code, early.outcome.stderr], [0, '']);
  assert.is((await recs(shop, 'export', '--json')).code, 2);
  assert.is((await recs(shop, 'export', '--format', 'xml')).code, 2);
});

test('export signs a link for each customer with a list, and writes products that can be sold as a feed', async ({
  shop,
}) => {
  const signed = {
    COUTURE_MAIL_LIST_SECRET: 'a secret of 32 characters or more',
    COUTURE_PUBLIC_URL: 'https://shop.example/',
  };
  const exported = (env: Record<string, string>, ...args: string[]) =>
    runCommand(['recs', 'export', ...args], { cwd: shop.home, env: { ...environment(shop), ...env } });
  assert.is((await exported({}, '--format', 'feed')).code, 2);
  assert.is((await exported(signed, '--format', 'feed', '--valid', '400d')).code, 2);
  assert.is((await exported(signed, '--format', 'feed', '--kind', 'similar')).code, 2);
  const { code, stdout, stderr } = await exported(signed, '--format', 'feed', '--no-tracking');
  assert.is(code, 0, stderr);
  const [header, ...lines] = stdout.trimEnd().split('\n');
  assert.is(header, 'customer_id,list_url,html_url,link_base,expires_at');
  const listed = await recs(shop, 'export', '--kind', 'personalized');
  assert.is(
    lines.length,
    new Set(
      listed.stdout
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => line.split(',')[1]),
    ).size,
  );
  for (const line of lines) {
    const [customerId, url] = line.split(',') as [string, string];
    const [start, token] = url.split('/api/mail-lists/') as [string, string];
    const claim = readMailLink(token, signed.COUTURE_MAIL_LIST_SECRET);
    assert.equal([start, claim?.customerId, claim?.tracked], ['https://shop.example', customerId, false]);
  }
  const none = await exported({}, '--format', 'products-tsv');
  assert.is(none.code, 0);
  assert.match(none.stderr, /Left out: [\d,]+ without /);
  const ofBuild = await exported(signed, '--format', 'products-xml', '--build', '1');
  assert.is(ofBuild.code, 2);
  assert.match(ofBuild.stderr, '--build cannot be combined with --format products-xml');
  const xml = await exported(signed, '--format', 'products-xml');
  assert.match(xml.stdout, /^<\?xml version="1.0" encoding="UTF-8"\?>\n<rss /);
  assert.match(xml.stdout, /<\/channel>\n<\/rss>\n$/);
});

test('schedule builds on time, logs one line per run, and exits with 0 when stopped', async ({ shop }) => {
  const args = [
    'recs',
    'schedule',
    '--cron',
    '0 3 * * *',
    '--time-zone',
    'Europe/Berlin',
    '--run-now',
    '--top',
    '18',
  ];
  const { child, outcome, closed } = start(shop, args);
  const isDone = () => outcome.stderr.includes('"run done"');
  await until(() => isDone() || child.exitCode !== null, 'the first run');
  child.kill('SIGTERM');
  const { code, stdout, stderr } = await closed;
  assert.is(code, 0);
  assert.match(
    stdout,
    /^Building on schedule "0 3 \* \* \*" \(Europe\/Berlin\), next at .* 0[12]:00 UTC\. Press Ctrl-C to stop\.\n$/,
  );
  const lines = stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const run = lines.find((line) => line.msg === 'run done');
  assert.equal([run?.exit, run?.build_id, run?.error], [0, 2, null]);
  assert.match(String(run?.next_run), /T0[12]:00:00/);
  assert.is(lines.at(-1)?.msg, 'schedule stopped');
  const { rows } = await shop.client.query(
    `select state, config->>'top' as top from couture.build where build_id = 2`,
  );
  assert.equal(rows, [{ state: 'published', top: '18' }]);
  assert.ok(existsSync(path.join(shop.home, 'kept')), 'builds are incremental');
});

test('schedule rejects an invalid time with exit code 2', async ({ shop }) => {
  for (const args of [
    [],
    ['--cron', 'daily at 3'],
    ['--cron', '0 3 * * *', '--time-zone', 'Mars/Olympus'],
    ['--cron', '0 3 * * *', '--top', 'x'],
    ['--every', '30s'],
    ['--every', '40d'],
    ['--every', 'soon'],
    ['--every', '10m', '--cron', '0 3 * * *'],
    ['--every', '10m', '--time-zone', 'UTC'],
  ]) {
    const { code, stdout, stderr } = await recs(shop, 'schedule', ...args);
    assert.equal([code, stdout], [2, ''], args.join(' '));
    assert.match(stderr, /^error: --/);
  }
});
