// A product file → the products of earlier imported orders: prices, stock and whatever else the file says. No build is needed.
import { CoutureError } from '../../runtime/core/errors.ts';
import { type Client, inTransaction } from '../../sql/pool.ts';
import {
  importedProductIds,
  type ProductColumn,
  type ProductsUpdated,
  updateProducts,
} from '../../sql/store/sample/imported-products.ts';
import { requireMapped } from './columns.ts';
import type { ProductField } from './fields.ts';
import { productRow } from './product-catalogue.ts';
import { type ProductFile, type ProductFileOptions, productHeader, readProducts } from './product-file.ts';
import { findServices } from './service-lines.ts';

export interface ImportProductsOptions extends ProductFileOptions {
  readonly file: string;
  /** The file lists all products: those that it lacks are out of stock. */
  readonly complete: boolean;
}

export interface ImportProductsReport extends ProductsUpdated {
  readonly format: ProductFile['format'];
  readonly listed: number;
  /** Product columns of the database that the file sets. */
  readonly sets: readonly ProductColumn[];
  readonly columns: ProductFile['columns'];
  readonly ignored_columns: readonly string[];
  readonly without_id: number;
  readonly encoding: string;
}

/**
 * Updates known products, adds new ones, and keeps those that the file lacks, in one transaction.
 * @throws CoutureError `file_unreadable`, `file_invalid`, `preset_conflict`
 */
export async function importProducts(
  client: Client,
  options: ImportProductsOptions,
): Promise<ImportProductsReport> {
  const { file, complete } = options;
  requireMapped(options.mapping, [await productHeader(file, options)]);
  return await inTransaction(client, async () => {
    const known = await importedProductIds(client);
    const read = await readProducts(file, options, known);
    requireKnown(file, read, known);
    const said = columnsSaid(read.columns);
    const services = new Set(
      findServices(Array.from(read.products, ([id, facts]) => [id, facts.name ?? ''])).map(
        (each) => each.productId,
      ),
    );
    const rows = Array.from(read.products, ([id, facts]) => productRow(id, facts, services.has(id)));
    const updated = await updateProducts(client, rows, said, complete);
    return {
      ...updated,
      format: read.format,
      listed: read.products.size,
      sets: [...said],
      columns: read.columns,
      ignored_columns: read.ignored,
      without_id: read.without_id,
      encoding: read.encoding,
    };
  });
}

function requireKnown(path: string, read: ProductFile, known: ReadonlySet<string>): void {
  const some = (ids: Iterable<string>) => [...ids].slice(0, 3).join(', ');
  if (known.size === 0 || [...read.products.keys()].some((id) => known.has(id))) return;
  throw new CoutureError(
    'file_invalid',
    `No product of ${path} (${some(read.products.keys())}) was imported before (${some(known)})`,
    'Nothing was changed. Name the column with the same ids as in the orders: --map product_id=COLUMN.',
  );
}

/** Column of the database → the fields of a file that say it. */
const sources: ReadonlyArray<readonly [ProductColumn, readonly ProductField[]]> = [
  ['name', ['name']],
  ['description', ['description']],
  ['category', ['category']],
  ['category_path', ['category']],
  ['price', ['price']],
  ['image_url', ['image_url']],
  ['inventory', ['inventory', 'in_stock', 'published', 'status']],
  ['group_id', ['group_id', 'variants']],
  ['url', ['url', 'handle']],
  ['discounted_price', ['discounted_price', 'compare_at_price']],
  ['on_sale', ['on_sale', 'discounted_price', 'compare_at_price']],
  ['rating', ['rating']],
  ['review_count', ['review_count']],
  ['tags', ['tags']],
  ['featured', ['featured']],
  ['handle', ['handle']],
  ['brand', ['brand']],
  ['cost', ['cost']],
  ['created_at', ['created_at']],
];

function columnsSaid(columns: ProductFile['columns']): Set<ProductColumn> {
  const said = sources.filter(([, fields]) => fields.some((field) => columns[field] !== undefined));
  const names = new Set(said.map(([column]) => column));
  // The same column can hold the handle and the id; groups by handle are Shopify's.
  if (columns.handle !== undefined) names.add('group_id');
  return names;
}
