// The contract with the shop: the four views of `couture_source`, their columns, and the accepted types.
import { idType } from '../id-types.ts';

export type SourceViewName = 'product' | 'order_line' | 'watchlist' | 'customer';

export type Need = 'id' | 'text' | 'numeric' | 'integer' | 'real' | 'boolean' | 'time' | 'texts';

export interface SourceColumnRule {
  readonly need: Need;
  /** What the column adds, for an optional one; a missing optional column counts as null. */
  readonly adds?: string;
}

const optional = (need: Need, adds: string) => ({ need, adds });
const required = (need: Need) => ({ need });

/** View → column → required kind of type. An optional column says what is missing without it. */
export const sourceContract = {
  product: {
    product_id: required('id'),
    name: required('text'),
    category: required('text'),
    price: required('numeric'),
    inventory: required('integer'),
    category_path: optional(
      'text',
      'a category with few products is not filled up from the categories above it',
    ),
    description: optional('text', 'search and content similarity use names and tags alone'),
    discounted_price: optional('numeric', 'sale prices are not known'),
    on_sale: optional('boolean', 'sale prices are not known'),
    image_url: optional('text', 'products have no pictures'),
    rating: optional('real', 'products have no ratings'),
    review_count: optional('integer', 'a rating counts as one review'),
    featured: optional('boolean', 'no product is preferred as featured'),
    tags: optional('texts', 'tags count neither for search nor for content similarity'),
    group_id: optional('id', 'each variant is a separate product'),
    url: optional('text', 'cards link to no page of the shop'),
    handle: optional('text', 'product links by handle aren’t recognized'),
    colour: optional('text', 'shoppers can’t choose and filter by colour or size'),
    size: optional('text', 'shoppers can’t choose and filter by colour or size'),
    swatch: optional('text', 'colours have names but no swatches'),
  },
  order_line: {
    order_id: required('id'),
    customer_id: required('id'),
    product_id: required('id'),
    quantity: required('integer'),
    unit_price: required('numeric'),
    ordered_at: required('time'),
    currency: optional('text', 'amounts of all orders are taken to be in one currency'),
    returned_quantity: optional('integer', 'returned pieces count as bought'),
    order_number: optional(
      'id',
      'shoppers ask for an order by its id instead of the number on their receipt',
    ),
    order_status: optional(
      'text',
      'answers about an order say what was ordered and when, not how far it is, and no push message says that it was shipped',
    ),
    order_email: optional('text', 'guests ask for an order only by the e-mail address of a customer account'),
    tracking_url: optional('text', 'answers about an order have no link to track the parcel'),
  },
  watchlist: { customer_id: required('id'), product_id: required('id') },
  customer: {
    customer_id: required('id'),
    name: optional('text', 'customers have no names'),
    email: optional('text', 'customers have no e-mail addresses'),
    locale: optional('text', 'the push segment "locale" is empty'),
  },
} as const satisfies Record<SourceViewName, Record<string, SourceColumnRule>>;

export const sourceViewNames = Object.keys(sourceContract) as SourceViewName[];

const numbers = ['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision', 'money'];

/** Kind of type → its description, the type to cast to in the view, and a predicate for accepted types. */
export const needs: Record<Need, { words: string; cast: string; takes: (type: string) => boolean }> = {
  id: { words: 'an id: bigint, uuid or text', cast: 'text', takes: (type) => idType(type) !== undefined },
  text: { words: 'text', cast: 'text', takes: (type) => idType(type) === 'text' || type === 'enum' },
  numeric: { words: 'numeric', cast: 'numeric', takes: (type) => numbers.includes(type) },
  integer: {
    words: 'an integer',
    cast: 'int',
    takes: (type) => ['smallint', 'integer', 'bigint'].includes(type),
  },
  real: { words: 'real', cast: 'real', takes: (type) => numbers.includes(type) && type !== 'money' },
  boolean: { words: 'boolean', cast: 'boolean', takes: (type) => type === 'boolean' },
  time: {
    words: 'timestamptz',
    cast: 'timestamptz',
    takes: (type) => /^timestamp with(out)? time zone$|^date$/.test(type),
  },
  texts: {
    words: 'an array of text',
    cast: 'text[]',
    takes: (type) => type.endsWith('[]') && idType(type.slice(0, -2)) === 'text',
  },
};
