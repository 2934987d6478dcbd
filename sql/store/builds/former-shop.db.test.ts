// What is left of a shop when another one takes its place in the same database.
import { databaseSuite } from '../../../fixtures/database-suite.ts';
import { assert } from '../../../fixtures/suite.ts';
import { loadTinyShop } from '../../../fixtures/tiny-shop.ts';
import { addRule } from '../lists/curation.ts';
import { forgetFormerShop } from './former-shop.ts';

const test = databaseSuite('former shop', { migrated: true });

test('its rules and events are not those of the products with the same ids', async ({ client }) => {
  const shopOf = (...ids: string[]) =>
    loadTinyShop(client, { products: ids.map((id) => ({ id, price: 10 })), lines: [], watched: [] });
  await shopOf('7', '8');
  await client.query(`insert into couture.product_key values (1, '7', 1), (2, '8', 2)`);
  const rule = { product_id: '7', scope: 'shop', subject: '', kinds: [], place: null, factor: null } as const;
  await addRule(client, { ...rule, action: 'block', from_at: null, until_at: null, note: '' });
  await client.query(
    `insert into couture.recommendation_event (at, type, kind, item, place, customer) values (now(), 'view', '', '7', 1, 'ada')`,
  );
  const left = async () => {
    const { rows } = await client.query<{ rules: number; events: number }>(
      `select (select count(*)::int from couture.curation) as rules,
              (select count(*)::int from couture.recommendation_event) as events`,
    );
    return rows[0]!;
  };
  await shopOf('7', '9');
  assert.is(await forgetFormerShop(client), false, 'a product is the same: the shop has grown');
  assert.equal(await left(), { rules: 1, events: 1 });
  await shopOf('1', '9');
  assert.is(await forgetFormerShop(client), true);
  assert.equal(await left(), { rules: 0, events: 0 });
});
