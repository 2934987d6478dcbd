// Recognizes the shop platform of a database by its tables, and reads what the shop has, without writing anything.
import { inTransaction, type Queryable } from '../pool.ts';
import { hasRelation } from '../relations.ts';
import { inMinorUnits } from './minor-units.ts';
import { chooseStatuses, type StatusChoice } from './order-statuses.ts';
import {
  evidence,
  findPlatforms,
  type PlatformName,
  type PlatformTables,
  platformNames,
  platforms,
  presetText,
  tablesFor,
} from './platforms.ts';
import { fillTemplate, type Roles } from './preset-template.ts';
import { readShopTables } from './shop-tables.ts';

/** A platform whose tables are in the database. */
export interface PlatformMatch {
  readonly platform: PlatformName;
  /** Name for people: `django-oscar`. */
  readonly title: string;
  readonly isKnown: boolean;
  readonly schema: string;
  /** The tables that were recognized. */
  readonly evidence: readonly string[];
  /** The preset filled with these tables: functions and views in `couture_source`. */
  readonly sql: string;
  readonly roles: Roles;
}

/** An order status, its number of orders, and whether `couture_source.order_counts` counts them. */
export interface StatusCount {
  readonly status: string | null;
  readonly orders: number;
  readonly counts: boolean;
}

/** What a shop has, as its preset sees it. */
export interface ShopFigures {
  /** Pages: the variants of a group are one. */
  readonly products: number;
  readonly variants: number;
  /** The most frequent status first. */
  readonly statuses: readonly StatusCount[];
  /** Code of the currency; undefined where the shop's tables don't say. */
  readonly currency: string | undefined;
  /** Time of the newest order that counts. */
  readonly newestOrder: Date | undefined;
}

/**
 * Platforms in the database, the most specific first; usually one or none, and one several times if each of several tenants has
 * a schema. Couture's own tables don't count as a shop.
 * @param schema of the orders; without it, any
 * @param preset platform to look for; without it, any
 */
export async function detectPlatforms(
  client: Queryable,
  schema?: string,
  preset?: PlatformName,
): Promise<PlatformMatch[]> {
  const all = await readShopTables(client);
  const own = new Set([
    'imported',
    ...all.filter((table) => table.name === 'sample_marker').map((table) => table.schema),
  ]);
  const tables = all.filter((table) => !own.has(table.schema));
  const matches: PlatformMatch[] = [];
  for (const platform of preset ? [preset] : platformNames) {
    const taken = new Set(matches.map((match) => match.schema));
    // A platform written in Django is that platform; the general preset knows less of it.
    const free = platform === 'django' ? tables.filter(({ schema }) => !taken.has(schema)) : tables;
    matches.push(
      ...findPlatforms(platform, await tablesFor(client, platform, schema, free), schema).map(matchOf),
    );
  }
  return matches;
}

/** The match for a platform's tables, with the SQL of its preset. */
export function matchOf(found: PlatformTables): PlatformMatch {
  return {
    platform: found.platform,
    title: found.isKnown ? platforms[found.platform] : 'a shop with tables linked by foreign keys',
    isKnown: found.isKnown,
    schema: found.schema,
    evidence: evidence(found),
    sql: fillTemplate(presetText(found.platform), found.roles),
    roles: found.roles,
  };
}

/** The preset with the shop's own choices. */
export function chosenSql({ platform, roles, sql }: PlatformMatch, choice: StatusChoice): string {
  const isDivided = choice.minorUnits === true && platform === 'django';
  const text = isDivided ? fillTemplate(presetText(platform), inMinorUnits(roles)) : sql;
  return chooseStatuses(text, choice);
}

/**
 * Reads the shop's figures through temporary views, which are rolled back: needs the right to read the tables and, as
 * every role has unless it was taken away, to create temporary ones.
 */
export async function examineShop(client: Queryable, match: PlatformMatch): Promise<ShopFigures> {
  return await withTemporaryViews(client, match.sql, () => readFigures(client, 'pg_temp'));
}

/** Runs `work` with a preset's views in the schema `pg_temp`, and rolls them back. */
export async function withTemporaryViews<T>(
  client: Queryable,
  sql: string,
  work: () => Promise<T>,
): Promise<T> {
  let result: T | undefined;
  const done = new Error('rolled back');
  await inTransaction(client, async () => {
    await client.query(temporary(sql));
    result = await work();
    throw done;
  }).catch((error) => {
    if (error !== done) throw error;
  });
  return result!;
}

/** The figures by the views of `couture_source`; undefined when they lack `shop_order`, as those that an owner wrote. */
export async function shopFigures(client: Queryable): Promise<ShopFigures | undefined> {
  return (await hasRelation(client, 'couture_source.shop_order'))
    ? readFigures(client, 'couture_source')
    : undefined;
}

/** A preset's views and functions in the session's own schema. */
function temporary(sql: string): string {
  return sql.replace(/^create schema .*;$/m, '').replaceAll('couture_source.', 'pg_temp.');
}

/** The figures by the views of this schema. */
export async function readFigures(client: Queryable, schema: string): Promise<ShopFigures> {
  const { rows: counted } = await client.query<{ products: string; variants: string }>(
    `select count(distinct coalesce('g' || group_id::text, 'p' || product_id::text)) as products, count(*) as variants
     from ${schema}.product`,
  );
  const currencies = (await hasRelation(client, `${schema}.shop_setting`))
    ? `select currency from ${schema}.shop_setting`
    : `select currency from ${schema}.shop_order where currency is not null group by currency order by count(*) desc limit 1`;
  const { rows: currency } = await client.query<{ currency: string | null }>(currencies);
  const { rows: newest } = await client.query<{ at: Date | null }>(
    `select max(ordered_at)::timestamptz as at from ${schema}.shop_order where counts`,
  );
  return {
    products: Number(counted[0]!.products),
    variants: Number(counted[0]!.variants),
    statuses: await readStatuses(client, schema),
    currency: currency[0]?.currency?.trim().toUpperCase() || undefined,
    newestOrder: newest[0]?.at ?? undefined,
  };
}

async function readStatuses(client: Queryable, schema: string): Promise<StatusCount[]> {
  const { rows } = await client.query<{ status: string | null; orders: string; counts: boolean }>(
    `select status, count(*)::text as orders, counts from ${schema}.shop_order
     group by status, counts order by count(*) desc, status limit 50`,
  );
  return rows.map((row) => ({ ...row, orders: Number(row.orders) }));
}
