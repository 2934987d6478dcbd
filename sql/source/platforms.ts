// The shop platforms that couture has a preset for: tables of a database → the platform and the tables' roles.
import { readFileSync } from 'node:fs';
import { sqlFile } from '../package-root.ts';
import type { Queryable } from '../pool.ts';
import { withColumnsBeside } from './columns-beside.ts';
import { djangoSchemas, findDjangoRoles, isDjango } from './django-roles.ts';
import { optionKindFunction } from './option-kind.ts';
import { declaredRoles, type RoleDeclaration, type Roles, type TableRole } from './preset-template.ts';
import { bySchema, readShopTables, relationName, type ShopTable } from './shop-tables.ts';
import { unsoldStatusList } from './unsold-statuses.ts';

/** Preset → name for people. `django` is last, since it fits any tables of orders: Saleor's and django-oscar's, too. */
export const platforms = {
  medusa: 'Medusa 2',
  vendure: 'Vendure 3',
  evershop: 'EverShop 2',
  oscar: 'django-oscar',
  saleor: 'Saleor 3',
  spree: 'Spree or Solidus',
  odoo: 'Odoo',
  django: 'Django',
} as const;

export type PlatformName = keyof typeof platforms;

export const platformNames = Object.keys(platforms) as PlatformName[];

export interface PlatformTables {
  readonly platform: PlatformName;
  /** Whether the tables are the platform's own. False: the preset `django` fits, but nothing shows that Django made them. */
  readonly isKnown: boolean;
  readonly schema: string;
  readonly roles: Roles;
}

/** What keeps tables from being a platform's, in the schema that comes closest. */
export interface Mismatch {
  readonly missing: readonly string[];
  /** Whether at least half of the tables that the preset needs are there. */
  readonly isNear: boolean;
}

/** The tables of a database as this preset sees them. @param schema of the orders; without it, any */
export async function tablesFor(
  client: Queryable,
  platform: PlatformName,
  schema: string | undefined,
  tables?: readonly ShopTable[],
): Promise<readonly ShopTable[]> {
  const all = tables ?? (await readShopTables(client));
  return platform === 'django' ? await withColumnsBeside(client, all, schema) : all;
}

/** The text of a preset's file, with what `unsold-statuses.ts` and `option-kind.ts` have for it. */
export function presetText(preset: string): string {
  return readFileSync(sqlFile('presets', `${preset}.sql`), 'utf8')
    .replaceAll('\r\n', '\n')
    .replace('{{unsold_statuses}}', unsoldStatusList)
    .replace('{{option_kind}}', () => optionKindFunction);
}

/** Schemas that are found: some shops have one for each of thousands of tenants. */
const maxSchemas = 20;

/** The platform's tables in each schema that has all of them; in `public` alone, if it does. */
export function findPlatforms(
  platform: PlatformName,
  tables: readonly ShopTable[],
  only?: string,
): PlatformTables[] {
  const found: PlatformTables[] = [];
  for (const [schema, own] of schemasOf(platform, tables, only)) {
    const match = findPlatform(platform, own, schema);
    if ('roles' in match) found.push(match);
    if (found[0]?.schema === 'public' || found.length === maxSchemas) break;
  }
  return found;
}

/** Schemas that may have the platform's tables, and the tables to look at. Those of a Django shop may lie in several. */
function schemasOf(
  platform: PlatformName,
  tables: readonly ShopTable[],
  only: string | undefined,
): Array<[schema: string, tables: readonly ShopTable[]]> {
  if (platform === 'django') return (only ? [only] : djangoSchemas(tables)).map((schema) => [schema, tables]);
  return [...bySchema(tables)].filter(([schema]) => only === undefined || schema === only);
}

/**
 * Finds the platform's tables.
 * @param only schema of the orders; without it, of several schemas that have them, `public` first
 */
export function findPlatform(
  platform: PlatformName,
  tables: readonly ShopTable[],
  only?: string,
): PlatformTables | Mismatch {
  if (platform === 'django') {
    const roles = findDjangoRoles(tables, only);
    if (!roles)
      return { missing: ['order lines with a key of an order and one of a product'], isNear: false };
    return { platform, isKnown: isDjango(roles, tables), schema: roles.get('orders')!.table.schema, roles };
  }
  const declared = declaredRoles(presetText(platform));
  let closest: Mismatch | undefined;
  for (const schema of new Set(only ? [only] : ['public', ...tables.map((table) => table.schema)])) {
    const found = assign(
      declared,
      tables.filter((table) => table.schema === schema),
    );
    if ('roles' in found) return { platform, isKnown: true, schema, roles: found.roles };
    if (!closest || found.missing.length < closest.missing.length) closest = found;
  }
  return closest!;
}

/** The tables that show which platform it is, for people to check. */
export function evidence({ roles }: PlatformTables): string[] {
  return [...roles].map(([, role]) => relationName(role.table));
}

function assign(
  declared: readonly RoleDeclaration[],
  tables: readonly ShopTable[],
): { roles: Roles } | Mismatch {
  const roles = new Map<string, TableRole>();
  const missing: string[] = [];
  for (const { role, optional, names, columns } of declared) {
    const named = names.flatMap((name) => tableOf(name) ?? []);
    const fitting = named.find((table) => columns.every((column) => table.columns.has(column)));
    if (fitting) roles.set(role, { table: fitting, synonyms: new Map() });
    else if (!optional) {
      const lacking = columns.filter((column) => !named[0]?.columns.has(column));
      missing.push(named[0] ? `${relationName(named[0])} (${lacking.join(', ')})` : names.join(' or '));
    }
  }
  const needed = declared.filter((each) => !each.optional).length;
  return missing.length > 0 ? { missing, isNear: missing.length <= needed / 2 } : { roles };

  function tableOf(name: string): ShopTable | undefined {
    const [role = '', column] = name.split('.');
    if (column === undefined) return tables.find((table) => table.name === name);
    const key = roles.get(role)?.table.foreignKeys.find((each) => each.column === column);
    return key && tables.find((table) => table.name === key.table && table.schema === key.schema);
  }
}
