// The source views with all columns of their contract: an optional column that a view lacks is null.
import { needs, type SourceColumnRule, type SourceViewName, sourceContract } from './source-contract.ts';

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
  const required = columns.filter(([, rule]) => !rule.adds).map(([name]) => `present.${name}`);
  const optional = columns.filter(([, rule]) => rule.adds);
  if (optional.length === 0) return `${schema}.${view}`;
  const names = optional.map(([name]) => name);
  const nulls = optional.map(([name, { need }]) => `null::${needs[need].cast} as ${name}`);
  return `(
    select ${[...required, ...names.map((name) => `optional.${name}`)].join(', ')}
    from ${schema}.${view} present
    cross join (select ${nulls.join(', ')}) absent
    cross join lateral (select ${names.join(', ')} from (select present.*) columns) optional)`;
}

/** Pieces of an order line that the customer kept. In a query over `shopView.order_line`. */
export const keptQuantity =
  'case when returned_quantity > 0 then greatest(0, quantity - returned_quantity) else quantity end';

/** Whether all of an order line came back: nobody owns the product for it. In a query over `shopView.order_line`. */
export const returnedInFull = '(quantity > 0 and returned_quantity >= quantity) is true';
