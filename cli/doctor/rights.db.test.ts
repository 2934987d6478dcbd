// A role that starts with nothing on a Django shop: the words of doctor alone lead to a working set-up, and failures leave
// nothing.
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { assert, rejects } from '../../fixtures/suite.ts';
import { loadConfig } from '../../runtime/core/config.ts';
import { CoutureError } from '../../runtime/core/errors.ts';
import { migrate } from '../../sql/migrate.ts';
import { type Client, openClient, quoteIdentifier } from '../../sql/pool.ts';
import { detectPlatforms } from '../../sql/source/detect-platform.ts';
import { initPreset } from '../../sql/source/preset.ts';
import { ownerSql, roleSql } from '../../sql/source/setup-sql.ts';
import { watch } from '../../sql/store/shop/watch-list.ts';
import { loadTables, shopFile } from '../test-support/platforms/platform-shop.ts';
import { buildAgain } from '../test-support/sample-server.ts';
import { type Check, runChecks } from './checks.ts';

const test = databaseSuite('rights', { timeout: 60_000 });

const { config } = loadConfig({ directory: '/nowhere', env: {}, flags: {} });

async function doctor(url: string): Promise<Map<string, Check>> {
  const { checks } = await runChecks({ config, database: async () => url, source: async () => url });
  return new Map(checks.map((check) => [check.name, check]));
}

/** The statements of a hint. */
const statementsOf = (hint: string): string[] =>
  hint
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^(grant|create) /.test(line));

const rows = `
  insert into auth_user (id, password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined)
    select n, 'pbkdf2$x', false, 'u' || n, 'Ada', 'B', 'a@b.example', false, true, now() from generate_series(1, 9) n;
  insert into api_category (id, name, slug) values (1, 'Dresses', 'dresses');
  insert into api_product (id, name, description, price, on_sale, image_url, rating, inventory, created_at, category_id, featured)
    select n, 'P' || n, '', 20 + n, false, '', 0, 5, now(), 1, false from generate_series(1, 9) n;
  insert into api_order (id, status, created_at, user_id) select n, 'paid', now() - n * interval '1 day', n from generate_series(1, 9) n;
  insert into api_orderitem (id, quantity, price, order_id, product_id) select n, 1, 21, n, 1 from generate_series(1, 9) n`;

const schema = shopFile('django.schema.sql');

/** Gives `work` the connection URL of a role that may only log in. */
async function withRole(
  client: Client,
  url: string,
  work: (role: string, url: string) => Promise<void>,
): Promise<void> {
  const role = `Reader ${process.pid}`;
  await loadTables(client, schema!);
  await client.query(rows);
  await client.query(`create role ${quoteIdentifier(role)} login password 'weak'`);
  const own = new URL(url);
  own.username = encodeURIComponent(role);
  own.password = 'weak';
  try {
    await work(role, own.toString());
  } finally {
    await client.query(`drop owned by ${quoteIdentifier(role)}; drop role ${quoteIdentifier(role)}`);
  }
}

async function as<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await openClient(url);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const schemas = async (client: Client) =>
  (
    await client.query<{ name: string }>(
      `select nspname as name from pg_namespace where nspname like 'couture%' order by 1`,
    )
  ).rows.map((row) => row.name);

if (!schema) test.skip('a role without rights (django.schema.sql is not there)');
else {
  test('the statements of doctor suffice, are exact, and leave passwords unread', async ({
    client,
    database,
  }) => {
    await withRole(client, database.url, async (role, url) => {
      const refused = await rejects(
        () => as(url, (own) => initPreset(own, 'django')),
        (each) => each instanceof CoutureError && each.code === 'rights_missing',
      );
      assert.equal(await schemas(client), []);
      const check = (await doctor(url)).get('rights')!;
      assert.is(check.state, 'fail');
      const statements = statementsOf(check.hint);
      assert.equal(statementsOf((refused as CoutureError).hint), statements, 'db init says the same');
      const words = statements.join('\n');
      assert.match(words, `create schema couture; grant usage, create on schema couture to "${role}";`);
      assert.match(
        words,
        `grant select (id, username, first_name, last_name, email, date_joined) on public.auth_user to "${role}";`,
      );
      assert.match(words, `grant select on public.api_orderitem to "${role}";`);
      assert.match(words, /grant insert(, select)? on public.api_watchlist_products/);
      assert.not.match(words, 'password');

      // Each statement is needed: without the last one, it alone is asked for.
      for (const statement of statements.slice(0, -1)) await client.query(statement);
      assert.equal(statementsOf((await doctor(url)).get('rights')!.hint), statements.slice(-1));
      await client.query(statements.at(-1)!);
      assert.is((await doctor(url)).get('rights')!.state, 'ok');

      await as(url, async (own) => {
        assert.is(await initPreset(own, 'django'), 'created');
        await migrate(own);
        assert.is(await watch(own, { product: 'bigint', customer: 'bigint' }, '3', '4'), 'done');
        await rejects(
          () => own.query('select password from auth_user'),
          (each) => (each as { code?: string }).code === '42501',
        );
      });
      const after = await doctor(url);
      assert.equal(
        [...after.values()].filter((each) => each.state === 'fail'),
        [],
      );
      await buildAgain(url);
    });
  });

  test('with the right to create schemas and none to read, nothing is left behind', async ({
    client,
    database,
  }) => {
    await withRole(client, database.url, async (role, url) => {
      const name = new URL(database.url).pathname.slice(1);
      await client.query(`grant create on database ${quoteIdentifier(name)} to ${quoteIdentifier(role)}`);
      const error = await rejects(
        () => as(url, (own) => initPreset(own, 'django')),
        (each) => each instanceof CoutureError && each.code === 'rights_missing',
      );
      assert.match((error as CoutureError).hint, `grant select on public.api_order to "${role}";`);
      assert.equal(await schemas(client), []);
      await rejects(
        () => as(url, (own) => own.query('select 1 from couture_source.product')),
        (each) =>
          (each as { code?: string }).code === '3F000' || (each as { code?: string }).code === '42P01',
      );
    });
  });

  test('with two files, couture reads the views and nothing else', async ({ client, database }) => {
    await withRole(client, database.url, async (role, url) => {
      const [match] = await detectPlatforms(client);
      await client.query(roleSql(role, new URL(database.url).pathname.slice(1)));
      const owner = ownerSql(match!.sql, role);
      await client.query(owner);
      await client.query(owner);
      assert.is((await doctor(url)).get('rights')!.hint, '');
      await as(url, async (own) => {
        assert.is(await initPreset(own, 'django'), 'unchanged');
        await migrate(own);
        await rejects(
          () => own.query('select id from auth_user'),
          (each) => (each as { code?: string }).code === '42501',
        );
        assert.is(await watch(own, { product: 'bigint', customer: 'bigint' }, '3', '4'), 'done');
        const error = await rejects(
          () => initPreset(own, 'django', { replace: true }),
          (each) => each instanceof CoutureError && each.code === 'preset_conflict',
        );
        assert.match((error as CoutureError).hint, '--owner-sql');
      });
      const { rows: watched } = await client.query(
        'select customer_id, product_id from couture_source.watchlist',
      );
      assert.equal(watched, [{ customer_id: 3, product_id: '4' }]);
      await buildAgain(url);
      assert.equal(
        [...(await doctor(url)).values()].filter((each) => each.state === 'fail'),
        [],
      );
      // A refusal that comes later is named as well.
      await client.query(`revoke select on couture_source.product from ${quoteIdentifier(role)};
        revoke execute on function couture_source.watch from ${quoteIdentifier(role)}`);
      assert.equal(statementsOf((await doctor(url)).get('rights')!.hint), [
        `grant select on couture_source.product to "${role}";`,
        `grant execute on function couture_source.watch(bigint,bigint) to "${role}";`,
      ]);
    });
  });
}
