// Products as they are in the shop now, from couture_source.product: by id, or by part of the name.

import type { IdType } from '../../id-types.ts';
import type { Queryable } from '../../pool.ts';
import { shopView } from '../../source/shop-view.ts';

export interface ShopProduct {
  readonly id: string;
  readonly name: string;
  readonly category: string;
  /** What a shopper pays now: the sale price if there is one. Null: the product has no price. */
  readonly price: number | null;
  /** Null: untracked stock. */
  readonly inventory: number | null;
  readonly group_id: string | null;
}

/** Reads products by id; unknown ids are left out. */
export async function productsById(
  source: Queryable,
  type: IdType,
  ids: readonly string[],
): Promise<Map<string, ShopProduct>> {
  if (ids.length === 0) return new Map();
  const { rows } = await source.query<ShopProduct>(
    `select ${columns} from ${shopView.product} p where product_id = any ($1::${type}[])`,
    [ids],
  );
  // A view with a faulty join may return a product twice; as in a build, the first row counts.
  const products = new Map<string, ShopProduct>();
  for (const row of rows) if (!products.has(row.id)) products.set(row.id, row);
  return products;
}

/** Finds products whose names contain all words, in any order and case; exact names first, then the shortest. */
export async function productsByName(
  source: Queryable,
  text: string,
  limit: number,
): Promise<{ products: ShopProduct[]; total: number }> {
  const words = text.split(/\s+/).filter(Boolean);
  const patterns = words.map((word) => `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`);
  const { rows } = await source.query<ShopProduct & { total: string }>(
    `select ${columns}, count(*) over () as total from ${shopView.product} p
     where product_id is not null and name ilike all ($1::text[])
     order by lower(name) <> lower($2), length(name), name, product_id limit $3`,
    [patterns, words.join(' '), limit],
  );
  return { products: rows.map(({ total, ...product }) => product), total: Number(rows[0]?.total ?? 0) };
}

/** Description and tags of a product; undefined if it doesn't exist. */
export async function productText(
  source: Queryable,
  type: IdType,
  id: string,
): Promise<{ description: string; tags: string[] } | undefined> {
  const { rows } = await source.query<{ description: string; tags: string[] }>(
    `select coalesce(description::text, '') as description, coalesce(tags::text[], '{}') as tags
     from ${shopView.product} p where product_id = $1::${type} limit 1`,
    [id],
  );
  return rows[0];
}

/** Returns whether the text is a valid id of the type; Postgres would reject the statement otherwise. */
export function isId(type: IdType, text: string): boolean {
  if (type === 'uuid') return /^[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/i.test(text);
  if (type === 'text') return text !== '' && !/\0|\p{Cs}/u.test(text);
  return /^-?\d{1,19}$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text);
}

/** An id as Postgres writes it (`007` → `7`, UUIDs in lower case with hyphens); undefined if it is invalid. */
export function canonicalId(type: IdType, text: string): string | undefined {
  if (!isId(type, text)) return undefined;
  if (type === 'bigint') return BigInt(text).toString();
  if (type === 'text') return text;
  const digits = text.toLowerCase().replaceAll('-', '');
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20),
  ].join('-');
}

const columns = `product_id::text as id, coalesce(name, '') as name, coalesce(category, '') as category,
  coalesce(case when on_sale then discounted_price end, price)::float8 as price,
  inventory::float8 as inventory, group_id::text as group_id`;
