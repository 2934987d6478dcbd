// Saleor 3: listings per channel, descriptions of an editor, returns in fulfillments, reissued orders.
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { assert } from '../../fixtures/suite.ts';
import { shopFile, tryPlatform } from '../test-support/platforms/platform-shop.ts';

const test = databaseSuite('a shop on Saleor');
const schema = shopFile('saleor.schema.sql');

const title = 'Saleor: recognized, views say what was planted, lists and addresses lead there';
if (!schema) test.skip(`${title} (saleor.schema.sql is not there)`);
else {
  test(title, async (context) => {
    const share = await tryPlatform(context, 'saleor', {
      schema,
      fill: 'saleor-fill.sql',
      language: 'de',
      sizes: true,
    });
    assert.ok(share.inside / share.entries >= 0.99, JSON.stringify(share));
  });
}
