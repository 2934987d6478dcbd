// POST /api/events: impressions, clicks and add-to-carts → the event buffer. The customer comes from the token, if any.
import type { Context } from 'koa';
import { eventRoutes as routes } from '../../contract/event.ts';
import { shopId } from '../../shop/shop-ids.ts';
import type { Storefront } from '../../shop/storefront.ts';
import { type Binding, bind } from '../bind.ts';
import type { EventBuffer } from '../event-buffer.ts';

export interface EventParts {
  readonly buffer: EventBuffer;
  /** Counts events against their sender's limit. @throws CoutureError `too_many_requests` */
  readonly take: (ctx: Context, events: number) => void;
}

/** Adds the route. */
export function events(binding: Binding, shop: Storefront, { buffer, take }: EventParts): void {
  bind(binding, routes.send, ({ body, principal, ctx }) => {
    // Ignore events of clients that opt out of tracking (Global Privacy Control).
    if (ctx.get('Sec-GPC') === '1') return;
    take(ctx, body.events.length);
    const arm = shop.armOf(body.visitor) ?? null;
    // Use the server's clock, since those of browsers are unreliable.
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
