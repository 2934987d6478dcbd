// A shop that changes below its source views: what the commands print at each kind of change, and that requests are answered.
import { tmpdir } from 'node:os';
import vm from 'node:vm';
import { databaseSuite } from '../../../fixtures/database-suite.ts';
import { assert } from '../../../fixtures/suite.ts';
import { loadConfig } from '../../../runtime/core/config.ts';
import { openLog } from '../../../runtime/core/log.ts';
import { startServer } from '../../../runtime/server.ts';
import { migrate } from '../../../sql/migrate.ts';
import type { Client } from '../../../sql/pool.ts';
import { initPreset } from '../../../sql/source/preset.ts';
import { requireSource } from '../../../sql/source/source-views.ts';
import { fillDjangoShop, fillDjangoTables } from '../../test-support/django-shop.ts';
import { type CommandOutcome, runCommand } from '../../test-support/run-command.ts';

const test = databaseSuite('source views around a deploy', { timeout: 60_000 });

type Couture = (...args: string[]) => Promise<CommandOutcome>;

const commandOn =
  (url: string): Couture =>
  (...args) =>
    runCommand(args, { cwd: tmpdir(), env: { DATABASE_URL: url, HOME: tmpdir() } });

async function views(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = to_regnamespace('couture_source') and relkind = 'v' order by 1`,
  );
  return rows.map((row) => row.name);
}

const refusal = (client: Client, statement: string) =>
  client.query(statement).then(
    () => '',
    (error: Error) => error.message,
  );

const widen = 'alter table api_product alter column name type varchar(300)';

test('a widened column is refused because of a view; with drop it passes, and restore brings all back', async ({
  client,
  database,
}) => {
  await fillDjangoShop(database.url);
  const couture = commandOn(database.url);
  const role = `report_${process.pid}`;
  await client.query(`create role ${role}; grant usage on schema couture_source to ${role};
    grant select on couture_source.product to ${role}; comment on view couture_source.product is 'what is sold'`);
  const { config } = loadConfig({ directory: '/', env: {}, flags: { port: 0, drain: 0, cardAge: 50 } });
  const server = await startServer({
    config: { ...config, databaseUrl: database.url },
    databaseUrl: database.url,
    log: openLog('silent'),
  });
  const ask = async () => {
    const response = await fetch(`${server.url}/api/recommendations/bought-together/10/`);
    return {
      status: response.status,
      names: ((await response.json()) as { name: string }[]).map((each) => each.name),
    };
  };
  try {
    const before = await ask();
    assert.equal(before, { status: 200, names: ['Belt'] });
    const all = await views(client);
    assert.match(await refusal(client, widen), 'cannot alter type of a column used by a view');

    const dropped = await couture('db', 'views', 'drop');
    assert.is(dropped.code, 0, dropped.stderr);
    for (const view of all) assert.match(dropped.stdout, view);
    assert.equal(await views(client), []);
    assert.match((await couture('db', 'views', 'drop')).stdout, 'There are no views');
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(await ask(), before, 'answered from what was read last');
    const doctor = await couture('doctor');
    assert.is(doctor.code, 1);
    assert.match(doctor.stdout, 'run "couture db views restore"');

    await client.query(widen);
    const restored = await couture('db', 'views', 'restore');
    assert.is(restored.code, 0, restored.stderr);
    assert.equal(await views(client), all);
    await requireSource(client);
    assert.equal(await ask(), before);
    assert.is(await initPreset(client, 'django'), 'unchanged', 'the definitions are those of before');
    const { rows } = await client.query(
      `select has_table_privilege($1, 'couture_source.product', 'select') as granted, obj_description('couture_source.product'::regclass) as comment`,
      [role],
    );
    assert.equal(rows, [{ granted: true, comment: 'what is sold' }]);
    assert.match((await couture('db', 'views', 'restore')).stdout, 'No view was dropped');
  } finally {
    await server.close();
    await client.query(`drop owned by ${role}; drop role ${role}`);
  }
});

test('a removed field: doctor and build name the lost view, restore names what no longer fits, db init adapts', async ({
  client,
  database,
}) => {
  await fillDjangoShop(database.url);
  const couture = commandOn(database.url);
  await client.query('alter table api_product drop column featured cascade');
  assert.not.ok((await views(client)).includes('product'));
  for (const command of [['doctor'], ['recs', 'build']]) {
    const { code, stdout, stderr } = await couture(...command);
    assert.ok(code > 0);
    const words = `${stdout}${stderr}`.replaceAll(/\s+/g, ' ');
    assert.match(words, 'couture_source.product is missing');
    assert.match(words, 'Django’s RemoveField');
  }
  assert.is((await couture('db', 'init', '--preset', 'django')).code, 0);
  await requireSource(client);

  await couture('db', 'views', 'drop');
  await client.query('alter table api_product drop column rating');
  const { code, stdout, stderr } = await couture('db', 'views', 'restore');
  assert.is(code, 2);
  assert.match(stdout, 'order_line');
  assert.match(stderr, 'couture_source.product: column');
  assert.match(stderr, 'couture db init --replace');
  assert.ok((await views(client)).includes('order_line'), 'what fits is back');
  assert.is((await couture('db', 'init', '--preset', 'django', '--replace')).code, 0);
  await requireSource(client);
  assert.is((await couture('db', 'views', 'restore')).code, 0, 'nothing is left to restore');
});

test('views follow a renamed table; saved views name it, and none is lost', async ({ client, database }) => {
  await fillDjangoShop(database.url);
  const couture = commandOn(database.url);
  await client.query('alter table api_product rename to api_article');
  await requireSource(client);
  assert.ok((await client.query('select from couture_source.product')).rowCount! > 0);
  await client.query('alter table api_article rename to api_product');

  await couture('db', 'views', 'drop');
  await client.query('alter table api_product rename to api_article');
  const { code, stderr } = await couture('db', 'views', 'restore');
  assert.is(code, 2);
  assert.match(stderr, 'couture_source.product: relation "public.api_product" does not exist');
  await client.query('alter table api_article rename to api_product');
  assert.is((await couture('db', 'views', 'restore')).code, 0, 'saved views are kept until they fit');
  await requireSource(client);
});

test('nothing is dropped while a report of the shop reads a view', async ({ client, database }) => {
  await fillDjangoTables(client);
  await initPreset(client, 'django');
  await migrate(client);
  await client.query('create view public.sales_report as select order_id from couture_source.order_line');
  const before = await views(client);
  const { code, stderr } = await commandOn(database.url)('db', 'views', 'drop');
  assert.is(code, 2);
  assert.match(stderr, 'sales_report');
  assert.equal(await views(client), before);
});

/** What the framework would send for `up` and `down`. */
const statementsOf: Record<string, (text: string) => Promise<[string, string]>> = {
  django: async (text) => {
    const [create, drop] = [...text.matchAll(/^(?:CREATE|DROP) = r"""\n(.*?)\n"""/gms)].map(
      (match) => match[1]!,
    );
    return [create!, drop!];
  },
  typeorm: async (text) => {
    const module = {} as { exports: new () => Record<'up' | 'down', (runner: object) => Promise<void>> };
    vm.runInNewContext(text, { module });
    const Migration = module.exports;
    assert.match(Migration.name, /^CoutureViews\d{13}$/);
    const sent: string[] = [];
    const runner = { query: async (sql: string) => void sent.push(sql) };
    await new Migration().up(runner);
    await new Migration().down(runner);
    return sent as [string, string];
  },
  knex: async (text) => {
    const exports: Record<string, (knex: object) => string> = {};
    vm.runInNewContext(text, { exports });
    // As Knex does for Postgres: an escaped question mark is one, others are bindings.
    const raw = (sql: string) =>
      sql.replace(/(\\*)\?/g, (_, escapes: string) => (escapes.length % 2 ? '?' : '$1'));
    return [exports.up!({ raw }), exports.down!({ raw })];
  },
};

for (const [framework, read] of Object.entries(statementsOf)) {
  test(`a migration for ${framework} creates the views, lets a column be widened, and is reversible`, async ({
    client,
    database,
  }) => {
    await fillDjangoTables(client);
    const role = `couture_${process.pid}`;
    await client.query(`create role ${role}`);
    try {
      const { code, stdout, stderr } = await commandOn(database.url)(
        'db',
        'init',
        '--as-migration',
        framework,
        '--role',
        role,
      );
      assert.is(code, 0, stderr);
      assert.equal(await views(client), [], 'nothing was changed');
      const [up, down] = await read(stdout);
      await client.query(up);
      await requireSource(client);
      await client.query(`set role ${role}`);
      await client.query('select couture_source.watch(1, 11)');
      assert.ok((await client.query('select from couture_source.product')).rowCount! > 0);
      await client.query('reset role');
      await client.query(down);
      await client.query(widen);
      await client.query(up);
      await requireSource(client);
      await client.query(down);
      assert.equal(await views(client), []);
    } finally {
      await client.query(`reset role; drop owned by ${role}; drop role ${role}`);
    }
  });
}
