// Products of the schema `imported`: a first COPY, then updates of what a product file says, and only of rows that change.
import { copyText, type TextCell } from '../../copy/copy-text.ts';
import { CoutureError } from '../../errors.ts';
import type { Client, Queryable } from '../../pool.ts';

/** Columns that a product file can set → what an empty cell does to the value of a known product. */
const emptyCell = {
  name: 'keeps',
  description: 'keeps',
  category: 'keeps',
  category_path: 'keeps',
  price: 'keeps',
  image_url: 'keeps',
  inventory: 'keeps',
  group_id: 'keeps',
  url: 'keeps',
  discounted_price: 'clears',
  on_sale: 'clears',
  rating: 'clears',
  review_count: 'clears',
  tags: 'clears',
  featured: 'clears',
  handle: 'keeps',
  brand: 'keeps',
  cost: 'clears',
  created_at: 'keeps',
  colour: 'keeps',
  size: 'keeps',
} as const satisfies Record<string, 'keeps' | 'clears'>;
export type ProductColumn = keyof typeof emptyCell;
const productColumns = Object.keys(emptyCell) as ProductColumn[];
const rowColumns = ['product_id', 'service', ...productColumns].join(', ');

/** Id, whether the product is a service, and a cell for each column of `emptyCell`, in that order. */
export type ImportedProductRow = readonly [id: string, service: boolean, ...cells: TextCell[]];

export interface ProductsUpdated {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  /** Known products that are not in the file. */
  readonly absent: number;
  /** Those of them that were in stock and are out of stock now. */
  readonly sold_out: number;
}

/** COPYs the products of a first import. */
export async function copyImportedProducts(
  client: Client,
  rows: readonly ImportedProductRow[],
): Promise<void> {
  await copyText(client, `imported.product (${rowColumns})`, [rows]);
}

/**
 * Reads the ids of the imported products.
 * @throws CoutureError `preset_conflict` if no orders were imported, or by an earlier version, or if the source views read
 * the tables of a shop instead
 */
export async function importedProductIds(client: Queryable): Promise<Set<string>> {
  const { rows } = await client.query<{ there: boolean; current: boolean; views: boolean; read: boolean }>(
    `with recursive below (oid) as (
       select to_regclass('couture_source.product')::oid
       union
       select d.refobjid from below join pg_rewrite r on r.ev_class = below.oid
       join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass
     )
     select to_regclass('imported.product') is not null as there,
            exists (select from pg_attribute where attrelid = to_regclass('imported.product') and attname = 'handle'
                    and not attisdropped) as current,
            to_regclass('couture_source.product') is not null as views,
            exists (select from below where oid = to_regclass('imported.product')) as read`,
  );
  const { there, current, views, read } = rows[0]!;
  if (views && !read) {
    throw new CoutureError(
      'preset_conflict',
      'The source views of this database read the tables of a shop, not imported products',
      "Change products in the shop's own tables; couture reads them there.",
    );
  }
  if (!there) {
    throw new CoutureError(
      'preset_conflict',
      'This database holds no imported orders, so there are no products to update',
      'Import orders first: couture import orders FILES --products FILE.',
    );
  }
  if (!current) {
    throw new CoutureError(
      'preset_conflict',
      'The imported tables were written by an earlier version of couture',
      'Import the orders again: couture import orders FILES --products FILE --replace.',
    );
  }
  const ids = await client.query<{ product_id: string }>('select product_id from imported.product');
  return new Set(ids.rows.map((row) => row.product_id));
}

/**
 * Upserts the products. Call it in a transaction.
 * @param said the columns that the file has; the others stay as they are
 * @param complete whether products missing from the file go out of stock
 */
export async function updateProducts(
  client: Client,
  rows: readonly ImportedProductRow[],
  said: ReadonlySet<ProductColumn>,
  complete: boolean,
): Promise<ProductsUpdated> {
  // Earlier versions of couture wrote the table without them.
  await client.query(
    'alter table imported.product add column if not exists colour text, add column if not exists size text, add column if not exists category_path text',
  );
  await client.query(`
    create temporary table listed_product on commit drop as
      select ${rowColumns} from imported.product where false`);
  await copyText(client, `pg_temp.listed_product (${rowColumns})`, [rows]);
  await client.query('create unique index on listed_product (product_id); analyze listed_product');
  const given = productColumns.filter((column) => said.has(column));
  const next = (column: ProductColumn) =>
    emptyCell[column] === 'keeps' ? `coalesce(l.${column}, p.${column})` : `l.${column}`;
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
  // A file with prices alone may end a sale.
  if (said.has('price'))
    await client.query(
      'update imported.product set discounted_price = null, on_sale = false where discounted_price >= price',
    );
  const added = await affected(
    client,
    `insert into imported.product (${rowColumns})
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
