// Products and product ids as they appear in requests and responses.
import { z } from 'zod';

/** A JSON number if the shop's ids are bigint (a string beyond 2^53), a string otherwise. */
export const wireId = z.union([z.number().int(), z.string()]).meta({ id: 'Id' });
export type WireId = z.output<typeof wireId>;

/** An id that a client sends in a query or a body. The handler checks it against the shop's id type. */
export const askedId = z
  .union([z.number().int().transform(String), z.string().min(1).max(200)])
  .meta({ openapi: { oneOf: [{ type: 'integer' }, { type: 'string', minLength: 1, maxLength: 200 }] } });

/** An id that a client sends in a path. */
export const pathId = z.string().min(1).max(200);

/**
 * An amount in the shop's currency with the currency's decimals at most (EUR 2, KWD 3, JPY 0). Calculations use integer
 * cents.
 */
export const money = z.number().min(0).meta({ id: 'Money' });

export const productCard = z
  .object({
    id: wireId,
    name: z.string(),
    price: money,
    /** Price while on sale. */
    discounted_price: money.nullable(),
    /** Lowest price among the product's variants in stock, if this variant costs more; in lists only. */
    from_price: money.optional(),
    /** Number of the product's variants, if it has more than one; in lists of the catalogue only. */
    variant_count: z.number().int().optional(),
    /** Number of the product's colours, if it has more than one; in lists of the catalogue only. */
    colour_count: z.number().int().optional(),
    on_sale: z.boolean(),
    image_url: z.string().nullable(),
    rating: z.number(),
    review_count: z.number().int(),
    in_stock: z.boolean(),
    category: z.string(),
    url: z.string(),
    /** Name of this variant's colour, as the shop writes it; absent if the shop doesn't say. */
    colour: z.string().optional(),
    /** This variant's size: "M", "38", "One size"; absent if the shop doesn't say. */
    size: z.string().optional(),
    /** The colour as `#rrggbb`. */
    swatch: z.string().optional(),
  })
  .meta({ id: 'Product' });
export type ProductCard = z.output<typeof productCard>;

/** A product in a list of recommendations. */
export const listedProduct = z
  .object({
    ...productCard.shape,
    /** If the product has several variants: the id of one of them, the same whichever variant a list shows. */
    variant_of: wireId.optional(),
    score: z.number(),
    /** Why the product is recommended, in plain text. */
    reason: z.string(),
    /** Where the entry comes from in the fallback chain: orders, content, category, category_bestseller, trending, pinned … */
    source: z.string(),
  })
  .meta({ id: 'ListedProduct' });
export type ListedProduct = z.output<typeof listedProduct>;
