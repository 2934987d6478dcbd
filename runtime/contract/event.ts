// The event route: views of product pages, and impressions, clicks and add-to-carts of recommendations, sent in batches, by
// sendBeacon as well.
import { z } from 'zod';
import { askedId } from './product.ts';
import { route } from './route.ts';

/** Text without U+0000, which Postgres cannot store. */
const words = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[^\0]*$/, 'expected no U+0000');

export const recommendationEvent = z
  .object({
    type: z.enum(['impression', 'click', 'add_to_cart', 'view']),
    /** The list in which the product was shown; `product_page` for a view. */
    kind: z.enum([
      'similar',
      'bought_together',
      'personalized',
      'buy_again',
      'trending',
      'you_may_like',
      'bundle',
      'for_cart',
      'recently_viewed',
      'product_page',
    ]),
    /** The product that was seen, clicked, added to the cart or viewed. */
    product_id: askedId,
    /** Position in the list; 1 is the first. 1 for a view. */
    place: z.number().int().min(1).max(1_000),
    /** The product or category that the list belongs to. */
    subject: z.union([z.number().int().transform(String), words(200)]).optional(),
    /** The list's `X-Couture-Build` header. */
    build_id: z.number().int().min(1).max(2_147_483_647).optional(),
  })
  .refine(
    ({ type, kind }) => (type === 'view') === (kind === 'product_page'),
    'expected kind product_page for a view, and a list for other events',
  );
export type WireEvent = z.output<typeof recommendationEvent>;

export const eventRoutes = {
  send: route({
    method: 'POST',
    path: '/api/events',
    summary:
      'Report product views, and impressions, clicks and add-to-carts of recommendations; they are written in batches',
    tag: 'events',
    access: 'welcome',
    body: z.object({
      events: z.array(recommendationEvent).min(1).max(50),
      /** An id that the browser generated, to tell anonymous visitors apart. */
      visitor: words(100).optional(),
    }),
    bodyBytes: 32_768,
    // The content type that navigator.sendBeacon uses for strings.
    bodyTypes: ['text/plain'],
    answers: { 202: null },
    problems: [400, 401, 403, 413, 415],
  }),
};
