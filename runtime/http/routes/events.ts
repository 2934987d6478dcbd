// POST /api/events: product views, and impressions, clicks and add-to-carts → the event buffer. The customer comes from the
// token, if any.
import type { Context } from 'koa';
import { eventRoutes as routes, type WireEvent } from '../../contract/event.ts';
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
  bind(binding, routes.send, async ({ body, principal, ctx }) => {
    // Ignore events of clients that opt out of tracking (Global Privacy Control).
    if (ctx.get('Sec-GPC') === '1') return;
    take(ctx, body.events.length);
    const arm = shop.armOf(body.visitor) ?? null;
    // Use the server's clock, since those of browsers are unreliable.
    const at = new Date();
    const items = await Promise.all(body.events.map((event) => shop.productIds.find(event.product_id)));
    const subjects = await Promise.all(body.events.map((event) => subjectOf(shop, event)));
    buffer.add(
      body.events.flatMap((event, index) => {
        const item = items[index]?.id;
        if (item === undefined) return [];
        return {
          at,
          type: event.type,
          kind: event.kind,
          buildId: event.build_id ?? null,
          subject: subjects[index] ?? null,
          item,
          place: event.place,
          customer: principal?.customerId ?? null,
          visitor: body.visitor ?? null,
          arm,
        };
      }),
    );
  });
}

/** Lists of a product report the product under the name that their page used; the others report a category. */
async function subjectOf(shop: Storefront, { kind, subject }: WireEvent): Promise<string | undefined> {
  if (subject === undefined || !productKinds.has(kind)) return subject;
  const found = await shop.productIds.find(subject).catch(() => undefined);
  return found?.id ?? subject;
}

const productKinds: ReadonlySet<string> = new Set(['similar', 'bought_together', 'you_may_like', 'bundle']);
