// Header of an order or product file → the column of each field: from --map, otherwise by common aliases.
import { closest, distance } from 'fastest-levenshtein';
import { CoutureError } from '../../runtime/core/errors.ts';

export const orderFields = [
  'order_id',
  'customer_id',
  'product_id',
  'ordered_at',
  'quantity',
  'unit_price',
  'category',
  'name',
  'status',
] as const;
export const productFields = [
  'product_id',
  'name',
  'description',
  'category',
  'price',
  'image_url',
  'inventory',
  'group_id',
  'url',
] as const;

export type OrderField = (typeof orderFields)[number];
export type ProductField = (typeof productFields)[number];
type Field = OrderField | ProductField;

/** Field → column of the file; fields without a column are absent. */
export type ColumnMap<F extends string> = Partial<
  Record<F, { readonly index: number; readonly name: string }>
>;

/** `--map`: field → column name; '' ignores the field. */
export type Mapping = ReadonlyMap<Field, string>;

/** Field → aliases of its column, letters and digits only, likeliest first. */
const orderAliases: Record<OrderField, readonly string[]> = {
  order_id: words(
    'orderid order orderno ordernumber invoiceno invoice invoiceid invoicenumber transactionid transactionno transaction basketid basket receiptid receiptno receipt billno ticketid',
  ),
  customer_id: words(
    'customerid customer customerno customernumber custid userid user clientid client memberid buyerid shopperid',
  ),
  product_id: words(
    'productid product stockcode sku productsku productcode variantsku lineitemsku itemid itemno itemcode item articleid articleno article asin',
  ),
  ordered_at: words(
    'orderedat orderdate ordertime invoicedate createdat created purchasedat purchasedate transactiondate transactiontime paidat datetime timestamp date time',
  ),
  quantity: words('quantity qty units lineitemquantity'),
  unit_price: words('unitprice price itemprice lineitemprice avgprice priceeach'),
  category: words('category productcategory itemcategory department producttype'),
  name: words(
    'productname itemname productdescription itemdescription description producttitle title lineitemname',
  ),
  status: words('status orderstatus financialstatus'),
};
const productAliases: Record<ProductField, readonly string[]> = {
  product_id: [...orderAliases.product_id, 'id', 'handle'],
  name: words('name productname itemname title producttitle description productdescription'),
  description: words('description productdescription longdescription body'),
  category: words('category productcategory itemcategory department producttype type'),
  price: words('price unitprice itemprice variantprice'),
  image_url: words('imageurl image imagesrc imagelink picture pictureurl'),
  inventory: words('inventory stock stockquantity quantity variantinventoryqty'),
  group_id: words('groupid itemgroupid parentid parentsku parent'),
  url: words('url link producturl'),
};

/**
 * Reads `order_id=InvoiceNo,product_id=StockCode,category=`.
 * @throws CoutureError `bad_option`
 */
export function parseMapping(text: string): Mapping {
  const known: string[] = [...new Set<string>([...orderFields, ...productFields])];
  const mapping = new Map<Field, string>();
  for (const pair of text.split(',').filter((each) => each.trim())) {
    const [field = '', column] = pair.split('=').map((each) => each.trim());
    if (column === undefined) {
      throw badMap(
        pair,
        `expected field=column`,
        'For example: --map order_id=InvoiceNo,product_id=StockCode.',
      );
    }
    if (!known.includes(field)) {
      const near = closest(field, known);
      const hint = distance(field, near) <= 4 ? `Did you mean "${near}"? ` : '';
      throw badMap(pair, `unknown field "${field}"`, `${hint}Fields are ${known.join(', ')}.`);
    }
    mapping.set(field as Field, column);
  }
  return mapping;
}

/**
 * Finds the columns of an order file.
 * @throws CoutureError `file_invalid` without a product, or with neither an order nor a customer
 */
export function orderColumns(
  file: string,
  header: readonly string[],
  mapping: Mapping,
): ColumnMap<OrderField> {
  const columns = findColumns(header, orderAliases, mapping);
  if (!columns.product_id) throw missingColumn(file, header, 'product_id');
  if (!columns.order_id && !columns.customer_id) throw missingColumn(file, header, 'order_id');
  return columns;
}

/**
 * Finds the columns of a product file.
 * @throws CoutureError `file_invalid` without a product
 */
export function productColumns(
  file: string,
  header: readonly string[],
  mapping: Mapping,
): ColumnMap<ProductField> {
  const columns = findColumns(header, productAliases, mapping);
  if (!columns.product_id) throw missingColumn(file, header, 'product_id');
  if (columns.name?.index === columns.description?.index) delete columns.description;
  return columns;
}

/**
 * Rejects a mapping to a column that no file has.
 * @throws CoutureError `file_invalid`
 */
export function requireMapped(mapping: Mapping, headers: ReadonlyArray<readonly string[]>): void {
  const names = headers.flat();
  for (const [field, column] of mapping) {
    if (!column || names.some((name) => plain(name) === plain(column))) continue;
    const near = closest(column, names);
    throw new CoutureError(
      'file_invalid',
      `--map ${field}=${column}: no file has a column "${column}"`,
      `${near && distance(column, near) <= 4 ? `Did you mean "${near}"? ` : ''}The columns are ${names.join(', ')}.`,
    );
  }
}

function findColumns<F extends Field>(
  header: readonly string[],
  aliases: Record<F, readonly string[]>,
  mapping: Mapping,
): ColumnMap<F> {
  const names = header.map(plain);
  const columns: ColumnMap<F> = {};
  for (const field of Object.keys(aliases) as F[]) {
    const mapped = mapping.get(field);
    if (mapped === '') continue;
    // A mapped column may exist only in the other file; fall back to the aliases in this one.
    const candidates = mapped === undefined ? aliases[field] : [plain(mapped), ...aliases[field]];
    const index = candidates.map((name) => names.indexOf(name)).find((at) => at >= 0);
    if (index !== undefined) columns[field] = { index, name: header[index]!.trim() };
  }
  return columns;
}

/** `Invoice No.` → `invoiceno`; a name without any letters or digits is kept. */
function plain(name: string): string {
  const letters = name.trim().toLowerCase();
  return letters.replaceAll(/[^\p{L}\p{N}]/gu, '') || letters;
}

function words(text: string): string[] {
  return text.split(' ');
}

function badMap(pair: string, problem: string, hint: string): CoutureError {
  return new CoutureError('bad_option', `--map "${pair}": ${problem}`, hint);
}

function missingColumn(
  file: string,
  header: readonly string[],
  field: 'order_id' | 'product_id',
): CoutureError {
  const what = field === 'order_id' ? 'an order or a customer' : 'a product';
  return new CoutureError(
    'file_invalid',
    `${file} has no column for ${what}; its columns are ${header.map((name) => `"${name.trim()}"`).join(', ')}`,
    `Name the column with --map ${field}=COLUMN. If the separator is not a comma, add --delimiter ";".`,
  );
}
