// Header with the products of an order side by side (item1, qty1, item2, qty2 or "Item 1 SKU", "Item 1 Qty") → the columns of each.
import { orderColumnNames } from './column-names.ts';
import { type Column, type ColumnMap, plainName } from './columns.ts';
import type { OrderField } from './fields.ts';

const fieldsOfPlace = [
  'product_id',
  'name',
  'quantity',
  'returned_quantity',
  'unit_price',
  'line_total',
] as const satisfies readonly OrderField[];

/** Undefined unless the products 1 and 2 have columns. @param shared the columns that all products of a row share */
export function columnPlaces(
  header: readonly string[],
  shared: ColumnMap<OrderField>,
): Array<ColumnMap<OrderField>> | undefined {
  const places: Array<ColumnMap<OrderField>> = [];
  const numbered = header.map((name, index) => {
    const match = /^(\D*?)[ _-]*(\d{1,2})(\D*)$/.exec(name.trim());
    return {
      index,
      name: name.trim(),
      number: Number(match?.[2]),
      base: match ? plainName(match[1]! + match[3]!) : '',
    };
  });
  for (let number = 1; ; number++) {
    const of = numbered.filter((each) => each.number === number);
    const place: ColumnMap<OrderField> = { ...shared };
    for (const field of fieldsOfPlace) {
      const found = orderColumnNames[field].flatMap((name): Column[] => {
        const column = of.find(
          ({ base }) =>
            base === name || base.replace(/^(lineitem|item|product|line|article)(?=.)/, '') === name,
        );
        return column ? [{ index: column.index, name: column.name }] : [];
      })[0];
      if (found) place[field] = found;
      else delete place[field];
    }
    // "Item 1 Name" without a number of the product is its name.
    if (!place.product_id && place.name) place.product_id = place.name;
    if (!place.product_id) break;
    places.push(place);
  }
  return places.length > 1 ? places : undefined;
}
