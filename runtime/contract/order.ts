// Orders: what a shopper asks for at the checkout, what was ordered, and a customer's own orders.
import { z } from 'zod';
import { askedId, money, wireId } from './product.ts';
import { queryInteger, route } from './route.ts';

export const orderLine = z.object({
  product_id: wireId,
  name: z.string(),
  quantity: z.number().int(),
  /** What one was sold at; in a bundle, after its saving. */
  unit_price: money,
  line_price: money,
});

export const placedOrder = z
  .object({
    order_id: wireId,
    status: z.string(),
    ordered_at: z.iso.datetime(),
    lines: z.array(orderLine),
    total: money,
    /** What bundles saved; the total is after it. */
    savings: money,
  })
  .meta({ id: 'PlacedOrder' });
export type WirePlacedOrder = z.output<typeof placedOrder>;

export const ownOrder = z
  .object({
    order_id: wireId,
    ordered_at: z.iso.datetime(),
    lines: z.array(
      z.object({
        ...orderLine.shape,
        /** Null: the shop has the product no more. */
        name: z.string().nullable(),
        image_url: z.string().nullable(),
        url: z.string().nullable(),
      }),
    ),
    total: money,
  })
  .meta({ id: 'OwnOrder' });
export type OwnOrder = z.output<typeof ownOrder>;

const askedOrder = z.object({
  items: z
    .array(z.object({ product_id: askedId, quantity: z.number().int().min(1).max(99) }))
    .max(100)
    .default([]),
  /** Beside the items, one of each product: a bundle that is offered for `product_id`, or part of it. */
  bundles: z
    .array(z.object({ product_id: askedId, product_ids: z.array(askedId).min(2).max(25) }))
    .max(20)
    .default([]),
  /** What the shopper was shown; another total of today refuses the order. */
  expected_total: z.number().min(0).max(1e12).optional(),
});
export type AskedOrder = z.output<typeof askedOrder>;

export const orderRoutes = {
  place: route({
    method: 'POST',
    path: '/api/orders',
    summary: 'Place an order, as a guest or signed in; the database decides price and stock',
    tag: 'orders',
    access: 'welcome',
    headers: z.object({
      /** New for each order, the same when it is sent again: a UUID. */
      'idempotency-key': z
        .string('expected 8 to 200 visible characters, such as a UUID')
        .regex(/^[\x21-\x7e]{8,200}$/, 'expected 8 to 200 visible characters, such as a UUID'),
      /** An id that a guest's browser made up: the key counts together with it. */
      'x-couture-visitor': z
        .string()
        .regex(/^[\w-]{8,100}$/)
        .optional(),
    }),
    body: askedOrder.refine(({ items, bundles }) => items.length + bundles.length > 0, {
      message: 'expected at least one item or bundle',
      path: ['items'],
    }),
    bodyBytes: 65_536,
    // 201: placed now. 200: the same request came before, and this is its order.
    answers: { 200: placedOrder, 201: placedOrder },
    problems: [400, 401, 403, 404, 409, 413, 415, 422, 501],
  }),
  own: route({
    method: 'GET',
    path: '/api/orders',
    summary: 'The signed-in customer’s own orders, newest first',
    tag: 'orders',
    access: 'signed_in',
    query: z.object({
      limit: queryInteger(1, 50, 20),
      /** `next` of the page before. */
      cursor: z.string().min(1).max(400).optional(),
    }),
    answers: {
      200: z.object({
        orders: z.array(ownOrder),
        /** Null: there are no more. */
        next: z.string().nullable(),
      }),
    },
    problems: [400, 401],
  }),
};
