// Presets: preset name → the source views in `couture_source` for a shop platform with known tables.
import { CoutureError } from '../errors.ts';
import { inTransaction, type Queryable } from '../pool.ts';
import { hasSchema } from '../relations.ts';
import { chosenSql, matchOf } from './detect-platform.ts';
import { missingGrants, plannedGrants } from './missing-grants.ts';
import type { StatusChoice } from './order-statuses.ts';
import { findPlatform, type PlatformName, platformNames, presetText, tablesFor } from './platforms.ts';
import { rightsMissing } from './schema-grants.ts';
import { requireSource } from './source-views.ts';

/** Presets of couture's own tables → the tables that their views read. */
const ownTables = {
  sample: [
    'shop.product',
    'shop.review',
    'shop.orders',
    'shop.order_line',
    'shop.watchlist',
    'shop.customer',
  ],
  import: ['imported.order_line', 'imported.product', 'imported.customer'],
} as const;

type OwnPreset = keyof typeof ownTables;

export type PresetName = OwnPreset | PlatformName;

/** Presets that people can choose; `import` is used by `couture import`. */
export const presetNames: readonly PresetName[] = ['sample', ...platformNames];

/** Result of writing a preset. */
export type PresetOutcome = 'created' | 'replaced' | 'unchanged';

export interface PresetChoice {
  /** Overwrite existing views that differ. */
  readonly replace?: boolean;
  /** Statuses in which the shop differs from the preset. */
  readonly statuses?: StatusChoice;
  /** Schema of the shop's orders, if several have the platform's tables. */
  readonly schema?: string | undefined;
}

/**
 * Writes the preset's views in one transaction, if this role can read what they read and can create couture's own schema.
 * Existing views are kept unless `replace` is set, and always when another role owns them.
 * @throws CoutureError `preset_conflict` when tables are missing, or existing views differ from the preset's;
 * `rights_missing` with the statements that grant what is missing
 */
export async function initPreset(
  client: Queryable,
  preset: PresetName,
  options: PresetChoice = {},
): Promise<PresetOutcome> {
  try {
    return await inTransaction(client, async () => {
      const outcome = await writePreset(client, preset, options);
      await requireSource(client);
      const missing = await missingGrants(client);
      if (missing.length > 0) throw rightsMissing(await roleName(client), missing);
      return outcome;
    });
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error;
    throw rightsMissing(await roleName(client), await initGrants(client, preset, options.schema), error);
  }
}

/** The statements that this role lacks for `initPreset`. */
async function initGrants(
  client: Queryable,
  preset: PresetName,
  schema: string | undefined,
): Promise<string[]> {
  if (preset in ownTables) return await missingGrants(client);
  const platform = preset as PlatformName;
  const found = findPlatform(platform, await tablesFor(client, platform, schema), schema);
  return 'roles' in found
    ? await plannedGrants(client, matchOf(found).sql, found.schema)
    : await missingGrants(client);
}

async function roleName(client: Queryable): Promise<string> {
  const { rows } = await client.query<{ login: string }>('select current_user as login');
  return rows[0]!.login;
}

/** Like `initPreset`, inside the caller's transaction. */
export async function writePreset(
  client: Queryable,
  preset: PresetName,
  options: PresetChoice = {},
): Promise<PresetOutcome> {
  const owner = await otherOwner(client);
  if (owner && !options.replace) return 'unchanged';
  if (owner) throw ownedByOther(owner);
  const text = await withoutSchema(client, await presetSql(client, preset, options.statuses, options.schema));
  const [before, reads] = [await definitions(client), await tablesRead(client)];
  await write(client, preset, text, options.replace ?? false, { before, reads });
  if (before.size === 0) return 'created';
  const after = await definitions(client);
  const differing = [...after.keys()].filter(
    (name) => before.has(name) && before.get(name) !== after.get(name),
  );
  if (differing.length > 0 && !options.replace) throw conflict(preset, differing, reads);
  if (differing.length > 0) return 'replaced';
  return after.size > before.size ? 'created' : 'unchanged';
}

/**
 * The SQL of a preset for the tables of this database.
 * @throws CoutureError `preset_conflict` when tables are missing
 */
export async function presetSql(
  client: Queryable,
  preset: PresetName,
  statuses: StatusChoice = { count: [], skip: [] },
  schema?: string,
): Promise<string> {
  if (preset in ownTables) {
    await requireTables(client, preset as OwnPreset);
    return presetText(preset);
  }
  const platform = preset as PlatformName;
  const found = findPlatform(platform, await tablesFor(client, platform, schema), schema);
  if ('roles' in found) return chosenSql(matchOf(found), statuses);
  throw new CoutureError(
    'preset_conflict',
    `The preset ${preset} needs tables that are not in this database: ${found.missing.join(', ')}`,
    'Check that this is the shop\'s database. "couture db init" without --preset recognizes the platform by its tables.',
  );
}

/** Postgres asks for the right to create schemas even when the schema exists. */
async function withoutSchema(client: Queryable, text: string): Promise<string> {
  const exists = await hasSchema(client, 'couture_source');
  return exists ? text.replace(/^create schema if not exists couture_source;$/m, '') : text;
}

async function requireTables(client: Queryable, preset: OwnPreset): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    'select name from unnest($1::text[]) name where to_regclass(name) is null',
    [ownTables[preset]],
  );
  if (rows.length === 0) return;
  const hints: Record<OwnPreset, string> = {
    sample: '"couture fixtures sample" loads the sample shop; "couture demo" loads it and builds.',
    import: '"couture import orders FILE.csv" creates them.',
  };
  throw new CoutureError(
    'preset_conflict',
    `The preset ${preset} needs tables that are not in this database: ${rows.map((row) => row.name).join(', ')}`,
    hints[preset],
  );
}

/** Views that presets write, dependent ones first. Other views in the schema belong to the owner and are left alone. */
const presetViews = ['watchlist', 'customer', 'order_line', 'product', 'shop_order', 'shop_setting'];

/** Name → definition of every view and function of `couture_source`. */
async function definitions(client: Queryable): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; text: string }>(
    `select 'view ' || c.relname as name,
            case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) else c.relkind::text end as text
     from pg_class c where c.relnamespace = to_regnamespace('couture_source') and c.relkind in ('v', 'm', 'r', 'p', 'f')
     union all
     select 'function ' || p.proname, pg_get_functiondef(p.oid)
     from pg_proc p where p.pronamespace = to_regnamespace('couture_source') and p.prokind = 'f'`,
  );
  return new Map(rows.map((row) => [row.name, row.text]));
}

/** Schemas of the tables that the views of `couture_source` read. */
async function schemasRead(client: Queryable): Promise<string[]> {
  const { rows } = await client.query<{ schema: string }>(
    `select distinct n.nspname as schema from unnest($1::text[]) as named (name)
     join pg_class c on c.oid = to_regclass(name) join pg_namespace n on n.oid = c.relnamespace`,
    [await tablesRead(client)],
  );
  return rows.map((row) => row.schema);
}

/** Of several shops, the only one whose schema the views of an earlier run read. */
export async function shopInUse<Shop extends { readonly schema: string }>(
  client: Queryable,
  shops: readonly Shop[],
): Promise<Shop | undefined> {
  const read = shops.length > 1 ? await schemasRead(client) : [];
  const used = shops.filter(({ schema }) => read.includes(schema));
  return used.length === 1 ? used[0] : undefined;
}

/** @returns an error that names what there is to choose from, and the flag as typed in a shell */
export function severalShops(
  found: string,
  flag: '--preset' | '--schema',
  names: readonly string[],
): CoutureError {
  const typed = names
    .slice(0, 4)
    .map((name) => `${flag} ${/^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`}`);
  return new CoutureError('preset_conflict', found, `Choose one: ${typed.join(' or ')}.`);
}

/** The tables that the views of `couture_source` read, by name. */
async function tablesRead(client: Queryable): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select distinct d.refobjid::regclass::text as name
     from pg_class v join pg_rewrite r on r.ev_class = v.oid
     join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass
     join pg_class t on t.oid = d.refobjid and t.relnamespace <> v.relnamespace
     where v.relnamespace = to_regnamespace('couture_source') order by 1`,
  );
  return rows.map((row) => row.name);
}

/** The owner of the view `product`, if this role may not change it: an owner's file has set the views up. */
async function otherOwner(client: Queryable): Promise<string | undefined> {
  const { rows } = await client.query<{ owner: string }>(
    `select pg_get_userbyid(relowner) as owner from pg_class
     where oid = to_regclass('couture_source.product') and not pg_has_role(relowner, 'usage')`,
  );
  return rows[0]?.owner;
}

function ownedByOther(owner: string): CoutureError {
  return new CoutureError(
    'preset_conflict',
    `The views of couture_source belong to the role "${owner}", so this role cannot replace them`,
    'Write the SQL with "couture db init --owner-sql FILE --role ROLE", and run it with psql as that role.',
  );
}

async function write(
  client: Queryable,
  preset: PresetName,
  text: string,
  replace: boolean,
  { before, reads }: { before: ReadonlyMap<string, string>; reads: readonly string[] },
): Promise<void> {
  const views = presetViews.filter((view) => before.has(`view ${view}`));
  await client.query('savepoint preset');
  try {
    await client.query(text);
    // Views of a former preset that this one does not have.
    const stale = views.filter((view) => !text.includes(`view couture_source.${view} `));
    if (replace) for (const view of stale) await drop(client, view);
    return;
  } catch (cause) {
    const { code, message } = cause as { code?: string; message: string };
    await client.query('rollback to savepoint preset');
    // 42703, 42883: a table lacks a column or function. 42P16, 42809: an existing relation has other columns or is not a view.
    if (code === '42703' || code === '42883') throw unfitting(preset, message, cause);
    if (code !== '42P16' && code !== '42809') throw cause;
    if (!replace)
      throw conflict(
        preset,
        views.map((view) => `view ${view}`),
        reads,
      );
  }
  for (const view of views) await drop(client, view);
  await client.query(text);
}

async function drop(client: Queryable, view: string): Promise<void> {
  try {
    await client.query(`drop view couture_source.${view}`);
  } catch (cause) {
    throw new CoutureError(
      'preset_conflict',
      `couture_source.${view} cannot be replaced: ${(cause as Error).message}`,
      `${(cause as { detail?: string }).detail ?? ''} Drop it by hand, then run the command again.`.trim(),
      { cause },
    );
  }
}

function unfitting(preset: PresetName, message: string, cause: unknown): CoutureError {
  return new CoutureError(
    'preset_conflict',
    `The tables of this database don't match the preset ${preset}: ${message}`,
    'Write the SQL to a file with --print, adapt it to your tables, and run it with psql.',
    { cause },
  );
}

function conflict(preset: PresetName, differing: readonly string[], reads: readonly string[]): CoutureError {
  const list = differing.map((name) => name.replace(' ', ' couture_source.')).join(', ');
  return new CoutureError(
    'preset_conflict',
    `Existing source views, which read ${listed(reads)}, differ from those of the preset ${preset}: ${list}`,
    preset === 'import'
      ? 'To keep the shop that they read, import into another database (DATABASE_URL). To give it up, add --replace.'
      : 'Keep them (nothing needs to be done), or overwrite them with --replace.',
    { details: { differing, reads } },
  );
}

/** The first names of a list, and how many there are. */
export function listed(names: readonly string[]): string {
  const more = names.length - 4;
  if (names.length === 0) return 'no tables';
  return names.slice(0, 4).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
