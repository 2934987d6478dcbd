// A product file → products by id. Rows of one product share what only one of them says. Grows with products.
import { CoutureError } from '../../runtime/core/errors.ts';
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
import { DecimalEvidence, type DecimalMark, textOf } from './field-values.ts';
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
  /** Rows without an id. */
  readonly without_id: number;
  /** Ids equal those of the orders but for leading zeros. */
  readonly zeros: boolean;
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
  let withoutId = 0;
  let encoding = 'utf-8';
  const handlers = {
    header() {},
    record(fields: string[]) {
      const said = cellOf(fields, form.id.column, textOf).replaceAll('\0', '');
      const id = (form.id.zeros && form.spelling(said)) || said;
      rows.push({ id, fields: aliasesOf(fields, form), facts: productFacts(fields, form) });
    },
    encoding: (name: string) => (encoding = name),
  };
  for await (const _ of readCsv(file, handlers, options));
  const products = new Map<string, ProductFacts>();
  for (const { id, facts } of groupVariants(rows, form.format, options.shopUrl)) {
    if (id && !id.includes('\ufffd')) products.set(id, facts);
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
    ignored: ignoredColumns(form.header, { ...form.columns, product_id: form.id.column }),
    without_id: withoutId,
    zeros: form.id.zeros,
    encoding,
  };
}

interface Form extends ProductForm {
  readonly header: readonly string[];
  readonly id: ReturnType<IdMatcher['decide']>;
  spelling(id: string): string | undefined;
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
    spelling: (id) => matcher!.spelling(id),
  };
}

/** The other names by which rows refer to a product: its number and its SKU. */
function aliasesOf(fields: readonly string[], form: Form): ProductRow['fields'] {
  const at = (names: readonly string[]) =>
    names
      .map((name) => textOf(fields[form.header.findIndex((each) => plainName(each) === name)]))
      .find(Boolean) ?? '';
  if (form.format === 'woocommerce') return { id: at(['id']), sku: at(['sku']) };
  if (form.format === 'magento') return { variants: cellOf(fields, form.columns.variants, textOf) };
  if (form.format !== 'shopify') return {};
  const options = [at(['option1value']), at(['option2value']), at(['option3value'])].filter(Boolean);
  const isVariant = at(['variantsku', 'variantprice', 'option1value']) !== '';
  return { options: options.filter((option) => option !== 'Default Title'), image: !isVariant };
}

function formatOfProducts(header: readonly string[], options: ProductFileOptions): FileFormat {
  return formatOf('products', header.map(plainName), options.format);
}
