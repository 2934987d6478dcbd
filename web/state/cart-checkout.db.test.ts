// The cart and the checkout of a running shop: for any prices, sales, quantities and bundle discounts, the shop accepts an
// order at exactly the total that the cart shows, and its API offers bundles at the cart's price.
import { queryDatabase } from '../../fixtures/database.ts';
import { Random } from '../../fixtures/random.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import type { WirePlacedOrder } from '../../runtime/contract/order.ts';
import type { ProductCard } from '../../runtime/contract/product.ts';
import type { Bundle } from '../../runtime/contract/recommendation.ts';
import { type RunningShop, runShop } from '../test-support/shop-in-browser.ts';
import { Cart, priceOfBundle } from './cart.ts';
import { type CartContent, emptyCart } from './cart-content.ts';
import { centsOf, unitsOf } from './money.ts';
import { newId } from './new-id.ts';
import type { Saved } from './saved.ts';

const test = suite('the cart and the checkout');

for (const discount of [0.1, 0.333]) {
  test(`the checkout accepts exactly what the cart shows, with bundles at ${discount} off`, async () => {
    const shop = await runShop({ COUTURE_BUNDLE_DISCOUNT: String(discount) });
    try {
      const random = new Random(discount * 1_000);
      await repriceShop(shop, random);
      const offers = await bundlesOffered(shop);
      for (let turn = 0; turn < 12; turn++) {
        const cart = new Cart(inMemory());
        const count = random.below(4);
        for (const id of random.some(productIds, count))
          cart.add([await get<ProductCard>(shop, `/api/products/${id}`)], 1 + random.below(99));
        const bundles = random.some(offers, turn % 2 === 0 || count === 0 ? 1 + random.below(3) : 0);
        for (const { subject, offer } of bundles) {
          // The whole bundle, or the subject with some of the others, as the widgets let a shopper choose.
          const [itself, ...others] = offer.products;
          const chosen = [itself!, ...random.some(others, 1 + random.below(others.length))];
          cart.addBundle(subject, chosen, offer.discount!);
          if (chosen.length === offer.products.length)
            assert.is(priceOfBundle(cart.bundles.at(-1)!).bundleCents, centsOf(offer.bundle_price!));
        }
        const words = JSON.stringify(cart.order);
        const dearer = await order(shop, { ...cart.order, expected_total: unitsOf(cart.totalCents - 1) });
        assert.equal([dearer.status, dearer.body.code], [409, 'price_changed'], words);
        const placed = await order(shop, cart.order);
        assert.is(placed.status, 201, `${words} ${JSON.stringify(placed.body)}`);
        assert.is(centsOf(placed.body.total), cart.totalCents, words);
        assert.is(centsOf(placed.body.savings), cart.savingCents, words);
      }
    } finally {
      await shop.close();
    }
  });
}

const productIds = Array.from({ length: 60 }, (_, n) => n + 1);

/** Gives each product a price of up to a thousand, some of them a sale, and plenty of stock. */
async function repriceShop({ databaseUrl }: RunningShop, random: Random): Promise<void> {
  const rows = productIds.map((id) => {
    const cents = 2 + random.below(10 ** (1 + random.below(5)));
    return [id, cents, random.chance(0.4) ? 1 + random.below(cents - 1) : null];
  });
  await queryDatabase(databaseUrl, 'update shop.product set inventory = 1000000');
  await queryDatabase(
    databaseUrl,
    `update shop.product p set price = (n ->> 1)::numeric / 100, discounted_price = (n ->> 2)::numeric / 100,
       on_sale = n ->> 2 is not null
     from jsonb_array_elements($1) n where p.product_id = (n ->> 0)::bigint`,
    [JSON.stringify(rows)],
  );
}

async function bundlesOffered(shop: RunningShop): Promise<Array<{ subject: number; offer: Bundle }>> {
  const offers = [];
  for (const subject of productIds.slice(0, 20)) {
    const offer = await get<Bundle>(shop, `/api/recommendations/bundle/${subject}?limit=5`);
    if (offer.products.length > 1) offers.push({ subject, offer });
  }
  assert.ok(offers.length > 5, 'bundles are offered');
  return offers;
}

async function get<Body>({ url }: RunningShop, path: string): Promise<Body> {
  const answer = await fetch(url + path);
  assert.is(answer.status, 200, path);
  return (await answer.json()) as Body;
}

async function order(
  { url }: RunningShop,
  asked: Cart['order'],
): Promise<{ status: number; body: WirePlacedOrder & { code?: string } }> {
  const answer = await fetch(`${url}/api/orders`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': newId() },
    body: JSON.stringify(asked),
  });
  return { status: answer.status, body: await answer.json() };
}

function inMemory(): Saved<CartContent> {
  let content: CartContent = emptyCart;
  return {
    read: () => content,
    stored: () => content,
    write: (value) => {
      content = value;
      return true;
    },
    clear: () => true,
    watch: () => {},
  };
}
