// The recommendation routes: six that read a list, and one that takes the cart.
import { z } from 'zod';
import { askedId, listedProduct, money, pathId } from './product.ts';
import { queryInteger, route } from './route.ts';

export const productList = z.array(listedProduct);

export const bundle = z.object({
  /** The product itself first, then what goes with it; none where no bundle is offered. */
  products: productList,
  original_price: money.optional(),
  bundle_price: money.optional(),
  savings: money.optional(),
  /** Share of the price that is saved, of a part of the bundle too: 0.1. */
  discount: z.number().min(0).max(1).optional(),
});
export type Bundle = z.output<typeof bundle>;

const params = z.object({ product_id: pathId });
const limit = (fallback: number) => z.object({ limit: queryInteger(1, 24, fallback) });
const list = {
  method: 'GET',
  tag: 'recommendations',
  fromBuild: true,
  answers: { 200: productList, 304: null },
  problems: [400],
} as const;

export const recommendationRoutes = {
  similar: route({
    ...list,
    path: '/api/recommendations/similar/:product_id',
    summary: 'Products like this one, at a similar price',
    access: 'public',
    params,
    query: limit(6),
  }),
  boughtTogether: route({
    ...list,
    path: '/api/recommendations/bought-together/:product_id',
    summary: 'Products that were bought in the same orders',
    access: 'public',
    params,
    query: limit(4),
  }),
  personalized: route({
    ...list,
    path: '/api/recommendations/personalized',
    summary: 'What fits what the signed-in customer bought; trending where nothing is known of them',
    access: 'signed_in',
    query: limit(8),
    problems: [400, 401],
  }),
  trending: route({
    ...list,
    path: '/api/recommendations/trending',
    summary: 'What sells better than it used to, in the shop or in one category',
    access: 'public',
    query: limit(8).extend({ category: z.string().max(200).default('') }),
  }),
  youMayLike: route({
    ...list,
    path: '/api/recommendations/you-may-like/:product_id',
    summary: 'Similar products and those that fit the signed-in customer, in turn',
    access: 'welcome',
    params,
    query: limit(6),
    problems: [400, 401],
  }),
  bundle: route({
    ...list,
    path: '/api/recommendations/bundle/:product_id',
    summary: 'The product and up to `limit` others of other categories, together at a lower price',
    access: 'public',
    params,
    query: limit(3),
    answers: { 200: bundle, 304: null },
  }),
  forCart: route({
    ...list,
    method: 'POST',
    path: '/api/recommendations/for-cart',
    summary: 'What is bought with the products of a cart',
    access: 'public',
    body: z.object({
      product_ids: z.array(askedId).min(1).max(100),
      limit: z.number().int().min(1).max(24).default(6),
    }),
    answers: { 200: productList },
    problems: [400, 413, 415],
  }),
};
