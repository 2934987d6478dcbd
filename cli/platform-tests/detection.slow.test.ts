// Recognizing platforms: in a schema of their own, several in one database, with a login that may only read.
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { assert, rejects } from '../../fixtures/suite.ts';
import { openClient } from '../../sql/pool.ts';
import { detectPlatforms, examineShop } from '../../sql/source/detect-platform.ts';
import { initPreset } from '../../sql/source/preset.ts';
import { requireSource } from '../../sql/source/source-views.ts';
import {
  connectPlantedShop,
  fillFile,
  loadTables,
  shopFile,
} from '../test-support/platforms/platform-shop.ts';

const test = databaseSuite('recognizing platforms');

const size = { outfits: 4, kinds: 3, sizes: 2, customers: 10, orders: 60, noise: 0 };

test('a platform in a schema of its own is found there', async ({ client }) => {
  await client.query(
    `create schema backend; set search_path to backend; ${fillFile('odoo-schema.sql')}; set search_path to public`,
  );
  const [match, ...others] = await detectPlatforms(client);
  assert.equal([match?.platform, match?.schema, others], ['odoo', 'backend', []]);
  assert.ok(match!.evidence.includes('backend.product_template'), `${match!.evidence}`);
  assert.is(await initPreset(client, 'odoo'), 'created');
  await client.query('select from couture_source.product');
});

const oscar = shopFile('oscar.schema.sql');
if (!oscar) test.skip('a user model of its own is found by the foreign key (oscar.schema.sql is not there)');
else {
  test('a user model of its own is found by the foreign key, with ids of its type', async ({ client }) => {
    await loadTables(client, oscar);
    await client.query(`create table club_member (id uuid primary key, email text, full_name text, password text);
      alter table order_order alter user_id type uuid using null, add foreign key (user_id) references club_member;
      alter table wishlists_wishlist alter owner_id drop not null, alter owner_id type uuid using null;
      drop table auth_user`);
    const [match, ...others] = await detectPlatforms(client);
    assert.equal([match?.platform, others], ['oscar', []]);
    assert.ok(match!.evidence.includes('public.club_member'), `${match!.evidence}`);
    assert.is(await initPreset(client, 'oscar'), 'created');
    assert.is((await requireSource(client)).ids.customer, 'uuid');
  });
}

test('of several platforms in one database, each is named', async ({ client }) => {
  await client.query(fillFile('odoo-schema.sql') + fillFile('spree-schema.sql'));
  assert.equal(
    (await detectPlatforms(client)).map(({ platform, title }) => [platform, title]),
    [
      ['spree', 'Spree or Solidus'],
      ['odoo', 'Odoo'],
    ],
  );
});

test('a preset names the tables and columns that it misses', async ({ client }) => {
  await client.query(`${fillFile('odoo-schema.sql')};
    drop table res_company; alter table sale_order drop column website_id`);
  assert.equal(await detectPlatforms(client), []);
  const error = await rejects(() => initPreset(client, 'odoo'), /preset odoo needs tables/);
  assert.match(error.message, 'res_company');
  assert.match(error.message, 'public.sale_order (website_id)');
});

test('a login that may only read sees what the shop has, and leaves nothing behind', async ({
  client,
  database,
}) => {
  await connectPlantedShop(client, 'odoo', {
    schema: fillFile('odoo-schema.sql'),
    fill: fillFile('odoo-fill.sql'),
    size,
  });
  const role = `reader_${process.pid}`;
  await client.query(
    `drop schema couture_source cascade; create role ${role}; grant select on all tables in schema public to ${role}`,
  );
  const reader = await openClient(database.url);
  try {
    await reader.query(`set role ${role}`);
    const [match] = await detectPlatforms(reader);
    const figures = await examineShop(reader, match!);
    assert.is(figures.currency, 'EUR');
    assert.ok(figures.products >= 10 && figures.variants === figures.products * 2, JSON.stringify(figures));
    assert.ok(figures.newestOrder instanceof Date);
    const counting = figures.statuses.filter((each) => each.counts).map((each) => each.status);
    assert.equal(counting.sort(), ['done', 'sale']);
    assert.ok(figures.statuses.some((each) => each.status === 'cart' && !each.counts));
    const { rows } = await client.query(`select to_regnamespace('couture_source') as views`);
    assert.equal(rows, [{ views: null }]);
  } finally {
    await reader.end();
    await client.query(`drop owned by ${role}; drop role ${role}`);
  }
});
