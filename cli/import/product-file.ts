// A product file → products by id. Rows of one product share what only one of them says. Grows with products.
import { CoutureError } from '../../runtime/core/errors.ts';
import { CategoryReader } from './category-reader.ts';
import {
  type ColumnMap,
  cellOf,
  ignoredColumns,
  type Mapping,
  plainName,
  preferFilled,
  productColumns,
} from './columns.ts';
import { readCsv } from './csv-file.ts';
import { DecimalEvidence, type DecimalMark, idOf, textOf } from './field-values.ts';
import type { ProductField } from './fields.ts';
import { type FileFormat, type FormatName, formatOf } from './formats.ts';
import { type ProductFacts, type ProductForm, productFacts } from './product-facts.ts';
import { groupVariants, type ProductRow } from './product-groups.ts';
import { IdMatcher, type KnownIds } from './product-ids.ts';

export interface ProductFileOptions {
  readonly mapping: Mapping;
  readonly format?: FormatName | undefined;
  readonly delimiter?: string | undefined;
  readonly encoding?: string | undefined;
  readonly decimal?: DecimalMark | undefined;
  /** The shop's address, for the pages of products that the file names by handle only. */
  readonly shopUrl?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ProductFile {
  readonly products: ReadonlyMap<string, ProductFacts>;
  readonly format: FormatName;
  readonly header: readonly string[];
  /** Field → column name. */
  readonly columns: Readonly<Partial<Record<ProductField, string>>>;
  readonly ignored: readonly string[];
  /** Ids of bundles, whose order lines may name the chosen parts as well: `KIT-CAP-BAG`. */
  readonly bundles: readonly string[];
  /** Rows without an id. */
  readonly without_id: number;
  /** Rows whose ids equal those of the orders but for leading zeros or letter case. */
  readonly respelled: number;
  readonly encoding: string;
}

/**
 * Reads the header and rejects a file without products before anything else is done.
 * @throws CoutureError `file_unreadable`, `file_invalid`
 */
export async function productHeader(file: string, options: ProductFileOptions): Promise<readonly string[]> {
  let found: readonly string[] | undefined;
  const handlers = {
    header(fields: readonly string[]) {
      found = fields;
      productColumns(file, fields, options.mapping, formatOfProducts(fields, options));
    },
    record() {},
  };
  for await (const _ of readCsv(file, handlers, options)) if (found) break;
  if (!found)
    throw new CoutureError('file_invalid', `${file} is empty`, 'The first line must name the columns.');
  return found;
}

/**
 * Reads the products of a file, with the ids that they have elsewhere if another column has those.
 * @throws CoutureError `file_unreadable`, `file_invalid`
 */
export async function readProducts(
  file: string,
  options: ProductFileOptions,
  known: KnownIds,
): Promise<ProductFile> {
  const form = await sniff(file, options, known);
  const rows: ProductRow[] = [];
  const seen = new Set<string>();
  let withoutId = 0;
  let respelled = 0;
  let encoding = 'utf-8';
  const handlers = {
    header() {},
    record(fields: string[]) {
      const said = cellOf(fields, form.id.column, idOf).replaceAll('\0', '');
      const id = form.id.known(said);
      if (id !== said) respelled++;
      // Further rows say what a store of several calls the product, and asks for it.
      if (seen.has(id) && isOfStore(fields, form)) return;
      seen.add(id);
      rows.push({ id, fields: aliasesOf(fields, form), facts: productFacts(fields, form) });
    },
    encoding: (name: string) => (encoding = name),
  };
  for await (const _ of readCsv(file, handlers, options));
  const products = new Map<string, ProductFacts>();
  const categories = new CategoryReader(
    rows.map(({ facts }) => facts.category ?? ''),
    form.format,
  );
  for (const { id, facts, isFrame } of groupVariants(rows, form.format, options.shopUrl)) {
    // Carts hold the variants; the frame is a product only where orders name it.
    if (isFrame && !known.has(id)) continue;
    if (id && !id.includes('\ufffd')) products.set(id, placed(facts, categories));
    else withoutId++;
  }
  if (products.size === 0)
    throw new CoutureError(
      'file_invalid',
      `${file} lists no product`,
      'Check the separator (--delimiter) and the column of the ids (--map product_id=COLUMN).',
    );
  return {
    products,
    format: form.format,
    header: form.header,
    columns: {
      ...Object.fromEntries(Object.entries(form.columns).map(([field, { name }]) => [field, name])),
      product_id: form.id.column.name,
    },
    ignored: ignoredColumns(form.header, { ...form.columns, product_id: form.id.column }).filter(
      (name) => form.format === 'plain' || !choiceColumn.test(plainName(name)),
    ),
    bundles: rows.filter(({ fields }) => fields.kind === 'bundle').map(({ id }) => id),
    without_id: withoutId,
    respelled,
    encoding,
  };
}

/** The product with its category's name and place. */
function placed(facts: ProductFacts, categories: CategoryReader): ProductFacts {
  const place = categories.read(facts.category ?? '');
  return place ? { ...facts, category: place.category, categoryPath: place.path } : facts;
}

interface Form extends ProductForm {
  readonly header: readonly string[];
  readonly id: ReturnType<IdMatcher['decide']>;
}

/** Reads the file once, for the columns that are filled, the decimal mark, and the column with the known ids. */
async function sniff(file: string, options: ProductFileOptions, known: KnownIds): Promise<Form> {
  let header: readonly string[] = [];
  let format: FileFormat | undefined;
  let columns: ColumnMap<ProductField> = {};
  let matcher: IdMatcher | undefined;
  let delimiter = ',';
  const filled: number[] = [];
  const decimals = new DecimalEvidence();
  const handlers = {
    dialect: (dialect: { delimiter: string }) => (delimiter = dialect.delimiter),
    header(fields: readonly string[]) {
      header = fields;
      format = formatOfProducts(fields, options);
      columns = productColumns(file, fields, options.mapping, format);
      matcher = new IdMatcher(known, fields, columns.product_id!, {
        mapping: options.mapping,
        format: format.name,
      });
    },
    record(fields: string[]) {
      for (let at = 0; at < fields.length; at++) if (textOf(fields[at])) filled[at] = (filled[at] ?? 0) + 1;
      for (const field of ['price', 'discounted_price', 'cost'] as const) {
        decimals.see(textOf(fields[columns[field]?.index ?? -1]));
      }
      matcher!.see(fields);
    },
  };
  for await (const _ of readCsv(file, handlers, options));
  return {
    header,
    format: format?.name ?? 'plain',
    columns: preferFilled(columns, filled),
    decimal: options.decimal ?? decimals.decide(delimiter),
    id: matcher!.decide(),
  };
}

/** Whether the row says how one store of Magento differs from the others. */
function isOfStore(fields: readonly string[], form: Form): boolean {
  if (form.format !== 'magento') return false;
  const store = textOf(fields[form.header.findIndex((name) => plainName(name) === 'storeviewcode')]);
  return store !== '' && store !== 'admin' && store !== 'default';
}

/** The other names by which rows refer to a product: its number and its SKU. */
function aliasesOf(fields: readonly string[], form: Form): ProductRow['fields'] {
  const at = (names: readonly string[]) =>
    names
      .map((name) => textOf(fields[form.header.findIndex((each) => plainName(each) === name)]))
      .find(Boolean) ?? '';
  if (form.format === 'woocommerce') {
    const choices = [1, 2, 3].map((n) => ({
      title: at([`attribute${n}name`]),
      value: at([`attribute${n}values`]),
    }));
    return { id: at(['id']), sku: at(['sku']), choices };
  }
  if (form.format === 'magento') {
    return {
      variants: cellOf(fields, form.columns.variants, textOf),
      kind: cellOf(fields, form.columns.kind, textOf),
      choices: choicesIn(at(['additionalattributes'])),
    };
  }
  if (form.format !== 'shopify') return {};
  const choices = [1, 2, 3].map((n) => ({ title: at([`option${n}name`]), value: at([`option${n}value`]) }));
  const options = choices.map(({ value }) => value).filter(Boolean);
  const isVariant = at(['variantsku', 'variantprice', 'option1value']) !== '';
  return {
    options: options.filter((option) => option !== 'Default Title'),
    image: !isVariant,
    gallery: at(['variantimage']) === '',
    choices,
  };
}

/** Columns of the formats above that are read by their names. */
const choiceColumn =
  /^(option[123](name|value)|attribute[123](name|values)|additionalattributes|storeviewcode)$/;

/** `color=Red,size=M` → title and value of each. */
function choicesIn(text: string): Array<{ title: string; value: string }> {
  return Array.from(text.matchAll(/(?:^|,)([\w ]+)=([^,]*)/g), ([, title, value]) => ({
    title: title!,
    value: value!.trim(),
  }));
}

function formatOfProducts(header: readonly string[], options: ProductFileOptions): FileFormat {
  return formatOf('products', header.map(plainName), options.format);
}
