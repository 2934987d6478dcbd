// A product as it crosses the wire, and the ids that products go by.
import { z } from 'zod';

/** JSON numbers where the shop's ids are bigint (text where they pass 2^53), strings otherwise. */
export const wireId = z.union([z.number().int(), z.string()]).meta({ id: 'Id' });
export type WireId = z.output<typeof wireId>;

/** An id as a client sends it, in a path, a query or a body; the shop's type is checked by the handler. */
export const askedId = z
  .union([z.number().int().transform(String), z.string().min(1).max(200)])
  .meta({ openapi: { oneOf: [{ type: 'integer' }, { type: 'string', minLength: 1, maxLength: 200 }] } });

/** An id in a path. */
export const pathId = z.string().min(1).max(200);

/** Units of the shop's currency with at most two decimals; reckoned in integer cents. */
export const money = z.number().min(0).meta({ id: 'Money' });

export const productCard = z
  .object({
    id: wireId,
    name: z.string(),
    price: money,
    /** What it costs while on sale. */
    discounted_price: money.nullable(),
    on_sale: z.boolean(),
    image_url: z.string().nullable(),
    rating: z.number(),
    review_count: z.number().int(),
    in_stock: z.boolean(),
    category: z.string(),
    url: z.string(),
  })
  .meta({ id: 'Product' });
export type ProductCard = z.output<typeof productCard>;

/** A product in a list of recommendations. */
export const listedProduct = z
  .object({
    ...productCard.shape,
    score: z.number(),
    /** Why it is there, in words. */
    reason: z.string(),
    /** Where on the ladder it stands: orders, content, category_bestseller, trending, pinned … */
    rung: z.string(),
  })
  .meta({ id: 'ListedProduct' });
export type ListedProduct = z.output<typeof listedProduct>;
