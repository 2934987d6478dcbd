// POST /api/bag: the signed-in customer's bag, for reminders that they asked for.
import { type BagItem, saveBag } from '../../../sql/store/push/bags.ts';
import { bagRoutes as routes } from '../../contract/bag.ts';
import type { Storefront } from '../../shop/storefront.ts';
import { type Binding, bind } from '../bind.ts';

export function bag(binding: Binding, shop: Storefront): void {
  bind(binding, routes.save, async ({ principal, body }) => {
    const { customerId } = principal;
    if (customerId === undefined) return { stored: false };
    const found = await Promise.all(body.items.map(({ product_id }) => shop.productIds.find(product_id)));
    const cards = await shop.cards.read(found.flatMap((each) => each?.id ?? []));
    // What the shop doesn't have is of no use in a reminder.
    const items = body.items.flatMap(({ quantity }, at): BagItem[] => {
      const id = found[at]?.id;
      return id !== undefined && cards.has(id) ? [{ product_id: id, quantity }] : [];
    });
    return { stored: await saveBag(shop.pool, customerId, items) };
  });
}
