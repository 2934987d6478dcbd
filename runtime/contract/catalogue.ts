// The catalogue routes: pages of products, one product, categories.
import { z } from 'zod';
import { pathId, productCard } from './product.ts';
import { queryInteger, route } from './route.ts';

export const catalogueSorts = ['featured', 'price', '-price', 'rating', 'name', 'relevance'] as const;

export const productPage = z.object({
  /** One card per product: of its variants, one that is in stock. */
  products: z.array(productCard),
  /** Pass it as `cursor` to get the next page; null on the last page. */
  next_cursor: z.string().nullable(),
  /** No product matches all words of the search, so these match some of them. */
  loosened: z.boolean(),
  /** No product matches the words as typed, so these match this spelling; null otherwise. */
  corrected: z.string().nullable(),
});
export type ProductPage = z.output<typeof productPage>;

export const productDetail = z
  .object({
    ...productCard.shape,
    description: z.string(),
    tags: z.array(z.string()),
    /** All variants of the product, including this one. */
    variants: z.array(productCard),
  })
  .meta({ id: 'ProductDetail' });
export type ProductDetail = z.output<typeof productDetail>;

export const category = z.object({
  name: z.string(),
  /** Number of products; variants count once. */
  count: z.number().int(),
  /** Picture of the product that is featured first. */
  image_url: z.string().nullable(),
});
export type Category = z.output<typeof category>;

const queryFlag = z.enum(['0', '1', '']).optional();

/** An amount in the shop's currency in a query; empty when a form field was left blank. */
const queryMoney = z
  .string()
  .regex(/^(\d{1,9}(\.\d{1,4})?)?$/, 'expected an amount such as 49.95')
  .optional();

/** Names of colours, sizes or options in a query, once or repeated: `size=M&size=L`. */
const queryNames = z
  .union([z.string(), z.array(z.string())])
  .transform((names) => [names].flat().filter(Boolean))
  .pipe(
    z
      .array(
        z
          .string()
          .max(100)
          .refine((name) => !name.includes('\0'), 'expected text'),
      )
      .max(30),
  )
  .optional()
  .meta({ openapi: { type: 'array', items: { type: 'string', maxLength: 100 }, maxItems: 30 } });

/** What a listing is of, and what it is narrowed to. */
const listed = {
  category: z
    .string()
    .max(200)
    .refine((name) => !name.includes('\0'), 'expected text')
    .optional(),
  /** Search words; the last one may be incomplete. */
  q: z.string().max(200).optional(),
  /** `1`: only products that are on sale, or in stock. */
  on_sale: queryFlag,
  in_stock: queryFlag,
  /** Bounds of the price that a shopper pays, both inclusive. */
  min_price: queryMoney,
  max_price: queryMoney,
  /** A variant has one of these colours, one of these sizes and one of these options. */
  colour: queryNames,
  size: queryNames,
  option: queryNames,
};

const facetValue = z.object({
  name: z.string(),
  /** Number of products, not of variants. */
  count: z.number().int(),
  /** Of a colour: `#rrggbb`. */
  swatch: z.string().optional(),
});
export type FacetValue = z.output<typeof facetValue>;

/** Values of the facets, the most frequent first; empty for a shop whose views say nothing of colours or sizes. */
export const catalogueFacets = z
  .object({
    colours: z.array(facetValue),
    sizes: z.array(facetValue),
    /** What variants differ in besides, such as the material: the view writes it after the size, as in `M / Material: Linen`. */
    options: z.array(facetValue),
  })
  .meta({ id: 'Facets' });
export type CatalogueFacets = z.output<typeof catalogueFacets>;

export const catalogueRoutes = {
  products: route({
    method: 'GET',
    path: '/api/products',
    summary: 'List products page by page, by category or search',
    tag: 'products',
    access: 'public',
    query: z.object({
      ...listed,
      /** Default: relevance for a search, featured otherwise. */
      sort: z.enum(catalogueSorts).optional(),
      cursor: z.string().max(3_000).optional(),
      limit: queryInteger(1, 48, 24),
    }),
    answers: { 200: productPage, 304: null },
    problems: [400],
  }),
  facets: route({
    method: 'GET',
    path: '/api/facets',
    summary: 'Count the colours, sizes and other options of a category or search',
    tag: 'products',
    access: 'public',
    query: z.object(listed),
    answers: { 200: catalogueFacets, 304: null },
    problems: [400],
  }),
  product: route({
    method: 'GET',
    path: '/api/products/:id',
    summary: 'Read a product with its variants',
    tag: 'products',
    access: 'public',
    params: z.object({ id: pathId }),
    answers: { 200: productDetail, 304: null },
    problems: [400, 404],
  }),
  categories: route({
    method: 'GET',
    path: '/api/categories',
    summary: 'List categories with their product counts and a picture',
    tag: 'products',
    access: 'public',
    answers: { 200: z.array(category), 304: null },
  }),
};
