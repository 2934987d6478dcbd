// What `couture connect` reads of a shop before it writes anything: figures, currencies, addresses, the shop's own name.
import type { Queryable } from '../pool.ts';
import { type AddressKinds, addressKinds } from '../store/shop/address-kinds.ts';
import { readFigures, type ShopFigures, shopFigures, withTemporaryViews } from './detect-platform.ts';
import { mayBeMinor, readPrices } from './minor-units.ts';
import type { PlatformName } from './platforms.ts';
import { relationName } from './shop-tables.ts';
import { shopView, shopViewIn } from './shop-view.ts';
import { sourceViewNames } from './source-contract.ts';

export interface CurrencyCount {
  readonly currency: string;
  readonly orders: number;
}

/** A product's addresses as the view has them. */
export interface SampledProduct {
  readonly id: string;
  readonly url: string | null;
  readonly image_url: string | null;
}

export interface ShopProfile extends ShopFigures {
  readonly orders: number;
  /** Currencies of the orders that count, the most frequent first. */
  readonly currencies: readonly CurrencyCount[];
  /** Median price, if no price has a fraction and `--minor-units` may be right. */
  readonly minorPrice: number | undefined;
  readonly addresses: AddressKinds;
  /** Language of the shop, or of most of its customers, such as de; undefined if unknown. */
  readonly language: string | undefined;
  /** A few products to try the addresses of. */
  readonly samples: readonly SampledProduct[];
  /** Name and address of the shop, if the platform keeps them. */
  readonly name: string | undefined;
  readonly url: string | undefined;
}

/** Number of products whose addresses are tried. */
const samples = 5;

/** Number of customers whose language is read. */
const readCustomers = 20_000;

/**
 * Reads a platform's tables through temporary views of its preset.
 * @throws an error of Postgres with the code 42501 if this role may not read one of the tables
 */
export async function profileTables(
  client: Queryable,
  match: { readonly platform: PlatformName; readonly schema: string; readonly sql: string },
): Promise<ShopProfile> {
  const own = await ownIdentity(client, match.platform, match.schema);
  return await withTemporaryViews(client, match.sql, async () => {
    // Postgres checks the rights to all tables of a view even for no rows.
    for (const view of sourceViewNames) await client.query(`select from pg_temp.${view} limit 0`);
    const figures = await readFigures(client, 'pg_temp');
    const minorPrice = match.platform === 'django' ? await readMinorPrice(client, figures) : undefined;
    return { ...(await profile(client, 'pg_temp', figures)), minorPrice, ...own };
  });
}

/** Reads a shop whose views exist, such as those that its owner wrote. */
export async function profileViews(client: Queryable): Promise<ShopProfile> {
  const figures = (await shopFigures(client)) ?? (await figuresOfViews(client));
  return { ...(await profile(client, 'couture_source', figures)), name: undefined, url: undefined };
}

async function profile(
  client: Queryable,
  schema: string,
  figures: ShopFigures,
): Promise<Omit<ShopProfile, 'name' | 'url'>> {
  const { rows } = await client.query<SampledProduct>(
    `select product_id::text as id, url, image_url from ${shopViewIn(schema, 'product')} p
     where coalesce(price, 0) > 0 order by image_url is null, product_id limit ${samples}`,
  );
  return {
    ...figures,
    minorPrice: undefined,
    orders: figures.statuses.reduce((sum, each) => sum + each.orders, 0),
    currencies: await readCurrencies(client, schema),
    addresses: await addressKinds(client, schema),
    language: await readLanguage(client, schema),
    samples: rows,
  };
}

/** The presets of platforms know their unit. */
async function readMinorPrice(client: Queryable, { currency }: ShopFigures): Promise<number | undefined> {
  const prices = await readPrices(client, 'pg_temp');
  return mayBeMinor(prices, currency ?? 'EUR') ? (prices.median_price ?? undefined) : undefined;
}

async function readCurrencies(client: Queryable, schema: string): Promise<CurrencyCount[]> {
  // Views that the owner wrote may have it on the lines alone.
  const orders = (await hasColumn(client, `${schema}.shop_order`, 'currency'))
    ? `select currency from ${schema}.shop_order where counts`
    : (await hasColumn(client, `${schema}.order_line`, 'currency'))
      ? `select distinct order_id, currency from ${schema}.order_line`
      : undefined;
  if (!orders) return [];
  const { rows } = await client.query<{ currency: string; orders: string }>(
    `select upper(trim(currency::text)) as currency, count(*)::text as orders from (${orders}) o
     where trim(currency::text) <> '' group by 1 order by count(*) desc, 1 limit 20`,
  );
  return rows.map((row) => ({ currency: row.currency, orders: Number(row.orders) }));
}

/** Platforms keep it as a setting; otherwise it is that of most customers. */
async function readLanguage(client: Queryable, schema: string): Promise<string | undefined> {
  const setting = (await hasColumn(client, `${schema}.shop_setting`, 'language'))
    ? `(select language from ${schema}.shop_setting limit 1)`
    : 'null';
  const { rows } = await client.query<{ locale: string | null }>(
    `select coalesce(nullif(${setting}, ''),
            (select locale from (select locale from ${shopViewIn(schema, 'customer')} c limit ${readCustomers}) known
             where locale <> '' group by locale order by count(*) desc, locale limit 1)) as locale`,
  );
  return /^[a-z]{2,3}(?=$|[_-])/i.exec(rows[0]!.locale ?? '')?.[0].toLowerCase();
}

async function hasColumn(client: Queryable, relation: string, column: string): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>(
    `select exists (select from pg_attribute where attrelid = to_regclass($1) and attname = $2) as there`,
    [relation, column],
  );
  return rows[0]!.there;
}

/** Views that the owner wrote have no view of orders. */
async function figuresOfViews(client: Queryable): Promise<ShopFigures> {
  const { rows } = await client.query<{
    products: string;
    variants: string;
    orders: string;
    newest: Date | null;
  }>(
    `select (select count(distinct coalesce('g' || group_id::text, 'p' || product_id::text)) from ${shopView.product} p) as products,
            (select count(*) from couture_source.product) as variants,
            (select count(distinct order_id) from couture_source.order_line) as orders,
            (select max(ordered_at)::timestamptz from couture_source.order_line) as newest`,
  );
  const { products, variants, orders, newest } = rows[0]!;
  return {
    products: Number(products),
    variants: Number(variants),
    statuses: Number(orders) > 0 ? [{ status: null, orders: Number(orders), counts: true }] : [],
    currency: (await readCurrencies(client, 'couture_source'))[0]?.currency,
    newestOrder: newest ?? undefined,
  };
}

/** Platform → table with the shop's name and address, and their expressions. */
const identities: Partial<
  Record<PlatformName, readonly [table: string, name: string, url: string, order: string]>
> = {
  medusa: ['store', 'name', 'null', 'created_at'],
  spree: ['spree_stores', 'name', 'url', '"default" desc nulls last, id'],
  odoo: ['website', 'name', 'domain', 'id'],
  oscar: ['django_site', 'name', 'domain', 'id'],
  saleor: ['django_site', 'name', 'domain', 'id'],
  django: ['django_site', 'name', 'domain', 'id'],
};

/** Values that platforms are installed with. */
const placeholder =
  /^(?:medusa store|default store|my website|my company|store|website|example(?:\.com)?|localhost.*|127\..*)$/i;

async function ownIdentity(
  client: Queryable,
  platform: PlatformName,
  schema: string,
): Promise<{ name: string | undefined; url: string | undefined }> {
  const none = { name: undefined, url: undefined };
  const identity = identities[platform];
  if (!identity) return none;
  const [table, name, url, order] = identity;
  const relation = relationName({ schema, name: table });
  const { rows: there } = await client.query<{ readable: boolean | null }>(
    `select has_table_privilege(to_regclass($1)::oid, 'select') as readable`,
    [relation],
  );
  if (!there[0]!.readable) return none;
  try {
    const { rows } = await client.query<{ name: string | null; url: string | null }>(
      `select (${name})::text as name, (${url})::text as url from ${relation} order by ${order} limit 1`,
    );
    return { name: stated(rows[0]?.name), url: stated(rows[0]?.url) };
  } catch (error) {
    // 42703: a version of the platform without the column.
    if ((error as { code?: string }).code === '42703') return none;
    throw error;
  }
}

function stated(value: string | null | undefined): string | undefined {
  const text = value?.trim() ?? '';
  const host = text.replace(/^https?:\/\//, '');
  return text === '' || placeholder.test(host) ? undefined : text;
}
