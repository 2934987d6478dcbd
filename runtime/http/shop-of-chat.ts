// The shop as chat sees it: current products, a customer's orders, and recommendations. api-routes.ts passes it to chat,
// since chat and http do not import each other. Chats may be older than
// the type of the shop's ids: an id of another type matches nothing.

import { readContact } from '../../sql/store/shop/customer-contact.ts';
import { ordersOf } from '../../sql/store/shop/customer-orders.ts';
import { canonicalId, isId } from '../../sql/store/shop/shop-products.ts';
import { address, text } from '../auth/claims.ts';
import type { OwnOrder } from '../contract/order.ts';
import type { ListedProduct, ProductCard, WireId } from '../contract/product.ts';
import { listedProduct } from '../recommendations/list-wire.ts';
import { LiveLists } from '../recommendations/live-lists.ts';
import type { Storefront } from '../shop/storefront.ts';
import { ownOrder } from './routes/orders.ts';

/** Number of products recommended beside a chat. */
const maxRecommended = 6;

export function shopOfChat(shop: Storefront) {
  return {
    productId: (text: string): string | undefined => canonicalId(shop.ids.product, text),
    async products(ids: readonly string[]): Promise<ReadonlyMap<string, ProductCard>> {
      const cards = await shop.cards.read(ids.filter((id) => isId(shop.ids.product, id)));
      return new Map([...cards].map(([id, card]) => [id, shop.wire.card(card)]));
    },
    customerId: (id: string): WireId => shop.wire.customerId(id),
    async contact(customerId: string): Promise<{ name?: string | undefined; email?: string | undefined }> {
      if (!isId(shop.ids.customer, customerId)) return {};
      const found = await shop.views.read(
        'customer',
        'customer contact',
        () => readContact(shop.pool, shop.ids.customer, customerId),
        () => undefined,
      );
      return {
        name: text.safeParse(found?.name?.trim()).data || undefined,
        email: address.safeParse(found?.email?.trim()).data,
      };
    },
    async orders(customerId: string, limit: number): Promise<OwnOrder[]> {
      if (!isId(shop.ids.customer, customerId)) return [];
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
      const known = customerId !== undefined && isId(shop.ids.customer, customerId);
      const lists = new LiveLists(await shop.served.current(), shop.cards);
      const list =
        cart.length > 0
          ? await lists.forCart([...cart], maxRecommended)
          : await lists.personalized(known ? customerId : undefined, maxRecommended);
      return list.shown.map((each) => listedProduct(shop.wire, each));
    },
  };
}
