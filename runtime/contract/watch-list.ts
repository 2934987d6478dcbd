// The signed-in customer's watch list: read, and changed where the shop lets couture write it.
import { z } from 'zod';
import { askedId, productCard } from './product.ts';
import { route } from './route.ts';

const watchList = z.object({
  /** What is sold out is there too; what the shop has no more is not. */
  products: z.array(productCard),
});

const shared = {
  path: '/api/watchlist',
  tag: 'watch list',
  access: 'signed_in',
  answers: { 200: watchList },
} as const;

export const watchListRoutes = {
  read: route({ ...shared, method: 'GET', summary: 'The products on the own watch list', problems: [401] }),
  add: route({
    ...shared,
    method: 'POST',
    summary: 'Put a product on the own watch list; it may be there already',
    body: z.object({ product_id: askedId }),
    problems: [400, 401, 403, 404, 413, 415, 501],
  }),
  remove: route({
    ...shared,
    method: 'DELETE',
    summary: 'Take a product, named in the query or the body, off the own watch list; it may be gone already',
    query: z.object({ product_id: askedId.optional() }),
    body: z.object({ product_id: askedId }).optional(),
    problems: [400, 401, 403, 404, 413, 415, 501],
  }),
};
