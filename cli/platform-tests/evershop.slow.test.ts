// EverShop 2.2: variants as products, two statuses, pages by rewritten addresses.
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { assert } from '../../fixtures/suite.ts';
import { shopFile, tryPlatform } from '../test-support/platforms/platform-shop.ts';

const test = databaseSuite('a shop on EverShop');
const schema = shopFile('evershop.schema.sql');

const title = 'EverShop: recognized, views say what was planted, lists and addresses lead there';
if (!schema) test.skip(`${title} (evershop.schema.sql is not there)`);
else {
  test(title, async (context) => {
    const share = await tryPlatform(context, 'evershop', { schema, fill: 'evershop-fill.sql', noise: 0 });
    assert.ok(share.inside / share.entries >= 1, JSON.stringify(share));
  });
}
