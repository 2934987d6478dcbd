// A product file → the catalogue. Lenient: an invalid price or stock does not reject a product.
import { type ColumnMap, type Mapping, type ProductField, productColumns } from './columns.ts';
import { readCsv } from './csv-file.ts';
import { parsePrice, parseQuantity, textOf } from './field-values.ts';
import type { ProductCatalogue, ProductFacts } from './product-catalogue.ts';

export interface ProductFileOptions {
  readonly mapping: Mapping;
  readonly delimiter?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads the file into the catalogue and returns its header. Rows without a product id are skipped.
 * @throws CoutureError `file_unreadable`, `file_invalid`
 */
export async function readProducts(
  file: string,
  options: ProductFileOptions,
  catalogue: ProductCatalogue,
): Promise<readonly string[]> {
  let header: readonly string[] = [];
  let columns: ColumnMap<ProductField> = {};
  const handlers = {
    header(fields: readonly string[]) {
      header = fields;
      columns = productColumns(file, fields, options.mapping);
    },
    record(fields: string[]) {
      const text = (field: ProductField) =>
        columns[field] ? textOf(fields[columns[field].index]).replaceAll('\0', '') : '';
      const id = text('product_id');
      if (id && !id.includes('\ufffd')) catalogue.list(id, factsOf(text));
    },
  };
  for await (const _ of readCsv(file, handlers, options));
  return header;
}

function factsOf(text: (field: ProductField) => string): ProductFacts {
  const price = parsePrice(text('price'));
  const inventory = parseQuantity(text('inventory'));
  return {
    name: text('name'),
    description: text('description'),
    category: text('category'),
    imageUrl: text('image_url'),
    groupId: text('group_id'),
    url: text('url'),
    ...(price !== undefined && price > 0 && price < 1e9 ? { price } : {}),
    ...(inventory === undefined ? {} : { inventory }),
  };
}
