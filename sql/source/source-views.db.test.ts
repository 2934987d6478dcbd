// The four source views against their contract: accepted, missing and wrongly typed columns.
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { assert, rejects } from '../../fixtures/suite.ts';
import type { CoutureError } from '../errors.ts';
import { type Client, openClient } from '../pool.ts';
import { rowSecurityWarning, securedTables } from './row-security.ts';
import { inspectSource, missingOptional, requireSource } from './source-views.ts';

const test = databaseSuite('source views');

const fitting = {
  product: `null::bigint product_id, ''::text as name, ''::text description, ''::varchar(9) category, 1::numeric(9,2) price,
    null::int discounted_price, true on_sale, ''::text image_url, 1::float8 rating, 0::bigint review_count, false featured,
    1::smallint inventory, '{}'::varchar[] tags, null::text group_id, ''::text url`,
  order_line: `null::int order_id, null::int customer_id, null::bigint product_id, 1::int quantity, 1::float8 unit_price,
    now()::timestamptz ordered_at`,
  watchlist: 'null::bigint customer_id, null::bigint product_id',
  customer: `null::bigint customer_id, ''::text as name, ''::text email, ''::text locale, ''::text time_zone,
    now()::timestamptz created_at`,
};

const requiredOnly = {
  product: `null::bigint product_id, ''::text as name, ''::text category, 1::numeric price, 1::int inventory`,
  order_line: `null::bigint order_id, null::bigint customer_id, null::bigint product_id, 1::int quantity, 1::numeric unit_price, now() ordered_at`,
  watchlist: 'null::bigint customer_id, null::bigint product_id',
  customer: 'null::bigint customer_id',
};

async function views(client: Client, changed: Partial<typeof fitting> = {}): Promise<void> {
  await client.query('drop schema if exists couture_source cascade; create schema couture_source');
  for (const [name, columns] of Object.entries({ ...fitting, ...changed })) {
    if (columns) await client.query(`create view couture_source.${name} as select ${columns} where false`);
  }
}

const messages = async (client: Client) => (await inspectSource(client)).problems.map((each) => each.message);

test('views with the contract’s types or similar ones are accepted', async ({ client }) => {
  await views(client);
  const report = await requireSource(client);
  assert.equal(report.problems, []);
  assert.equal(report.warnings, []);
  assert.equal(report.ids, { product: 'bigint', customer: 'bigint', order: 'bigint' });
});

test('the required columns are enough; what each optional one would add is reported', async ({ client }) => {
  await views(client, requiredOnly);
  const { views: found, problems, warnings } = await inspectSource(client);
  assert.equal([problems, warnings], [[], []]);
  const missing = missingOptional(found.product);
  assert.ok(missing.includes('no column handle: product links by handle aren’t recognized'));
  assert.ok(missing.includes('no column discounted_price or on_sale: sale prices are not known'));
  assert.equal(missingOptional(found.watchlist), []);
});

test('every required column is one', async ({ client }) => {
  for (const [view, columns] of Object.entries(requiredOnly)) {
    for (const column of columns.split(', ')) {
      const name = column.split(' ').at(-1)!;
      const others = columns.split(', ').filter((each) => each !== column);
      await views(client, { ...requiredOnly, [view]: others.join(', ') || 'null as other' });
      assert.match((await messages(client)).join('; '), `couture_source.${view} has no column ${name}`);
    }
  }
});

test('an optional column of a wrong type is named', async ({ client }) => {
  await views(client, { product: `${requiredOnly.product}, 1 as handle` });
  assert.equal(await messages(client), ['couture_source.product.handle is of type integer, not text']);
});

test('without any view, the hint says how to connect a shop', async ({ client }) => {
  const error = await rejects(
    () => requireSource(client),
    (each) => (each as CoutureError).code === 'source_missing',
  );
  assert.match((error as CoutureError).hint, 'couture db init');
});

test('a missing view is named with its required columns', async ({ client }) => {
  await views(client, { watchlist: '' });
  const error = await rejects(
    () => requireSource(client),
    (each) => (each as CoutureError).code === 'source_missing',
  );
  assert.match(error.message, 'couture_source.watchlist');
  assert.match((error as CoutureError).hint, 'customer_id, product_id');
});

test('one message lists all missing columns and wrong types, each with the SQL that fixes it', async ({
  client,
}) => {
  await views(client, {
    order_line: `null::int order_id, null::int customer_id, null::bigint product_id, '1'::text quantity, 1::numeric unit_price`,
    customer: `null::bigint customer_id, ''::text as name, ''::text email, 1::int locale, ''::text time_zone`,
  });
  const error = await rejects(
    () => requireSource(client),
    (each) => (each as CoutureError).code === 'source_invalid',
  );
  assert.match(error.message, 'order_line.quantity is of type text, not an integer');
  assert.match(error.message, '(…)::int as quantity');
  assert.match(error.message, 'order_line has no column ordered_at (timestamptz)');
  assert.match(error.message, 'customer.locale is of type integer, not text');
});

test('types that no cast converts come with an expression that does', async ({ client }) => {
  await views(client, {
    product: fitting.product.replace(`'{}'::varchar[] tags`, `'[]'::jsonb tags`),
    order_line: fitting.order_line.replace('now()::timestamptz ordered_at', '1::bigint ordered_at'),
  });
  const hints = (await inspectSource(client)).problems.map(({ hint }) => hint).join();
  assert.match(hints, 'array(select jsonb_array_elements_text(…)) as tags');
  assert.match(hints, 'to_timestamp(…) as ordered_at');
});

test('views with different id types are refused', async ({ client }) => {
  await views(client, { watchlist: 'null::uuid customer_id, null::text product_id' });
  assert.equal(await messages(client), [
    'product_id is bigint in couture_source.product and text in couture_source.watchlist',
    'customer_id is bigint in couture_source.customer and uuid in couture_source.watchlist',
  ]);
});

test('ids that are neither bigint, uuid nor text are refused', async ({ client }) => {
  await views(client, { watchlist: 'null::numeric customer_id, null::bigint product_id' });
  assert.equal(await messages(client), [
    'couture_source.watchlist.customer_id is of type numeric, not an id: bigint, uuid or text',
  ]);
});

test('times without a zone are accepted, with a warning that they are read as UTC', async ({ client }) => {
  await views(client, {
    order_line: fitting.order_line.replace('now()::timestamptz', 'now()::timestamp'),
    customer: fitting.customer.replace('now()::timestamptz', 'now()::date'),
  });
  const { problems, warnings } = await inspectSource(client);
  assert.equal(problems, []);
  assert.is(warnings.length, 1);
  assert.match(warnings[0]!, 'order_line.ordered_at');
});

test('enums, domains, tables and materialized views are accepted', async ({ client }) => {
  await client.query(
    `create type kind as enum ('a'); create domain label as text; create domain tag_list as text[]`,
  );
  await views(client, {
    product: fitting.product
      .replace(`''::varchar(9) category`, `'a'::kind category`)
      .replace(`''::text as name`, `''::label as name`)
      .replace(`'{}'::varchar[] tags`, `'{}'::tag_list tags`),
    watchlist: '',
  });
  await client.query('create table couture_source.watchlist (customer_id bigint, product_id bigint)');
  await client.query(`alter view couture_source.customer rename to customers;
    create materialized view couture_source.customer as select * from couture_source.customers`);
  assert.equal(await messages(client), []);
});

test('for a role without privileges, the error says what to grant', async ({ client, database }) => {
  await views(client);
  const role = `stranger_${process.pid}`;
  await client.query(`create role ${role}`);
  const stranger = await openClient(database.url);
  try {
    await stranger.query(`set role ${role}`);
    const error = await rejects(() => requireSource(stranger), /may not read couture_source.product/);
    assert.match(error.message, `grant usage on schema couture_source to "${role}"`);
  } finally {
    await stranger.end();
    await client.query(`drop role ${role}`);
  }
});

test('tables whose policies can hide rows from their reader are named, those that show all of them are not', async ({
  client,
  database,
}) => {
  const { rows } = await client.query<{ invokes: boolean }>(
    `select current_setting('server_version_num')::int >= 150000 as invokes`,
  );
  if (!rows[0]!.invokes) return;
  const [reader, owner] = [`reader_${process.pid}`, `owner_${process.pid}`];
  await client.query(`
    create role ${reader} login password 'weak'; create role ${owner};
    create table public.sale (id int, shop int); insert into public.sale values (1, 1), (2, 2);
    create table public.item (id int);
    create schema couture_source;
    create view couture_source.order_line with (security_invoker = on) as select * from public.sale;
    create view couture_source.product as select * from public.item;
    alter view couture_source.product owner to ${owner};
    alter table public.sale enable row level security;
    create policy part on public.sale for select to public using (shop = 1);
    grant usage on schema couture_source to ${reader};
    grant select on all tables in schema couture_source, public to ${reader}, ${owner};`);
  const url = new URL(database.url);
  [url.username, url.password] = [reader, 'weak'];
  const own = await openClient(url.href);
  try {
    assert.equal((await own.query('select id from couture_source.order_line')).rows, [{ id: 1 }]);
    assert.equal(await securedTables(own), [{ table: 'sale', reader }]);
    assert.equal(await securedTables(client), [], 'a superuser sees all rows');
    const { words, remedy } = rowSecurityWarning(await securedTables(own))!;
    assert.match(words, `row-level security of sale can hide rows from the role ${reader}`);
    await client.query(remedy.match(/create policy .*?;/)![0]);
    assert.equal((await own.query('select id from couture_source.order_line')).rowCount, 2);
    assert.equal(await securedTables(own), []);
    await client.query('create policy never on public.sale as restrictive using (false)');
    assert.equal((await securedTables(own)).length, 1);
    await client.query(`drop policy never on public.sale; alter table public.item enable row level security`);
    assert.equal(await securedTables(own), [{ table: 'item', reader: owner }]);
    await client.query(`alter table public.item owner to ${owner}`);
    assert.equal(await securedTables(own), [], 'the owner of a table sees all of it');
    await client.query('alter table public.item force row level security');
    assert.equal((await securedTables(own)).length, 1);
  } finally {
    await own.end();
    await client.query(`drop owned by ${reader}, ${owner} cascade; drop role ${reader}, ${owner}`);
  }
});
