// The recommendation routes: seven read a list, one takes the cart.
import { z } from 'zod';
import { askedId, listedProduct, money, pathId } from './product.ts';
import { queryInteger, route } from './route.ts';

export const productList = z.array(listedProduct);

/** A product that the customer is due to buy again: the variant that they bought. */
export const dueProduct = z
  .object({
    ...listedProduct.shape,
    /** Day of the customer's last purchase, in UTC; null if the shop's orders have no dates, as the other two. */
    last_bought_on: z.iso.date().nullable(),
    /** Days between two purchases, at least 1: the customer's own, shrunk to those of all buyers. */
    interval_days: z.number().int().nullable(),
    /** The last day plus the interval; in the past if the purchase is overdue. */
    due_on: z.iso.date().nullable(),
  })
  .meta({ id: 'DueProduct' });
export type DueProduct = z.output<typeof dueProduct>;

export const bundle = z.object({
  /** The product itself first, then the products it is bundled with; empty when no bundle is offered. */
  products: productList,
  original_price: money.optional(),
  bundle_price: money.optional(),
  savings: money.optional(),
  /** Discount as a share of the price (0.1); it applies to a part of the bundle as well. */
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
    summary: 'List products like this one at a similar price',
    access: 'public',
    params,
    query: limit(6),
  }),
  boughtTogether: route({
    ...list,
    path: '/api/recommendations/bought-together/:product_id',
    summary: 'List products that were bought in the same orders',
    access: 'public',
    params,
    query: limit(4),
  }),
  personalized: route({
    ...list,
    path: '/api/recommendations/personalized',
    summary: 'List products for the signed-in customer, based on their purchases; trending ones without any',
    access: 'signed_in',
    query: limit(8),
    problems: [400, 401],
  }),
  buyAgain: route({
    ...list,
    path: '/api/recommendations/buy-again',
    summary: 'List products that the signed-in customer is due to buy again within some days',
    access: 'signed_in',
    query: limit(8).extend({ within: queryInteger(0, 365, 7) }),
    answers: { 200: z.array(dueProduct), 304: null },
    problems: [400, 401],
  }),
  trending: route({
    ...list,
    path: '/api/recommendations/trending',
    summary: 'List products that sell better than they used to, in the shop or in one category',
    access: 'public',
    query: limit(8).extend({ category: z.string().max(200).default('') }),
  }),
  youMayLike: route({
    ...list,
    path: '/api/recommendations/you-may-like/:product_id',
    summary: 'List similar products, interleaved with personalized ones for the signed-in customer',
    access: 'welcome',
    params,
    query: limit(6),
    problems: [400, 401],
  }),
  bundle: route({
    ...list,
    path: '/api/recommendations/bundle/:product_id',
    summary:
      'Read the bundle of a product: up to `limit` products of other categories, together at a discount',
    access: 'public',
    params,
    query: limit(3),
    answers: { 200: bundle, 304: null },
  }),
  forCart: route({
    ...list,
    method: 'POST',
    path: '/api/recommendations/for-cart',
    summary: 'List products that are often bought with those in a cart',
    access: 'public',
    body: z.object({
      product_ids: z.array(askedId).min(1).max(100),
      limit: z.number().int().min(1).max(24).default(6),
    }),
    answers: { 200: productList },
    problems: [400, 413, 415],
  }),
};
