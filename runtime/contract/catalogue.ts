// What the shop sells: pages of products, one product, categories.
import { z } from 'zod';
import { pathId, productCard } from './product.ts';
import { queryInteger, route } from './route.ts';

export const catalogueSorts = ['featured', 'price', '-price', 'rating', 'name', 'relevance'] as const;

export const productPage = z.object({
  /** One card a product; of its variants the one that can be bought. */
  products: z.array(productCard),
  /** For `cursor`, to get the next page; null after the last. */
  next_cursor: z.string().nullable(),
  /** Nothing has all the words of the search, so these have some of them. */
  loosened: z.boolean(),
});
export type ProductPage = z.output<typeof productPage>;

export const productDetail = z
  .object({
    ...productCard.shape,
    description: z.string(),
    tags: z.array(z.string()),
    /** All variants of the product, itself among them. */
    variants: z.array(productCard),
  })
  .meta({ id: 'ProductDetail' });
export type ProductDetail = z.output<typeof productDetail>;

const queryFlag = z.enum(['0', '1', '']).optional();

/** Units of the shop's currency in a query; a form sends what nobody filled in as well. */
const queryMoney = z
  .string()
  .regex(/^(\d{1,9}(\.\d{1,2})?)?$/, 'expected an amount such as 49.95')
  .optional();

export const catalogueRoutes = {
  products: route({
    method: 'GET',
    path: '/api/products',
    summary: 'Products of a category, or that have the words of a search, page by page',
    tag: 'products',
    access: 'public',
    query: z.object({
      category: z
        .string()
        .max(200)
        .refine((name) => !name.includes('\0'), 'expected text')
        .optional(),
      /** The last word may be unfinished. */
      q: z.string().max(200).optional(),
      /** Unset: relevance for a search, featured otherwise. */
      sort: z.enum(catalogueSorts).optional(),
      /** `1`: only what is on sale, or in stock. */
      on_sale: queryFlag,
      in_stock: queryFlag,
      /** What a shopper pays, both inclusive. */
      min_price: queryMoney,
      max_price: queryMoney,
      cursor: z.string().max(3_000).optional(),
      limit: queryInteger(1, 48, 24),
    }),
    answers: { 200: productPage, 304: null },
    problems: [400],
  }),
  product: route({
    method: 'GET',
    path: '/api/products/:id',
    summary: 'One product with its variants',
    tag: 'products',
    access: 'public',
    params: z.object({ id: pathId }),
    answers: { 200: productDetail, 304: null },
    problems: [400, 404],
  }),
  categories: route({
    method: 'GET',
    path: '/api/categories',
    summary: 'Categories that have products',
    tag: 'products',
    access: 'public',
    answers: { 200: z.array(z.object({ name: z.string(), count: z.number().int() })), 304: null },
  }),
};
