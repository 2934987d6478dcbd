// django-oscar 4.2: parents and children, several stock records, words of its own for statuses, prices of lines.
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { assert } from '../../fixtures/suite.ts';
import { shopFile, tryPlatform } from '../test-support/platforms/platform-shop.ts';

const test = databaseSuite('a shop on django-oscar');
const schema = shopFile('oscar.schema.sql');

const title = 'django-oscar: recognized, views say what was planted, lists and addresses lead there';
if (!schema) test.skip(`${title} (oscar.schema.sql is not there)`);
else {
  test(title, async (context) => {
    const share = await tryPlatform(context, 'oscar', { schema, fill: 'oscar-fill.sql' });
    assert.ok(share.inside / share.entries >= 0.97, JSON.stringify(share));
  });
}
