// One cell that lists all products of an order → the products: `1× Red mug, 2× Oak lamp` (WooCommerce Analytics), JSON (APIs),
// `Product ID: 7, Product Qty: 1|Product ID: 8, …` (BigCommerce), `name:Mug|quantity:2;name:Pan|…` (WooCommerce exports).
import { orderColumnNames } from './column-names.ts';
import { plainName } from './columns.ts';
import { textOf } from './field-values.ts';
import type { OrderField } from './fields.ts';

/** A product of an order, in the words of the file; '' or undefined where it says nothing. */
export interface ListedItem {
  readonly product: string;
  readonly quantity: string;
  readonly name?: string | undefined;
  /** Of one piece. */
  readonly price?: string | undefined;
  /** Of all pieces. */
  readonly total?: string | undefined;
}

/** Names of columns that hold such lists, or only a number of products. */
export const listColumnNames = new Set(
  'lineitems items orderitems productdetails products cartitems cart contents basketitems itemdetails orderlines lines orderproducts'.split(
    ' ',
  ),
);

const counted = /(?:^|, )(\d+)\s?[×x] (.+?)(?=, \d+\s?[×x] |$)/gu;
/** Separators of products and of their facts. */
const separators = [
  [/\||\n/, /, (?=[\p{L}_][\p{L}_ ]*:)/u],
  [/;/, /\|/],
  [/\n/, /\|/],
  [/;/, /, (?=[\p{L}_][\p{L}_ ]*:)/u],
] as const;

/** Names of columns with the names of all products of an order, and the marks that may separate them, the surest first. */
export const namesColumnNames = new Set(
  'products productnames items itemnames skus productids productskus articles articlenames produkte produits productos prodotti'.split(
    ' ',
  ),
);
export const nameSeparators = ['\n', '|', ';', ','] as const;
export type NameSeparator = (typeof nameSeparators)[number];

/** `Mug, Pan x 2, Lid` → its products. */
export function parseNames(text: string, separator: NameSeparator): ListedItem[] {
  return text
    .split(separator)
    .map((each) => each.trim())
    .filter(Boolean)
    .map((each) => {
      const [, name, quantity] = /^(.+?)\s*[x×]\s?(\d+)$/u.exec(each) ?? [];
      return { product: name ?? each, quantity: quantity ?? '', name: name ?? each };
    });
}

/** Whether a cell is such a list; an empty one counts. */
export function isProductList(text: string): boolean {
  return /^\d+\s?[×x] \S/u.test(text) || itemsOf(text) !== undefined;
}

/** The products of a list with their quantities. */
export function parseProductList(text: string): ListedItem[] {
  const items = itemsOf(text);
  if (items) return items;
  return Array.from(text.matchAll(counted), ([, quantity, product]) => ({
    quantity: quantity!,
    product: product!.trim(),
    name: product!.trim(),
  }));
}

function itemsOf(text: string): ListedItem[] | undefined {
  if (text.startsWith('[') || text.startsWith('{')) return itemsOfJson(text);
  if (!text.includes(':')) return undefined;
  for (const [betweenItems, betweenFacts] of separators) {
    const items = text
      .split(betweenItems)
      .filter((each) => each.trim())
      .map((each) => itemOf(new Map(each.split(betweenFacts).map(keyAndValue))));
    if (items.length > 0 && items.every((item) => item !== undefined)) return items;
  }
  return undefined;
}

function keyAndValue(text: string): [string, string] {
  const at = text.indexOf(':');
  return at < 0 ? ['', ''] : [text.slice(0, at), text.slice(at + 1)];
}

function itemsOfJson(text: string): ListedItem[] | undefined {
  const read = readJson(text) ?? readJson(text.replaceAll("'", '"').replaceAll(/\bNone\b/g, 'null'));
  const inner = Object.values(read && !Array.isArray(read) ? read : {}).find(Array.isArray);
  const list: unknown = Array.isArray(read) ? read : (inner ?? (read && [read]));
  if (!Array.isArray(list)) return undefined;
  const items = list.map((each) =>
    each !== null && typeof each === 'object' ? itemOf(new Map(Object.entries(each as object))) : undefined,
  );
  return items.every((item) => item !== undefined) ? items : undefined;
}

function readJson(text: string): object | undefined {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null ? read : undefined;
  } catch {
    return undefined;
  }
}

/** An entry with its keys named like columns; undefined if it names no product. */
function itemOf(entry: ReadonlyMap<string, unknown>): ListedItem | undefined {
  const values = new Map<string, string>();
  for (const [key, value] of entry) {
    const text = ['string', 'number'].includes(typeof value) ? textOf(String(value)) : '';
    if (!text) continue;
    const plain = plainName(key);
    const bare = plain.replace(/^(lineitem|item|product)(?=.)/, '');
    values.set(plain, text);
    if (!values.has(bare)) values.set(bare, text);
  }
  const of = (field: OrderField) =>
    orderColumnNames[field].map((name) => values.get(name)).find((value) => value !== undefined);
  const name = of('name');
  const product = of('product_id') ?? name;
  if (!product) return undefined;
  return {
    product,
    quantity: of('quantity') ?? '',
    name,
    price: of('unit_price'),
    total: of('line_total') ?? values.get('total'),
  };
}
