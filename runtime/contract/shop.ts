// What a front end has to know of a shop before it shows anything.
import { z } from 'zod';
import { route } from './route.ts';

export const shopFacts = z.object({
  /** What the shop is called. */
  name: z.string(),
  /** Whether this is couture's sample shop, in which nothing is delivered. */
  sample: z.boolean(),
  /** Where the shop is; null: couture's storefront is the shop. */
  url: z.string().nullable(),
  /** ISO 4217; all prices are in it. */
  currency: z.string().regex(/^[A-Z]{3}$/),
  /** Whether POST /api/orders takes orders: the sample shop's checkout. A real shop has one of its own. */
  checkout: z.boolean(),
  /** Where a cart is handed over, with `{items}` for `id:quantity,id:quantity`; null where the shop takes none. */
  checkout_url: z.string().nullable(),
  /** Where a shopper signs in; null where the shop has not said. */
  sign_in_url: z.string().nullable(),
});
export type ShopFacts = z.output<typeof shopFacts>;

export const shopRoutes = {
  read: route({
    method: 'GET',
    path: '/api/shop',
    summary: 'Name, address, currency, checkout and sign-in of the shop',
    tag: 'shop',
    access: 'public',
    answers: { 200: shopFacts, 304: null },
  }),
};
