// `couture connect` on a small Django shop: the whole flow, again, without a terminal, without rights, interrupted.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { queryDatabase } from '../../fixtures/database.ts';
import { type DatabaseContext, databaseSuite } from '../../fixtures/database-suite.ts';
import { assert, rejects } from '../../fixtures/suite.ts';
import { CoutureError } from '../../runtime/core/errors.ts';
import { type Client, openClient } from '../../sql/pool.ts';
import { answering, connect, settingsIn } from '../test-support/connect-run.ts';
import { fillDjangoTables } from '../test-support/django-shop.ts';
import { runCommand } from '../test-support/run-command.ts';
import type { ConnectReport } from './connect.ts';
import type { Conversation } from './conversation.ts';

interface Setting extends DatabaseContext {
  /** Working directory of the command. */
  folder: string;
}

const test = databaseSuite<Setting>('connect', { timeout: 120_000 });
test.beforeEach((context) => {
  context.folder = mkdtempSync(path.join(os.tmpdir(), 'couture-connect-'));
});
test.afterEach(({ folder }) => rmSync(folder, { recursive: true, force: true }));

async function schemas(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select nspname as name from pg_namespace where nspname like 'couture%' order by 1`,
  );
  return rows.map((row) => row.name);
}

test('asks what only the shop knows, saves it, builds, and shows products with their lists', async ({
  client,
  database,
  folder,
}) => {
  await fillDjangoTables(client);
  writeFileSync(path.join(folder, 'couture.config.json'), '{ "top": 7 }');
  const conversation = answering({
    'URL of the shop': 'shop.example.invalid',
    'Name of the shop': 'Byron & Daughters',
    Currency: 'usd',
    'browsers reach couture': 'https://recs.example.invalid',
  });
  const { report, text } = await connect({ url: database.url, client, folder, conversation });
  assert.ok(report.ok, text);
  assert.is(report.platform, 'django');
  assert.is(report.views, 'created');
  assert.match(text, 'this is Django (api_orderitem');
  assert.match(text, /products 3 .*orders 35, newest/);
  assert.match(text, /delivered 30 yes .*CANCELLED 1 no/);
  const settings = settingsIn(folder);
  assert.is(settings.top, 7, 'other keys stay');
  assert.is(settings.shopUrl, 'https://shop.example.invalid');
  assert.is(settings.mediaUrl, 'https://shop.example.invalid/media/');
  assert.is(settings.shopName, 'Byron & Daughters');
  assert.is(settings.currency, 'USD');
  assert.equal(settings.corsOrigins, ['https://shop.example.invalid']);
  assert.equal(
    report.products.map(({ product }) => product.name),
    ['Wrap dress', 'Belt'],
  );
  assert.match(text, /Wrap dress \(10\)\n {2}bought together {2}Belt \(30\)/);
  assert.match(text, 'src="https://recs.example.invalid/embed/couture-widgets.js"');
  assert.match(text, 'product-id="10" api="https://recs.example.invalid" currency="USD"');
  assert.match(text, 'product-id="{{ product.pk }}"');
  assert.match(text, 'did not answer (ENOTFOUND)', 'an unreachable shop is a warning');
  assert.not.ok('locale' in settings, 'the tables do not say a language');
});

test('a second run changes nothing and says so; an answer that changes is shown with the former one', async ({
  client,
  database,
  folder,
}) => {
  await fillDjangoTables(client);
  const flags = { shopUrl: 'http://127.0.0.1:1', currency: 'EUR' };
  await connect({ url: database.url, client, folder, flags });
  const before = settingsIn(folder);
  const again = await connect({ url: database.url, client, folder });
  assert.is(again.report.views, 'unchanged');
  assert.equal(again.report.settings, []);
  assert.match(again.text, 'Settings in couture.config.json: unchanged.');
  assert.equal(settingsIn(folder), before);
  const other = await connect({ url: database.url, client, folder, flags: { currency: 'SEK' } });
  assert.match(other.text, 'currency SEK (was "EUR")'.replaceAll('"', ''));
  assert.is(settingsIn(folder).shopUrl, 'http://127.0.0.1:1');
});

test('the statuses that count can be changed; the views follow, and a later run keeps the choice', async ({
  client,
  database,
  folder,
}) => {
  await fillDjangoTables(client);
  await client.query(`insert into api_order (id, created_at, status, user_id)
      select 300 + n, now(), 'it''s $$paid', 1 from generate_series(1, 5) n;
    insert into api_orderitem (order_id, product_id, quantity, price)
      select 300 + n, 11, 1, 49 from generate_series(1, 5) n`);
  // The second most frequent status is the one with the quote, the first is "delivered".
  const conversation = answering({ 'Which orders count': '1 2' });
  const { report, text } = await connect({ url: database.url, client, folder, conversation });
  assert.match(conversation.asked[0]!, "1 delivered (yes), 2 it's $$paid (yes)");
  assert.equal(settingsIn(folder).leaveOutStatus, ['delivered', "it's $$paid"]);
  assert.is(report.ok, true, text);
  const counted = async () =>
    (await client.query(`select distinct order_id::int as id from couture_source.order_line order by 1`))
      .rows;
  assert.equal(await counted(), [{ id: 100 }, { id: 102 }]);
  const again = await connect({ url: database.url, client, folder });
  assert.is(again.report.views, 'unchanged');
  await connect({
    url: database.url,
    client,
    folder,
    conversation: answering({ 'Which orders count': '1' }),
  });
  assert.equal(settingsIn(folder).leaveOutStatus, ["it's $$paid"]);
  assert.is((await counted()).length, 32);
});

test('views that somebody changed by hand are kept unless --replace is given', async ({
  client,
  database,
  folder,
}) => {
  await fillDjangoTables(client);
  await connect({ url: database.url, client, folder });
  await client.query(`create or replace view couture_source.watchlist as
    select user_id as customer_id, product_id, null::timestamptz as created_at
    from api_watchlist w join api_watchlist_products p on p.watchlist_id = w.id where w.id > 0`);
  const { report, text } = await connect({ url: database.url, client, folder });
  assert.is(report.views, 'kept');
  assert.match(
    text,
    'The existing views are kept: couture reads api_category, api_order, api_orderitem, api_product and',
  );
  assert.is(
    (await connect({ url: database.url, client, folder, flags: { replace: true } })).report.views,
    'replaced',
  );
});

test('a password is saved only when asked, and then only its owner may read the file', async ({
  client,
  database,
  folder,
}) => {
  await fillDjangoTables(client);
  const url = new URL(database.url);
  url.password ||= 'geheim';
  const { text, report } = await connect({ url: url.href, client, folder });
  assert.not.ok('databaseUrl' in settingsIn(folder));
  assert.match(text, 'is not saved');
  assert.match(report.serve!, /^DATABASE_URL='postgresql:.*:\*\*\*@.* couture serve$/);
  const saved = await connect({ url: url.href, client, folder, flags: { saveUrl: true } });
  assert.is(settingsIn(folder).databaseUrl, url.href);
  assert.is(statSync(path.join(folder, 'couture.config.json')).mode & 0o777, 0o600);
  assert.is(saved.report.serve, 'couture serve');
  assert.not.match(saved.text + JSON.stringify(saved.report), url.password);
});

test('a role without rights gets the SQL for the owner; --continue goes on after it ran', async ({
  client,
  database,
  folder,
}) => {
  await fillDjangoTables(client);
  const role = `connect_${process.pid}`;
  await client.query(`create role ${role} login password 'weak'`);
  const url = new URL(database.url);
  [url.username, url.password] = [role, 'weak'];
  const own = await openClient(url.href);
  try {
    const first = await connect({
      url: url.href,
      client: own,
      folder,
      flags: { shopUrl: 'http://127.0.0.1:1', leaveOutStatus: ['processing'] },
    });
    assert.is(first.report.ok, false);
    assert.is(first.report.views, 'not written');
    assert.match(first.text, `this role is "${role}" and may not read the shop's tables`);
    assert.not.match(first.text, 'EUR is assumed');
    assert.match(first.text, 'then: couture connect --continue');
    assert.equal(await schemas(client), [], 'nothing was written');
    const early = await connect({ url: url.href, client: own, folder, flags: { continue: true } });
    assert.is(early.report.ok, false, 'the owner has not run the SQL yet');

    await client.query(readFileSync(path.join(folder, 'couture-setup.sql'), 'utf8'));
    const { report, text } = await connect({ url: url.href, client: own, folder, flags: { continue: true } });
    assert.ok(report.ok, text);
    assert.is(report.views, 'kept');
    assert.is(report.build?.orders, 31, 'the chosen status does not count');
    await rejects(() => own.query('select from auth_user'), /permission denied/);
    await own.query('select couture_source.watch(1, 11)');
    assert.is((await client.query('select from api_watchlist where user_id = 1')).rowCount, 1);
    const again = await connect({ url: url.href, client: own, folder });
    assert.ok(again.report.ok, again.text);
  } finally {
    await own.end();
    await client.query(`drop owned by ${role}; drop role ${role}`);
  }
});

test('views without any order that counts stop it before the build', async ({ client, database, folder }) => {
  await fillDjangoTables(client);
  await client.query(`update api_order set status = 'pending'`);
  const { report, text } = await connect({ url: database.url, client, folder });
  assert.is(report.ok, false);
  assert.is(report.build, null);
  assert.match(text, 'No order counts');
  assert.match(text, 'Stopped before the build.');
  const builds = await client.query('select from couture.build');
  assert.is(builds.rowCount, 0);
});

test('Ctrl-C before the last answer leaves nothing behind', async ({ client, database, folder }) => {
  await fillDjangoTables(client);
  const stop = new AbortController();
  const reason = new CoutureError('interrupted', 'Stopped by SIGINT.');
  const conversation: Conversation = {
    interactive: true,
    async ask(question, fallback) {
      if (question.includes('browsers reach')) stop.abort(reason);
      return fallback;
    },
  };
  const error = await rejects(
    () => connect({ url: database.url, client, folder, conversation, signal: stop.signal }),
    /SIGINT/,
  );
  assert.is(error, reason);
  assert.equal(await schemas(client), []);
  assert.equal(readdirSync(folder), []);
});

test('product pages and pictures are tried at the URLs that were given', async ({
  client,
  database,
  folder,
}) => {
  await fillDjangoTables(client);
  const asked: string[] = [];
  const shop: Server = createServer((request, response) => {
    asked.push(request.url!);
    response.statusCode = request.url === '/products/12' ? 404 : 200;
    response.end('x'.repeat(100_000));
  });
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  try {
    const shopUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
    const { report, text } = await connect({ url: database.url, client, folder, flags: { shopUrl } });
    assert.equal(
      report.addresses.map(({ what, tried, answered, reason }) => ({ what, tried, answered, reason })),
      [
        { what: 'pages', tried: 3, answered: 2, reason: '404' },
        { what: 'pictures', tried: 3, answered: 3, reason: undefined },
      ],
    );
    assert.equal(asked.sort(), [
      '/a.jpg',
      '/b.jpg',
      '/media/belts/12.jpg',
      '/products/10',
      '/products/11',
      '/products/12',
    ]);
    assert.match(text, '1 of 3 pages did not answer (404)');
  } finally {
    shop.closeAllConnections();
    shop.close();
  }
});

test('the command: --json prints one object; without a terminal it says which flags to use', async ({
  client,
  database,
  folder,
}) => {
  await fillDjangoTables(client);
  const run = (...args: string[]) => runCommand(args, { cwd: folder, env: { PATH: process.env.PATH! } });
  const dumb = await run('connect', database.url);
  assert.is(dumb.code, 2);
  assert.match(dumb.stderr, 'There is no terminal to ask on');
  assert.match(dumb.stderr, /--yes, .*--shop-url, --media-url/);
  const nowhere = await run('connect', '--yes');
  assert.is(nowhere.code, 2);
  assert.match(nowhere.stderr, 'No database URL is given');
  assert.equal(await schemas(client), []);
  const { code, stdout, stderr } = await run(
    'connect',
    database.url,
    '--json',
    '--shop-url',
    'http://127.0.0.1:1',
    '--count-status',
    'pending',
  );
  assert.is(code, 0, stderr);
  const report = JSON.parse(stdout) as ConnectReport;
  assert.is(report.platform, 'django');
  assert.is(report.build?.orders, 33);
  assert.is(settingsIn(folder).storefront, false);
  assert.not.ok('currency' in settingsIn(folder), 'a guess is not saved');
  assert.match(stderr, 'EUR is assumed');
  const rows = await queryDatabase(
    database.url,
    'select from couture_source.order_line where order_id = 103',
  );
  assert.is(rows.length, 1, 'pending orders count');
});

test('a database without a shop: the error says what was not found, and which views to write', async ({
  client,
  database,
  folder,
}) => {
  await client.query('create table public.notes (id int)');
  const error = await rejects(
    () => connect({ url: database.url, client, folder }),
    /^No known shop platform has its tables in this database \(1 table\)/,
  );
  const { hint } = error as CoutureError;
  assert.match(hint, 'No table has a key of an order and one of a product');
  assert.match(hint, 'order_line (order_id, customer_id, product_id, quantity, unit_price, ordered_at');
  assert.match(hint, '[handle]');
});
