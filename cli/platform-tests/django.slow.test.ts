// A Django shop of 2,000 products and 30,000 orders, in which the first four entries of a list were all but always of the outfit.
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { assert } from '../../fixtures/suite.ts';
import {
  buildAndMeasure,
  compareWithPlanted,
  connectPlantedShop,
  djangoFill,
  shopFile,
} from '../test-support/platforms/platform-shop.ts';

const test = databaseSuite('a large Django shop', { timeout: 400_000 });
const schema = shopFile('django.schema.sql');

if (!schema) test.skip('django.schema.sql is not there');
else {
  test('at least 999 of 1,000 first entries are of the planted outfit', async ({ client, database }) => {
    const size = { outfits: 200, kinds: 10, sizes: 1, customers: 6_000, orders: 30_000, noise: 0.25 };
    await connectPlantedShop(client, 'django', { schema, fill: djangoFill('api'), size });
    assert.equal(await compareWithPlanted(client), {});
    const share = await buildAndMeasure(client, database.url);
    const words = JSON.stringify(share);
    if (process.env.COUTURE_TEST_FIGURES) console.log(words);
    assert.ok(share.entries > 7_000 && share.inside / share.entries >= 0.999, words);
    assert.is(share.falsePairs, 0);
  });
}
