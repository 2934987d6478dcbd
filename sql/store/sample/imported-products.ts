// Refreshes products of the schema `imported` from a product file: only what the file says, and only rows that change.
import { copyText, type TextCell } from '../../copy/copy-text.ts';
import { CoutureError } from '../../errors.ts';
import type { Client, Queryable } from '../../pool.ts';

/** Columns that a product file can set, in the order of imported.product. */
export const productColumns = [
  'name',
  'description',
  'category',
  'price',
  'image_url',
  'inventory',
  'group_id',
  'url',
  'discounted_price',
  'on_sale',
  'rating',
  'review_count',
  'tags',
  'featured',
  'handle',
  'brand',
  'cost',
  'created_at',
] as const;
export type ProductColumn = (typeof productColumns)[number];

/** Columns in which an empty cell says nothing; in the others it takes the value away. */
const keptWhereEmpty = new Set<ProductColumn>([
  'name',
  'description',
  'category',
  'price',
  'image_url',
  'inventory',
  'group_id',
  'url',
  'handle',
  'brand',
  'created_at',
]);

/** Id, whether the product is a service, and a cell for each column. */
export type ProductUpdate = readonly [id: string, service: boolean, ...cells: TextCell[]];

export interface ProductsUpdated {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  /** Products that the file lacks. */
  readonly absent: number;
  /** Those of them that were in stock and are out of stock now. */
  readonly sold_out: number;
}

/**
 * Reads the ids of the imported products.
 * @throws CoutureError `preset_conflict` if no orders were imported, or by an earlier version
 */
export async function importedProductIds(client: Queryable): Promise<Set<string>> {
  const { rows } = await client.query<{ there: boolean; handle: boolean }>(
    `select to_regclass('imported.product') is not null as there,
            exists (select from pg_attribute where attrelid = to_regclass('imported.product') and attname = 'handle'
                    and not attisdropped) as handle`,
  );
  const { there, handle } = rows[0]!;
  if (!there || !handle) {
    throw new CoutureError(
      'preset_conflict',
      there
        ? 'The imported tables were written by an earlier version of couture'
        : 'This database holds no imported orders, so there are no products to refresh',
      there
        ? 'Import the orders again: couture import orders FILES --products FILE --replace.'
        : 'Import orders first: couture import orders FILES --products FILE.',
    );
  }
  const ids = await client.query<{ product_id: string }>('select product_id from imported.product');
  return new Set(ids.rows.map((row) => row.product_id));
}

/**
 * Upserts the products. Call it in a transaction.
 * @param said the columns that the file has; the others stay as they are
 * @param complete whether products that the file lacks go out of stock
 */
export async function updateProducts(
  client: Client,
  rows: readonly ProductUpdate[],
  said: ReadonlySet<ProductColumn>,
  complete: boolean,
): Promise<ProductsUpdated> {
  await client.query(`
    create temporary table listed_product on commit drop as
      select product_id, service, ${productColumns.join(', ')} from imported.product where false`);
  await copyText(client, `pg_temp.listed_product (product_id, service, ${productColumns.join(', ')})`, [
    rows,
  ]);
  await client.query('create unique index on listed_product (product_id); analyze listed_product');
  const given = productColumns.filter((column) => said.has(column));
  const next = (column: ProductColumn) =>
    keptWhereEmpty.has(column) ? `coalesce(l.${column}, p.${column})` : `l.${column}`;
  const changed =
    given.length === 0
      ? 0
      : await affected(
          client,
          `update imported.product p set ${given.map((column) => `${column} = ${next(column)}`).join(', ')}
           from listed_product l
           where l.product_id = p.product_id
             and (${given.map((column) => `p.${column}`).join(', ')}) is distinct from (${given.map(next).join(', ')})`,
        );
  const added = await affected(
    client,
    `insert into imported.product (product_id, service, ${productColumns.join(', ')})
     select product_id, service, ${productColumns.map((column) => fallbacks[column] ?? column).join(', ')}
     from listed_product l where not exists (select from imported.product p where p.product_id = l.product_id)`,
  );
  const lacking =
    'not exists (select from listed_product l where l.product_id = p.product_id) and not p.service';
  const { rows: counts } = await client.query<{ absent: string }>(
    `select count(*)::text as absent from imported.product p where ${lacking}`,
  );
  const soldOut = complete
    ? await affected(
        client,
        `update imported.product p set inventory = 0 where p.inventory > 0 and ${lacking}`,
      )
    : 0;
  if (added + changed + soldOut > rows.length / 5) await client.query('analyze imported.product');
  return {
    added,
    changed,
    unchanged: rows.length - added - changed,
    absent: Number(counts[0]!.absent),
    sold_out: soldOut,
  };
}

/** Values of a new product where the file has none. */
const fallbacks: Partial<Record<ProductColumn, string>> = {
  name: 'coalesce(name, product_id)',
  inventory: 'coalesce(inventory, 1)',
  on_sale: 'coalesce(on_sale, false)',
  tags: `coalesce(tags, '{}')`,
  featured: 'coalesce(featured, false)',
};

async function affected(client: Queryable, text: string): Promise<number> {
  return (await client.query(text)).rowCount ?? 0;
}
