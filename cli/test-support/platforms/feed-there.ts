// A product feed from a platform's shop: its ids, prices, pages and pictures.
import { parse } from 'csv-parse/sync';
import { assert } from '../../../fixtures/suite.ts';
import type { Client } from '../../../sql/pool.ts';
import { runCommand } from '../run-command.ts';

/** Compares the feed with the shop's own view: every product that can be sold, at its price, with whole addresses. */
export async function tryProductFeed(client: Client, databaseUrl: string): Promise<void> {
  const shop = 'https://shop.example';
  const env = {
    DATABASE_URL: databaseUrl,
    COUTURE_SHOP_URL: shop,
    COUTURE_MEDIA_URL: 'https://media.example/',
    COUTURE_PRODUCT_URL: '/products/{id}',
    COUTURE_CURRENCY: 'SEK',
    NO_COLOR: '1',
  };
  const { code, stdout, stderr } = await runCommand(['recs', 'export', '--format', 'products-tsv'], {
    cwd: '/',
    env,
  });
  assert.is(code, 0, stderr);
  const feed: Array<Record<string, string>> = parse(stdout, { delimiter: '\t', columns: true, quote: null });
  const { rows } = await client.query<{ id: string; price: string; stocked: boolean }>(
    `select product_id::text as id, round(price::numeric, 2)::text || ' SEK' as price, coalesce(inventory, 1) > 0 as stocked
     from couture_source.product p where price > 0 and image_url is not null`,
  );
  const facts = new Map(rows.map((row) => [row.id, row]));
  assert.equal(feed.map(({ id }) => id!).sort(), [...facts.keys()].sort());
  for (const { id, link, image_link, price, availability } of feed) {
    const { price: own, stocked } = facts.get(id!)!;
    assert.equal([price, availability], [own, stocked ? 'in_stock' : 'out_of_stock']);
    assert.ok(link!.startsWith(`${shop}/`), link);
    assert.match(image_link!, /^https:\/\/(media|cdn)\.example\//);
  }
}
