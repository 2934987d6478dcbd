// The contract with the shop: the four views of `couture_source`, their columns, and the accepted types.
import { idType } from '../id-types.ts';

export type SourceViewName = 'product' | 'order_line' | 'watchlist' | 'customer';

export type Need = 'id' | 'text' | 'numeric' | 'integer' | 'real' | 'boolean' | 'time' | 'texts';

/** View → column → required kind of type. */
export const sourceContract = {
  product: {
    product_id: 'id',
    name: 'text',
    description: 'text',
    category: 'text',
    price: 'numeric',
    discounted_price: 'numeric',
    on_sale: 'boolean',
    image_url: 'text',
    rating: 'real',
    review_count: 'integer',
    featured: 'boolean',
    inventory: 'integer',
    tags: 'texts',
    group_id: 'id',
    url: 'text',
  },
  order_line: {
    order_id: 'id',
    customer_id: 'id',
    product_id: 'id',
    quantity: 'integer',
    unit_price: 'numeric',
    ordered_at: 'time',
  },
  watchlist: { customer_id: 'id', product_id: 'id' },
  customer: {
    customer_id: 'id',
    name: 'text',
    email: 'text',
    locale: 'text',
    time_zone: 'text',
    created_at: 'time',
  },
} as const satisfies Record<SourceViewName, Record<string, Need>>;

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

/** Select expression for a column in the contract's type. Canonical types are selected bare: a cast costs the server time per line. */
export function selectExpression(column: string, need: Need, type: string | undefined): string {
  switch (need) {
    case 'id':
      return type === 'smallint' || type === 'integer'
        ? `${column}::bigint`
        : type === 'text' || type === 'bigint' || type === 'uuid'
          ? column
          : `${column}::text`;
    case 'time':
      // Not ::timestamptz, which would use the session's time zone.
      return type === 'timestamp with time zone' ? column : `(${column}::timestamp at time zone 'UTC')`;
    case 'integer':
      return type === 'integer' ? column : `${column}::int`;
    case 'texts':
      return type === 'text[]' ? column : `${column}::text[]`;
    default:
      return type === need ? column : `${column}::${needs[need].cast}`;
  }
}
