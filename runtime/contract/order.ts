// The order routes: place an order at the checkout, list a customer's own orders.
import { z } from 'zod';
import { askedId, money, wireId } from './product.ts';
import { queryInteger, route } from './route.ts';

export const orderLine = z.object({
  product_id: wireId,
  name: z.string(),
  quantity: z.number().int(),
  /** Price per unit as sold; in a bundle, after its discount. */
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
    /** Total savings through bundles, already subtracted from `total`. */
    savings: money,
  })
  .meta({ id: 'PlacedOrder' });
export type WirePlacedOrder = z.output<typeof placedOrder>;

export const ownOrder = z
  .object({
    order_id: wireId,
    ordered_at: z.iso.datetime(),
    /** Currency of the order's amounts; the shop's own where the order does not say. */
    currency: z.string().length(3),
    lines: z.array(
      z.object({
        ...orderLine.shape,
        /** Null when the shop no longer has the product. */
        name: z.string().nullable(),
        image_url: z.string().nullable(),
        url: z.string().nullable(),
        colour: z.string().optional(),
        size: z.string().optional(),
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
  /** In addition to the items, one unit of each product: a bundle that is offered for `product_id`, or part of it. */
  bundles: z
    .array(z.object({ product_id: askedId, product_ids: z.array(askedId).min(2).max(25) }))
    .max(20)
    .default([]),
  /** The total that the shopper was shown. If the current total differs, the order is rejected. */
  expected_total: z.number().min(0).max(1e12).optional(),
});
export type AskedOrder = z.output<typeof askedOrder>;

export const orderRoutes = {
  place: route({
    method: 'POST',
    path: '/api/orders',
    summary: 'Place an order, as a guest or signed in; the database decides prices and stock',
    tag: 'orders',
    access: 'welcome',
    headers: z.object({
      /** A UUID: new for each order, the same for each retry. */
      'idempotency-key': z
        .string('expected 8 to 200 visible characters, such as a UUID')
        .regex(/^[\x21-\x7e]{8,200}$/, 'expected 8 to 200 visible characters, such as a UUID'),
      /** An id that a guest's browser generated; it scopes the idempotency key. */
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
    // 201: placed by this request. 200: an earlier identical request placed this order.
    answers: { 200: placedOrder, 201: placedOrder },
    problems: [400, 401, 403, 404, 409, 413, 415, 422, 501],
  }),
  own: route({
    method: 'GET',
    path: '/api/orders',
    summary: 'List the signed-in customer’s own orders, newest first',
    tag: 'orders',
    access: 'signed_in',
    query: z.object({
      limit: queryInteger(1, 50, 20),
      /** `next` of the previous page. */
      cursor: z.string().min(1).max(400).optional(),
    }),
    answers: {
      200: z.object({
        orders: z.array(ownOrder),
        /** Null on the last page. */
        next: z.string().nullable(),
      }),
    },
    problems: [400, 401],
  }),
};
