// Header of an order or product file → the column of each field: from --map, the file's format, or its usual names.
import { closest, distance } from 'fastest-levenshtein';
import { CoutureError } from '../../runtime/core/errors.ts';
import { likelyOrderColumns, orderColumnNames, productColumnNames } from './column-names.ts';
import { type Field, type OrderField, orderFields, type ProductField, productFields } from './fields.ts';
import type { FileFormat } from './formats.ts';

export interface Column {
  readonly index: number;
  readonly name: string;
  /** Columns to read where this one is empty. */
  readonly next?: Column | undefined;
}

/** Field → column of the file; fields without a column are absent. */
export type ColumnMap<F extends string> = Partial<Record<F, Column>>;

/** `--map`: field → column name; '' ignores the field. */
export type Mapping = ReadonlyMap<Field, string>;

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
      throw badMap(
        pair,
        `unknown field "${field}"`,
        `${suggestion(field, known)}Fields are ${known.join(', ')}.`,
      );
    }
    if (mapping.has(field as Field))
      throw badMap(pair, `${field} is mapped twice`, 'Name one column for each field.');
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
  format?: FileFormat,
): ColumnMap<OrderField> {
  const columns = lineColumns(header, mapping, format);
  requireOrderColumns(file, header, mapping, columns);
  return columns;
}

/** @throws CoutureError `file_invalid` without a product, or with neither an order nor a customer */
export function requireOrderColumns(
  file: string,
  header: readonly string[],
  mapping: Mapping,
  columns: ColumnMap<OrderField>,
): void {
  if (!columns.product_id) throw missingColumn(file, header, 'product_id');
  if (!columns.order_id && !columns.customer_id) throw missingColumn(file, header, 'order_id');
  if (!columns.order_id && mapping.get('order_id') !== '') requireNoOrderColumn(file, header, columns);
}

/** Like `orderColumns`, for a file that may describe orders without their products. */
export function lineColumns(
  header: readonly string[],
  mapping: Mapping,
  format?: FileFormat,
): ColumnMap<OrderField> {
  const columns = findColumns(header, orderColumnNames, mapping, format?.orders);
  addLikely(columns, header, mapping, format?.orders);
  if (isMadeOf(columns, mapping)) delete columns.product_id;
  // What is left after refunds has lost them already.
  if (format?.name === 'woocommerce' && plainName(columns.quantity?.name ?? '') === 'quantityrefund')
    delete columns.returned_quantity;
  const status = withoutNumbers(columns.status);
  if (status) columns.status = status;
  if (columns.name?.index === columns.product_id?.index) delete columns.name;
  // A product's name and an order's date may stand in one column with something else, but not with these.
  for (const field of ['name', 'customer_id', 'product_id'] as const) {
    if (columns[field] && columns[field].index === columns.order_id?.index) delete columns[field];
  }
  return columns;
}

/** Whether "Material" is what a product is made of: another column has its name, and not the text that SAP has for an article number. */
function isMadeOf({ product_id, name }: ColumnMap<'product_id' | 'name'>, mapping: Mapping): boolean {
  if (!product_id || !name || mapping.has('product_id') || plainName(product_id.name) !== 'material')
    return false;
  return !/^material|^(?:item|short|article)?description$|bezeichnung$|text$/.test(plainName(name.name));
}

/** Of a status in words and its number, the words. */
function withoutNumbers(status: Column | undefined): Column | undefined {
  const all = chain(status);
  const words = all.filter(({ name }) => !/(id|^currentstate)$/.test(plainName(name)));
  return linked(words.length > 0 ? words : all.slice(0, 1));
}

/**
 * Finds the columns of a product file.
 * @throws CoutureError `file_invalid` without a product
 */
export function productColumns(
  file: string,
  header: readonly string[],
  mapping: Mapping,
  format?: FileFormat,
): ColumnMap<ProductField> {
  const columns = findColumns(header, productColumnNames, mapping, format?.products);
  if (isMadeOf(columns, mapping)) delete columns.product_id;
  if (!columns.product_id) throw missingColumn(file, header, 'product_id');
  if (columns.name?.index === columns.description?.index) delete columns.description;
  return columns;
}

/**
 * Drops columns that are empty in a sample, if another column of the field is filled.
 * @param filled number of filled cells by column
 */
export function preferFilled<F extends string>(
  columns: ColumnMap<F>,
  filled: readonly number[],
): ColumnMap<F> {
  const kept: ColumnMap<F> = {};
  for (const field of Object.keys(columns) as F[]) {
    const all = chain(columns[field]);
    const some = all.filter(({ index }) => (filled[index] ?? 0) > 0);
    kept[field] = linked(some.length > 0 ? some : all.slice(0, 1));
  }
  return kept;
}

/** The text of a field in a record: of the first of its columns that is filled. */
export function cellOf(
  fields: readonly string[],
  column: Column | undefined,
  textOf: (cell: string | undefined) => string,
): string {
  for (let each = column; each; each = each.next) {
    const text = textOf(fields[each.index]);
    if (text) return text;
  }
  return '';
}

/** Names of the header's columns that no field reads. */
export function ignoredColumns(header: readonly string[], columns: ColumnMap<Field>): string[] {
  const read = new Set(Object.values(columns).flatMap((column) => chain(column).map(({ index }) => index)));
  return header.filter((name, index) => !read.has(index) && name.trim() !== '').map((name) => name.trim());
}

/**
 * Rejects a mapping to a column that no file has.
 * @throws CoutureError `file_invalid`
 */
export function requireMapped(mapping: Mapping, headers: ReadonlyArray<readonly string[]>): void {
  const names = headers.flat();
  for (const [field, column] of mapping) {
    if (!column || headers.some((header) => columnsNamed(header.map(plainName), column).length > 0)) continue;
    throw new CoutureError(
      'file_invalid',
      `--map ${field}=${column}: no file has a column "${column}"`,
      `${suggestion(column, names)}The columns are ${names.join(', ')}.`,
    );
  }
}

function findColumns<F extends Field>(
  header: readonly string[],
  aliases: Record<F, readonly string[]>,
  mapping: Mapping,
  ofFormat: Partial<Record<F, readonly string[]>> = {},
): ColumnMap<F> {
  const names = header.map(plainName);
  // Odoo names the column of a line after its table, too: "Order Lines/Product".
  const lastNames = header.map((name) => plainName(name.slice(name.lastIndexOf('/') + 1)));
  const columns: ColumnMap<F> = {};
  const positions = (all: readonly string[], candidates: readonly string[]) => [
    ...new Set(candidates.flatMap((name) => all.flatMap((each, index) => (each === name ? [index] : [])))),
  ];
  const at = (candidates: readonly string[]) => {
    const found = positions(names, candidates);
    return found.length > 0 ? found : positions(lastNames, candidates);
  };
  for (const field of Object.keys(aliases) as F[]) {
    const mapped = mapping.get(field);
    if (mapped === '') continue;
    // A mapped column may exist only in the other file; fall back to the aliases in this one.
    let found = mapped === undefined ? [] : columnsNamed(names, mapped);
    const own = ofFormat[field];
    if (found.length === 0) found = at(own ?? []);
    if (found.length === 0 && own?.length !== 0) found = at(aliases[field]);
    // Ids of two columns are of two kinds, unless the format says otherwise.
    if (field === 'order_id' || field === 'group_id' || (!ofFormat[field] && field.endsWith('_id'))) {
      // Guests have an e-mail address, and no number.
      const address =
        field === 'customer_id' && mapped === undefined ? found.find((at) => isMail(names[at]!)) : undefined;
      found = [...new Set([found[0], address])].filter((at) => at !== undefined);
    }
    columns[field] = linked(found.map((index) => ({ index, name: header[index]!.trim() })));
    if (!columns[field]) delete columns[field];
  }
  return columns;
}

/** Fields that no column is named for, by a column that no field has and whose name contains theirs: "Product unit price". */
function addLikely(
  columns: ColumnMap<OrderField>,
  header: readonly string[],
  mapping: Mapping,
  ofFormat: Partial<Record<OrderField, readonly string[]>> = {},
): void {
  const taken = new Set(Object.values(columns).flatMap((column) => chain(column).map(({ index }) => index)));
  for (const field of Object.keys(likelyOrderColumns) as OrderField[]) {
    if (columns[field] || mapping.get(field) === '' || ofFormat[field]?.length === 0) continue;
    // The price of a piece follows from that of the line.
    if (field === 'unit_price' && columns.line_total) continue;
    const [is, isNot] = likelyOrderColumns[field]!;
    const index = header
      .map(plainName)
      .findIndex((name, at) => !taken.has(at) && is.test(name) && !isNot.test(name));
    if (index < 0) continue;
    columns[field] = { index, name: header[index]!.trim() };
    taken.add(index);
  }
}

function isMail(name: string): boolean {
  return /mail|メール|بريد|邮箱|eposta|אימייל/.test(name);
}

/** Positions of the columns with this name; `Name#2` is the second column called Name. */
function columnsNamed(plainNames: readonly string[], column: string): number[] {
  const positions = (name: string) =>
    plainNames.flatMap((each, at) => (each === plainName(name) ? [at] : []));
  const all = positions(column);
  const [, name, number] = /^(.+)#([1-9]\d?)$/.exec(column) ?? [];
  return all.length > 0 || !name ? all : positions(name).slice(Number(number) - 1, Number(number));
}

/**
 * Columns that share the name of one that a field reads, unless `--map` says which.
 * @returns field → positions, at least two
 */
export function namesakes<F extends Field>(
  header: readonly string[],
  columns: ColumnMap<F>,
  mapping: Mapping,
): Map<F, readonly number[]> {
  const names = header.map(plainName);
  const found = new Map<F, readonly number[]>();
  for (const field of Object.keys(columns) as F[]) {
    if (/#\d+$/.test(mapping.get(field) ?? '')) continue;
    const all = columnsNamed(names, columns[field]!.name);
    if (all.length > 1) found.set(field, all);
  }
  return found;
}

/** `Invoice No.` → `invoiceno`, `Stückzahl` → `stuckzahl`; a name without any letters or digits is kept. */
export function plainName(name: string): string {
  const letters = name.trim().toLowerCase();
  return (
    letters
      .normalize('NFD')
      .replaceAll(/[^\p{L}\p{N}]/gu, '')
      .replaceAll('ł', 'l') || letters
  );
}

/** A column with those to read where it is empty. */
export function chain(column: Column | undefined): Column[] {
  return column ? [column, ...chain(column.next)] : [];
}

export function linked(columns: readonly Column[]): Column | undefined {
  return columns.reduceRight<Column | undefined>(
    (next, { index, name }) => (next ? { index, name, next } : { index, name }),
    undefined,
  );
}

/** @throws CoutureError `file_invalid` if a column that no field reads looks like the order's number */
function requireNoOrderColumn(file: string, header: readonly string[], columns: ColumnMap<OrderField>): void {
  const likely = ignoredColumns(header, columns).find(
    (name) =>
      /order|invoice|receipt|transaction|basket|ticket|bill|bestell|auftrag|beleg|commande|pedido|ordin/i.test(
        name,
      ) &&
      !/total|amount|value|price|sum|date|time|status|count|quantity|qty|ship|address|note|type/i.test(name),
  );
  if (!likely) return;
  throw new CoutureError(
    'file_invalid',
    `${file} has no column for an order, but "${likely}" looks like one`,
    `Use --map order_id="${likely}", or --map order_id= to treat all purchases of a customer as one basket.`,
  );
}

/** The name that is likely meant, if few letters differ. */
function suggestion(text: string, names: readonly string[]): string {
  const near = closest(text, names);
  return distance(text, near) <= Math.min(4, text.length / 2) ? `Did you mean "${near}"? ` : '';
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
