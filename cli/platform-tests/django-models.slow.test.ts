// Django shops of two shapes: app `api` with auth_user, and app `store` with its own user model and uuid ids.
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { assert } from '../../fixtures/suite.ts';
import { readKeyTypes } from '../../sql/id-types.ts';
import { initPreset } from '../../sql/source/preset.ts';
import {
  buildAndMeasure,
  checkAddresses,
  compareWithPlanted,
  connectPlantedShop,
  djangoFill,
  shopFile,
  unrelatedEntries,
} from '../test-support/platforms/platform-shop.ts';
import { tryThinCategory } from '../test-support/platforms/thin-category.ts';

const test = databaseSuite('Django shops');

for (const [app, file, customer] of [
  ['api', 'django.schema.sql', 'bigint'],
  ['store', 'django-store-uuid.schema.sql', 'uuid'],
] as const) {
  const schema = shopFile(file);
  if (!schema) {
    test.skip(`${file} is not there`);
    continue;
  }
  test(`app ${app}, customers of type ${customer}: views, build and planted outfits`, async ({
    client,
    database,
  }) => {
    const size = { outfits: 40, kinds: 10, sizes: 1, customers: 300, orders: 8_000, noise: 0.25 };
    const match = await connectPlantedShop(client, 'django', { schema, fill: djangoFill(app), size });
    assert.is(match.schema, 'public');
    assert.ok(match.evidence.includes(`public.${app}_orderitem`), `${match.evidence}`);
    assert.equal(await compareWithPlanted(client), {});
    const share = await buildAndMeasure(client, database.url);
    assert.equal(await unrelatedEntries(client), []);
    if (process.env.COUTURE_TEST_FIGURES) console.log(JSON.stringify(share));
    assert.is((await readKeyTypes(client)).customer, customer);
    assert.ok(share.inside / share.entries >= 0.999, JSON.stringify(share));
    assert.is(share.falsePairs, 0);
    assert.ok(share.personalized > 250, JSON.stringify(share));
    await checkAddresses(client, database.url);
    // A tree of categories, as a later migration of the shop makes it.
    await client.query(`alter table ${app}_category add parent_id bigint references ${app}_category`);
    assert.is(await initPreset(client, 'django', { replace: true }), 'replaced');
    await tryThinCategory({ client, database }, 'django', `${app}_`);
  });
}
