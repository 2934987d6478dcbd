// The source views with all columns of their contract: an optional column that a view lacks is null.
import { needs, type SourceColumnRule, type SourceViewName, sourceContract } from './source-contract.ts';

/** Counts beyond an int4 are cut to it. */
const maxCount = 2_147_483_647;

/**
 * View → a subquery for `from`, to be followed by an alias. It selects every column of the contract and stays valid when
 * the shop adds or drops an optional column.
 *
 * A name in `present` means the view's column, or the null in `absent` if the view has none: SQL looks for a name in the
 * innermost query first. Postgres flattens all of it, so that a query plans as over the view itself.
 */
export const shopView: Readonly<Record<SourceViewName, string>> = {
  product: shopViewIn('couture_source', 'product'),
  order_line: shopViewIn('couture_source', 'order_line'),
  watchlist: shopViewIn('couture_source', 'watchlist'),
  customer: shopViewIn('couture_source', 'customer'),
};

/** The same for views in another schema. */
export function shopViewIn(schema: string, view: SourceViewName): string {
  const columns = Object.entries<SourceColumnRule>(sourceContract[view]);
  const required = columns
    .filter(([, rule]) => !rule.adds)
    .map(([name, rule]) => plausible(`present.${name}`, name, rule));
  const optional = columns.filter(([, rule]) => rule.adds);
  if (optional.length === 0) return `${schema}.${view}`;
  const names = optional.map(([name]) => name);
  const nulls = optional.map(([name, { need }]) => `null::${needs[need].cast} as ${name}`);
  return `(
    select ${[...required, ...optional.map(([name, rule]) => plausible(`optional.${name}`, name, rule))].join(', ')}
    from ${schema}.${view} present
    cross join (select ${nulls.join(', ')}) absent
    cross join lateral (select ${names.join(', ')} from (select present.*) columns) optional)`;
}

/**
 * A column as everything can compute with it: enums as text, `money` as numeric, null for NaN, infinity and amounts that are
 * none, and counts within an int4. A line's quantity stays as it is: a build counts the lines that it leaves out for it.
 */
function plausible(column: string, name: string, { need }: SourceColumnRule): string {
  if (need === 'numeric')
    return `case when ${column}::numeric between -1e12 and 1e12 then ${column}::numeric end as ${name}`;
  if (need === 'real') return `case when ${column} between -1e6 and 1e6 then ${column} end as ${name}`;
  // Enums have no functions of text, and char(n) is filled up with blanks.
  if (need === 'text') return `${column}::text as ${name}`;
  if (need === 'texts') return `${column}::text[] as ${name}`;
  if (need === 'integer' && name !== 'quantity')
    return `case when ${column} > ${maxCount} then ${maxCount} when ${column} < -${maxCount} then -${maxCount} else ${column} end::int as ${name}`;
  return column;
}

/** Pieces of an order line that the customer kept. In a query over `shopView.order_line`. */
export const keptQuantity =
  'case when returned_quantity > 0 then greatest(0, quantity - returned_quantity) else quantity end';

/** Whether all of an order line came back: nobody owns the product for it. In a query over `shopView.order_line`. */
export const returnedInFull = '(quantity > 0 and returned_quantity >= quantity) is true';
