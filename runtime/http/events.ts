// POST /api/events: what became of recommendations → the buffer that writes them. The customer is the token's, if any.
import { eventRoutes as routes } from '../contract/event.ts';
import { type Binding, bind } from './bind.ts';
import type { EventBuffer } from './event-buffer.ts';
import { shopId } from './recommendations/shop-ids.ts';
import type { Storefront } from './recommendations/storefront.ts';

/** Adds the route. */
export function events(binding: Binding, shop: Storefront, buffer: EventBuffer): void {
  bind(binding, routes.send, ({ body, principal, ctx }) => {
    // Nobody who asks not to be followed is (Global Privacy Control), whoever sends it.
    if (ctx.get('Sec-GPC') === '1') return;
    const arm = shop.armOf(body.visitor) ?? null;
    // The server's clock: those of browsers are what they are.
    const at = new Date();
    buffer.add(
      body.events.map((event) => ({
        at,
        type: event.type,
        kind: event.kind,
        buildId: event.build_id ?? null,
        subject: event.subject ?? null,
        item: shopId(shop.ids.product, event.product_id),
        place: event.place,
        customer: principal?.customerId ?? null,
        visitor: body.visitor ?? null,
        arm,
      })),
    );
  });
}
