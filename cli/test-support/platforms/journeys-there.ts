// Journeys next to a platform's shop: ids of its type, its currency and its pages.
import { assert } from '../../../fixtures/suite.ts';
import { readIdTypes } from '../../../sql/id-types.ts';
import type { Client } from '../../../sql/pool.ts';
import { boughtSince } from '../../../sql/store/push/occasions.ts';
import { runCommand } from '../run-command.ts';

/** Previews each journey, and compares what a customer who viewed a product would get with the shop's own facts. */
export async function tryJourneys(client: Client, databaseUrl: string): Promise<void> {
  const { rows } = await client.query<Record<'customer' | 'bought' | 'product' | 'name' | 'url', string>>(
    `with own as (
       select customer_id, product_id from couture_source.order_line where customer_id is not null
       order by ordered_at desc, product_id limit 1)
     select own.customer_id::text as customer, own.product_id::text as bought, p.product_id::text as product,
       p.name::text as name, to_jsonb(p) ->> 'url' as url
     from own join couture_source.product p on p.inventory > 0 and not exists (
       select from couture_source.order_line o
       join couture.product_key k on k.product_id = o.product_id
       join couture.product_key v on v.product_id = p.product_id and v.representative_key = k.representative_key
       where o.customer_id = own.customer_id)
     order by p.product_id limit 1`,
  );
  const [{ customer, bought: purchase, product, name, url }] = rows as [(typeof rows)[number]];
  await client.query(
    `insert into couture.push_subscription (endpoint, origin, p256dh, auth, customer_id, key_id, topics)
     values ('https://push.example/1', 'https://push.example', 'p', 'a', $1, 'k', '{news}')`,
    [customer],
  );
  await client.query(
    `insert into couture.recommendation_event (at, type, kind, item, place, customer)
     values (now() - interval '5 hours', 'view', 'product_page', $2, 1, $1)`,
    [customer, product],
  );
  const types = await readIdTypes(client);
  const ids = { product: types.product!, customer: types.customer! };
  const bought = (after: string) =>
    boughtSince(client, ids, [
      { customer_id: customer, product_id: purchase, bought_after: new Date(after) },
      { customer_id: customer, product_id: null, bought_after: new Date(after) },
      { customer_id: customer, product_id: product, bought_after: new Date(after) },
      { customer_id: 'sub:nobody', product_id: purchase, bought_after: new Date(after) },
    ]);
  assert.equal(await bought('2000-01-01'), [true, true, false, false]);
  assert.equal(await bought('2100-01-01'), [false, false, false, false]);
  const shop = 'https://shop.example';
  const env = { DATABASE_URL: databaseUrl, COUTURE_SHOP_URL: shop, COUTURE_CURRENCY: 'SEK', NO_COLOR: '1' };
  for (const journey of ['viewed', 'buy-again', 'welcome', 'win-back', 'price-drop', 'back-in-stock']) {
    const { code, stdout, stderr } = await runCommand(['push', 'journeys', 'preview', journey, '--json'], {
      cwd: '/',
      env,
    });
    assert.is(code, 0, stderr);
    if (journey !== 'viewed') continue;
    const { occasions, examples } = JSON.parse(stdout);
    assert.equal([occasions, examples[0]?.customer], [1, customer]);
    assert.ok(examples[0].body.startsWith(`${name}: SEK`), examples[0].body);
    assert.is(examples[0].url, url ? new URL(url, shop).href : `${shop}/`);
  }
}
