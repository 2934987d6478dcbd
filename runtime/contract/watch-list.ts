// The watch list routes: read and change the signed-in customer's watch list, which is the shop's own or kept by couture.
import { z } from 'zod';
import { askedId, productCard } from './product.ts';
import { route } from './route.ts';

const watchList = z.object({
  /** Includes sold-out products, but not those that the shop no longer has. */
  products: z.array(productCard),
});

const shared = {
  path: '/api/watchlist',
  tag: 'watch list',
  access: 'signed_in',
  answers: { 200: watchList },
} as const;

export const watchListRoutes = {
  read: route({
    ...shared,
    method: 'GET',
    summary: 'List the products on your own watch list',
    problems: [401],
  }),
  add: route({
    ...shared,
    method: 'POST',
    summary: 'Add a product to your own watch list; a no-op if it is already there',
    body: z.object({ product_id: askedId }),
    problems: [400, 401, 403, 404, 409, 413, 415, 501],
  }),
  remove: route({
    ...shared,
    method: 'DELETE',
    summary:
      'Remove a product, given in the query or the body, from your own watch list; a no-op if it is not there',
    query: z.object({ product_id: askedId.optional() }),
    body: z.object({ product_id: askedId }).optional(),
    problems: [400, 401, 403, 404, 413, 415, 501],
  }),
};
