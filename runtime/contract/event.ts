// What shoppers do with recommendations: seen, clicked, put into the cart; sent in batches, by sendBeacon too.
import { z } from 'zod';
import { askedId } from './product.ts';
import { route } from './route.ts';

/** Postgres holds no NUL in texts. */
const words = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[^\0]*$/, 'expected no NUL');

export const recommendationEvent = z.object({
  type: z.enum(['impression', 'click', 'add_to_cart']),
  /** The list that the product was in. */
  kind: z.enum([
    'similar',
    'bought_together',
    'personalized',
    'trending',
    'you_may_like',
    'bundle',
    'for_cart',
  ]),
  /** The product that was seen, clicked, or put into the cart. */
  product_id: askedId,
  /** Its place in the list; 1 is the first. */
  place: z.number().int().min(1).max(1_000),
  /** The product or category whose list it was. */
  subject: z.union([z.number().int().transform(String), words(200)]).optional(),
  /** As the list's header `X-Couture-Build` said. */
  build_id: z.number().int().min(1).max(2_147_483_647).optional(),
});
export type WireEvent = z.output<typeof recommendationEvent>;

export const eventRoutes = {
  send: route({
    method: 'POST',
    path: '/api/events',
    summary: 'Say what became of recommendations; kept for a moment and written in batches',
    tag: 'events',
    access: 'welcome',
    body: z.object({
      events: z.array(recommendationEvent).min(1).max(50),
      /** An id that the browser made up; it tells visitors apart without a name. */
      visitor: words(100).optional(),
    }),
    bodyBytes: 32_768,
    // What navigator.sendBeacon sends a string as.
    bodyTypes: ['text/plain'],
    answers: { 202: null },
    problems: [400, 401, 403, 413, 415],
  }),
};
