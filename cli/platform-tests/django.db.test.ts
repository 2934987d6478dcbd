// Django shops of two shapes: app `api` with auth_user, and app `store` with its own user model and uuid ids.
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { assert } from '../../fixtures/suite.ts';
import { readKeyTypes } from '../../sql/id-types.ts';
import {
  buildAndMeasure,
  compareWithPlanted,
  connectPlantedShop,
  fillFile,
  shopFile,
} from '../test-support/platforms/platform-shop.ts';

const test = databaseSuite('Django shops');

const shapes = [
  {
    schema: 'django.schema.sql',
    app: 'api',
    customer: 'bigint',
    user: (id: string) => id,
    users: `insert into auth_user (id, password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined)
      select customer, '', false, 'u' || customer, 'Ada', 'Lind', 'u' || customer || '@shop.example', false, true, now() from planted.customer`,
  },
  {
    schema: 'django-store-uuid.schema.sql',
    app: 'store',
    customer: 'uuid',
    user: (id: string) => `lpad(to_hex(${id}), 32, '0')::uuid`,
    users: `insert into accounts_user (id, password, is_superuser, first_name, last_name, email, is_staff, is_active, date_joined)
      select lpad(to_hex(customer), 32, '0')::uuid, '', false, 'Ada', 'Lind', 'u' || customer || '@shop.example', false, true, now()
      from planted.customer`,
  },
];

for (const { schema, app, customer, user, users } of shapes) {
  const tables = shopFile(schema);
  if (!tables) {
    test.skip(`${schema} is not there`);
    continue;
  }
  test(`app ${app}, customers of type ${customer}: views, build and planted outfits`, async ({
    client,
    database,
  }) => {
    const fill = fillFile('django-fill.sql')
      .replaceAll(':app_', `${app}_`)
      .replace(':users', users)
      .replace(/:user_of\((.*?)\)/, (_, id) => user(id));
    const size = { outfits: 40, kinds: 10, sizes: 1, customers: 300, orders: 8_000, noise: 0.25 };
    const match = await connectPlantedShop(client, 'django', { schema: tables, fill, size });
    assert.is(match.schema, 'public');
    assert.ok(match.evidence.includes(`public.${app}_orderitem`), `${match.evidence}`);
    assert.equal(await compareWithPlanted(client), {});
    const share = await buildAndMeasure(client, database.url);
    assert.is((await readKeyTypes(client)).customer, customer);
    assert.ok(share.inside / share.entries >= 0.999, JSON.stringify(share));
    assert.is(share.falsePairs, 0);
    assert.ok(share.personalized > 250, JSON.stringify(share));
  });
}
