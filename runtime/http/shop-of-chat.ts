// What chats may know of the shop: products as they are now, a customer's orders, and what to recommend. app.ts hands
// it over, since chat and http do not know each other.

import { ordersOf } from '../../sql/store/shop/customer-orders.ts';
import { canonicalId } from '../../sql/store/shop/shop-products.ts';
import type { OwnOrder } from '../contract/order.ts';
import type { ListedProduct, ProductCard, WireId } from '../contract/product.ts';
import { listedProduct } from '../recommendations/list-wire.ts';
import { LiveLists } from '../recommendations/live-lists.ts';
import type { Storefront } from '../shop/storefront.ts';
import { ownOrder } from './routes/orders.ts';

/** Products that are recommended beside a chat. */
const mostRecommended = 6;

export function shopOfChat(shop: Storefront) {
  return {
    productId: (text: string): string | undefined => canonicalId(shop.ids.product, text),
    async products(ids: readonly string[]): Promise<ReadonlyMap<string, ProductCard>> {
      const cards = await shop.cards.read(ids);
      return new Map([...cards].map(([id, card]) => [id, shop.wire.card(card)]));
    },
    customerId: (id: string): WireId => shop.wire.customerId(id),
    async orders(customerId: string, limit: number): Promise<OwnOrder[]> {
      const found = await shop.views.read(
        'order_line',
        'orders',
        () => ordersOf(shop.pool, shop.ids.customer, customerId, { limit }),
        () => [],
      );
      const cards = await shop.cards.read(
        new Set(found.flatMap((order) => order.lines.map((line) => line.product_id))),
      );
      return found.map((order) => ownOrder(shop, order, cards));
    },
    async recommend(customerId: string | undefined, cart: readonly string[]): Promise<ListedProduct[]> {
      const lists = new LiveLists(await shop.served.current(), shop.cards);
      const list =
        cart.length > 0
          ? await lists.forCart([...cart], mostRecommended)
          : await lists.personalized(customerId, mostRecommended);
      return list.shown.map((each) => listedProduct(shop.wire, each));
    },
  };
}
