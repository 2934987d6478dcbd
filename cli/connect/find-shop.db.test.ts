// Which shop is in a database when several platforms have their tables in it.
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { djangoTables } from '../../fixtures/django-shop.ts';
import { assert, rejects } from '../../fixtures/suite.ts';
import { fillFile, loadTables } from '../test-support/platforms/platform-shop.ts';
import { type Conversation, silent } from './conversation.ts';
import { findShop } from './find-shop.ts';

const test = databaseSuite('finding the shop');

test('of several platforms, the user chooses one; without anybody to ask, --preset is needed', async ({
  client,
}) => {
  await loadTables(client, fillFile('spree-schema.sql'));
  await client.query(`create schema erp; set search_path to erp`);
  await client.query(fillFile('odoo-schema.sql').replaceAll('public.', 'erp.'));
  const complaints: string[] = [];
  const complain = (line: string) => void complaints.push(line);
  const error = await rejects(
    () => findShop(client, undefined, silent, complain),
    /has the tables of several platforms: Spree or Solidus \(.*; Odoo \(/,
  );
  assert.is((error as { hint?: string }).hint, 'Choose one: --preset spree or --preset odoo.');
  const answers = ['neither', 'Odoo'];
  const person: Conversation = { interactive: true, ask: async () => answers.shift()! };
  const chosen = await findShop(client, undefined, person, complain);
  assert.is(chosen.kind === 'platform' && chosen.match.platform, 'odoo');
  assert.is(chosen.kind === 'platform' && chosen.match.schema, 'erp');
  assert.match(complaints[1]!, '"neither" is not one of spree, odoo');
  const named = await findShop(client, 'spree', silent, complain);
  assert.is(named.kind === 'platform' && named.match.platform, 'spree');
  await rejects(() => findShop(client, 'medusa', silent, complain), /The preset medusa needs tables/);
});

test('a Django shop beside another platform is a second shop, unless both are in one schema', async ({
  client,
}) => {
  await loadTables(client, fillFile('spree-schema.sql'));
  await client.query('create schema web; set search_path to web');
  await client.query(djangoTables);
  await client.query('set search_path to public');
  const find = () => findShop(client, undefined, silent, () => {});
  await rejects(find, /several platforms: Spree or Solidus \(.*; Django \(web\.api_orderitem/);
  await client.query('drop schema web cascade');
  await client.query(djangoTables);
  const found = await find();
  assert.is(found.kind === 'platform' && found.match.platform, 'spree');
});

test('views that the owner wrote are a shop, too', async ({ client }) => {
  await client.query(
    `create schema couture_source; create view couture_source.product as select 1 as product_id`,
  );
  assert.is((await findShop(client, undefined, silent, () => {})).kind, 'views');
});
