// A shop that keeps its prices in cents, in columns whose names don't say so.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type DatabaseContext, databaseSuite } from '../../fixtures/database-suite.ts';
import { assert } from '../../fixtures/suite.ts';
import { answering, connect, settingsIn } from '../test-support/connect-run.ts';

const test = databaseSuite<DatabaseContext & { folder: string }>('prices in cents', { timeout: 120_000 });
test.beforeEach((context) => {
  context.folder = mkdtempSync(path.join(os.tmpdir(), 'couture-connect-'));
});
test.afterEach(({ folder }) => rmSync(folder, { recursive: true, force: true }));

test('prices that may be in cents are asked about; the answer is saved and replaces the views', async ({
  client,
  database,
  folder,
}) => {
  await client.query(`create table products (id int primary key, name text, price int, category text);
    create table orders (id int primary key, status text, created_at timestamptz);
    create table order_items (id int primary key, order_id int references orders, product_id int references products, quantity int, price int);
    insert into products select n, 'Mug ' || n, 1000 + n * 37, 'Cups' from generate_series(1, 60) n;
    insert into orders select n, 'paid', now() - n * interval '1 day' from generate_series(1, 60) n;
    insert into order_items select n, (n + 1) / 2, 1 + n % 60, 1, 1000 + (1 + n % 60) * 37 from generate_series(1, 120) n`);
  const price = async () =>
    (await client.query(`select price::float8 as price from couture_source.product where product_id = 7`))
      .rows[0];
  const first = await connect({ url: database.url, client, folder });
  assert.match(first.text, 'run couture connect --minor-units');
  assert.equal(await price(), { price: 1259 });
  const no = answering({ 'in cents': 'no' });
  await connect({ url: database.url, client, folder, conversation: no });
  assert.ok(no.asked.some((each) => /Is the price \d+ in cents, so that it is \d\d\.\d\d\?/.test(each)));
  assert.is(settingsIn(folder).minorUnits, false);
  const yes = answering({ 'in cents': 'yes' });
  const { report, text } = await connect({ url: database.url, client, folder, conversation: yes });
  assert.ok(report.ok, text);
  assert.is(report.views, 'replaced');
  assert.is(settingsIn(folder).minorUnits, true);
  assert.equal(await price(), { price: 12.59 });
  const lines = await client.query('select max(unit_price)::float8 as paid from couture_source.order_line');
  assert.equal(lines.rows, [{ paid: 32.2 }]);
  await client.query(`create or replace view couture_source.watchlist as
    select o.customer_id, p.product_id from couture_source.shop_order o, couture_source.product p where 1 = 2`);
  const flags = { minorUnits: false };
  const edited = await connect({ url: database.url, client, folder, flags });
  assert.is(edited.report.views, 'kept', 'views that were changed by hand');
  assert.equal(await price(), { price: 12.59 });
  await connect({ url: database.url, client, folder, flags: { minorUnits: true, replace: true } });
  const again = await connect({ url: database.url, client, folder });
  assert.is(again.report.views, 'unchanged');
  assert.not.match(again.text, '--minor-units');
});
