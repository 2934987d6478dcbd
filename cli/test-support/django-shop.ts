// A Django shop with a published build, for tests of the runtime next to a shop with its own site and checkout.
import { djangoRows, djangoTables } from '../../fixtures/django-shop.ts';
import { openClient, type Queryable } from '../../sql/pool.ts';
import { adoptShop } from '../../sql/source/adopt-shop.ts';
import { buildAgain } from './sample-server.ts';

/** Fills an empty database. The source views contain paths instead of URLs, as the preset creates them. */
export async function fillDjangoShop(databaseUrl: string): Promise<void> {
  const client = await openClient(databaseUrl);
  try {
    await fillDjangoTables(client);
    await adoptShop(client, 'django');
  } finally {
    await client.end();
  }
  await buildAgain(databaseUrl);
}

/** The shop's own tables alone, as before couture is connected. */
export async function fillDjangoTables(client: Queryable): Promise<void> {
  await client.query(djangoTables + djangoRows);
  // Bought together often enough for a bundle.
  await client.query(`
    insert into api_product (id, name, description, price, on_sale, image_url, rating, featured, inventory, category_id)
      values (12, 'Belt', '', 30, false, 'belts/12.jpg', 0, false, 9, 2);
    insert into api_order (id, created_at, status, user_id)
      select 200 + n, '2024-03-06T10:00Z', 'delivered', 1 from generate_series(1, 30) n;
    insert into api_orderitem (order_id, product_id, quantity, price)
      select 200 + n, id, 1, 30 from generate_series(1, 30) n, unnest(array[10, 12]) id`);
}
