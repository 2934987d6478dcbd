// `couture doctor` finds what a database lacks, and each failed check has a hint.
import { testDatabase } from '../../fixtures/database.ts';
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { assert } from '../../fixtures/suite.ts';
import { loadConfig } from '../../runtime/core/config.ts';
import { migrate } from '../../sql/migrate.ts';
import { type Client, openClient } from '../../sql/pool.ts';
import { adoptShop } from '../../sql/source/adopt-shop.ts';
import { createImportedTables } from '../../sql/store/sample/imported.ts';
import { type Check, checkNode, runChecks } from './checks.ts';

const test = databaseSuite('doctor');

const { config } = loadConfig({ directory: '/nowhere', env: {}, flags: {} });

async function runAllChecks(url: string, sourceUrl?: string): Promise<Map<string, Check>> {
  const { checks } = await runChecks({
    config: { ...config, sourceUrl },
    database: async () => url,
    source: async () => sourceUrl ?? url,
  });
  return new Map(checks.map((check) => [check.name, check]));
}

/** A shop with one order line, in the tables of an import. */
async function smallShop(client: Client): Promise<void> {
  await createImportedTables(client, false);
  await client.query(`
    insert into imported.product values ('a', 'A', null, null, 1, null, 1, null, '/a', false);
    insert into imported.order_line values ('1', null, 'a', 1, 1, now(), false);`);
  await adoptShop(client, 'import');
}

test('a connected shop passes every check', async ({ client, database }) => {
  await smallShop(client);
  const checks = await runAllChecks(database.url);
  assert.equal(
    [...checks.values()].filter((check) => check.state !== 'ok'),
    [],
  );
  for (const name of [
    'Node',
    'server',
    'clock',
    'rights',
    'migrations',
    'view customer',
    'order lines',
    'order dates',
    'COPY',
  ]) {
    assert.ok(checks.has(name), name);
  }
  assert.match(checks.get('watch lists')!.detail, 'couture keeps what customers save');
});

test('sessions that cannot write, and functions that hide those of Postgres, are named with the remedy', async ({
  client,
  database,
}) => {
  await smallShop(client);
  const name = decodeURIComponent(new URL(database.url).pathname.slice(1));
  await client.query(`alter database "${name}" set default_transaction_read_only = on`);
  await client.query(`create function public.lower(varchar) returns text language sql as $$ select 'x' $$`);
  const checks = await runAllChecks(database.url);
  assert.is(checks.get('server')!.state, 'fail');
  assert.match(checks.get('server')!.hint, 'alter database');
  assert.match(checks.get('functions')!.detail, /: (public\.)?lower\(character varying\)$/);
});

test('an empty database fails the view checks, and migrations wait for the first build', async ({
  database,
}) => {
  const checks = await runAllChecks(database.url);
  assert.is(checks.get('migrations')!.state, 'ok');
  assert.match(checks.get('migrations')!.detail, 'the first build applies');
  assert.is(checks.get('view product')!.state, 'fail');
  assert.match(checks.get('view product')!.hint, 'couture db init');
  assert.is(checks.has('order lines'), false, 'there is nothing to count in');
});

test('a column of the wrong type fails with the SQL that fixes it', async ({ client, database }) => {
  await smallShop(client);
  await client.query(`drop view couture_source.watchlist;
    create view couture_source.watchlist as select 1.5 as customer_id, ''::text as product_id`);
  const check = (await runAllChecks(database.url)).get('view watchlist')!;
  assert.is(check.state, 'fail');
  assert.match(check.detail, 'watchlist.customer_id is of type numeric');
  assert.match(check.hint, '::text as customer_id');
});

test('a shop without counted order lines fails', async ({ client, database }) => {
  await smallShop(client);
  await client.query('update imported.order_line set cancelled = true');
  const check = (await runAllChecks(database.url)).get('order lines')!;
  assert.is(check.state, 'fail');
  assert.match(check.detail, 'no order line counts');
});

test('a login without CREATE gets the statement to ask for', async ({ client, database }) => {
  await smallShop(client);
  const role = `weak_${process.pid}`;
  await client.query(`create role ${role} login password 'weak'`);
  try {
    const url = new URL(database.url);
    url.username = role;
    url.password = 'weak';
    const checks = await runAllChecks(url.toString());
    assert.is(checks.get('rights')!.state, 'fail');
    assert.match(checks.get('rights')!.hint, `grant usage, create on schema couture to "${role}";`);
    assert.match(checks.get('view product')!.hint, `grant usage on schema couture_source to "${role}"`);
  } finally {
    await client.query(`drop role ${role}`);
  }
});

test('the order checks run on the order source', async ({ client, database }) => {
  const replica = await testDatabase();
  try {
    await migrate(client);
    const other = await openClient(replica.url);
    await smallShop(other);
    await other.end();
    const checks = await runAllChecks(database.url, replica.url);
    assert.is(checks.get('order source')!.state, 'ok');
    assert.is(checks.get('view order_line')!.state, 'ok');
    const wrong = await runAllChecks(database.url, 'postgresql://nobody:geheim@127.0.0.1:1/shop');
    assert.is(wrong.get('order source')!.state, 'fail');
    assert.not.match(JSON.stringify([...wrong.values()]), 'geheim');
  } finally {
    await replica.drop();
  }
});

test('Node 20.19 is the oldest accepted version', () => {
  assert.is(checkNode('20.19.0').state, 'ok');
  assert.is(checkNode('24.1.0').state, 'ok');
  assert.is(checkNode('20.18.3').state, 'fail');
  assert.is(checkNode('18.20.0').state, 'fail');
});

test('the newest order is the newest plausible one; an order in the future causes a warning', async ({
  client,
  database,
}) => {
  await smallShop(client);
  const today = new Date().toISOString().slice(0, 10);
  assert.is(
    (await runAllChecks(database.url)).get('order dates')!.detail,
    `the newest order is from ${today}`,
  );
  await client.query(`insert into imported.order_line values ('2', null, 'a', 1, 1, '2099-01-01', false)`);
  const { state, detail, hint } = (await runAllChecks(database.url)).get('order dates')!;
  assert.is(state, 'warn');
  assert.match(detail, `the newest order is from ${today}; 1 order line is dated in the future`);
  assert.match(hint, 'ordered_at');
});
