// Presets: preset name → the four source views in `couture_source` for a shop platform with known tables.
import { readFileSync } from 'node:fs';
import { CoutureError } from '../errors.ts';
import { sqlFile } from '../package-root.ts';
import { inTransaction, type Queryable } from '../pool.ts';

/** Preset → the tables that its views read. */
const presetTables = {
  sample: [
    'shop.product',
    'shop.review',
    'shop.orders',
    'shop.order_line',
    'shop.watchlist',
    'shop.customer',
  ],
  django: [
    'public.api_category',
    'public.api_product',
    'public.api_order',
    'public.api_orderitem',
    'public.api_review',
    'public.api_watchlist',
    'public.api_watchlist_products',
    'public.auth_user',
  ],
  import: ['imported.order_line', 'imported.product', 'imported.customer'],
} as const;

export type PresetName = keyof typeof presetTables;

/** Presets that people can choose; `import` is used by `couture import`. */
export const presetNames = ['sample', 'django'] as const satisfies PresetName[];

/** Result of writing a preset. */
export type PresetOutcome = 'created' | 'replaced' | 'unchanged';

/** An order status, its number of orders, and whether the preset's predicate counts them. */
export interface StatusCount {
  readonly status: string | null;
  readonly orders: number;
  readonly counts: boolean;
}

/**
 * Writes the preset's views in one transaction. Existing views are kept unless `replace` is set.
 * @throws CoutureError `preset_conflict` when tables are missing, or existing views differ from the preset's
 */
export async function initPreset(
  client: Queryable,
  preset: PresetName,
  options: { replace?: boolean } = {},
): Promise<PresetOutcome> {
  return await inTransaction(client, () => writePreset(client, preset, options));
}

/** Like `initPreset`, inside the caller's transaction. */
export async function writePreset(
  client: Queryable,
  preset: PresetName,
  options: { replace?: boolean } = {},
): Promise<PresetOutcome> {
  await requireTables(client, preset);
  const text = readFileSync(sqlFile('presets', `${preset}.sql`), 'utf8');
  const before = await definitions(client);
  await write(client, preset, text, options.replace ?? false, before);
  if (before.size === 0) return 'created';
  const after = await definitions(client);
  const differing = [...after.keys()].filter(
    (name) => before.has(name) && before.get(name) !== after.get(name),
  );
  if (differing.length > 0 && !options.replace) throw conflict(preset, differing);
  if (differing.length > 0) return 'replaced';
  return after.size > before.size ? 'created' : 'unchanged';
}

/** Order statuses of the Django shop, the most frequent first, and whether they count. */
export async function orderStatuses(client: Queryable): Promise<StatusCount[]> {
  const { rows } = await client.query<{ status: string | null; orders: string; counts: boolean }>(
    `select status, count(*)::text as orders, couture_source.order_counts(status) as counts
     from public.api_order group by status order by count(*) desc, status limit 50`,
  );
  return rows.map((row) => ({ ...row, orders: Number(row.orders) }));
}

async function requireTables(client: Queryable, preset: PresetName): Promise<void> {
  const missing = await missingTables(client, preset);
  if (missing.length === 0) return;
  const hints: Record<PresetName, string> = {
    sample: '"couture fixtures sample" loads the sample shop; "couture demo" loads it and builds.',
    django: `Check that this is the shop's database. If its tables have other names, copy ${sqlFile('presets', 'django.sql')}, change the names, and run it with psql.`,
    import: '"couture import orders FILE.csv" creates them.',
  };
  throw new CoutureError(
    'preset_conflict',
    `The preset ${preset} needs tables that are not in this database: ${missing.join(', ')}`,
    hints[preset],
  );
}

async function missingTables(client: Queryable, preset: PresetName): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    'select name from unnest($1::text[]) name where to_regclass(name) is null',
    [presetTables[preset]],
  );
  return rows.map((row) => row.name);
}

/** Names as in `definitions`. Other views in the schema belong to the owner and are left alone. */
function isSourceView(name: string): boolean {
  return ['view product', 'view order_line', 'view watchlist', 'view customer'].includes(name);
}

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

async function write(
  client: Queryable,
  preset: PresetName,
  text: string,
  replace: boolean,
  before: ReadonlyMap<string, string>,
): Promise<void> {
  const views = [...before.keys()].filter(isSourceView);
  await client.query('savepoint preset');
  try {
    await client.query(text);
    return;
  } catch (cause) {
    const { code, message } = cause as { code?: string; message: string };
    await client.query('rollback to savepoint preset');
    // 42703, 42883: a table lacks a column or function. 42P16, 42809: an existing relation has other columns or is not a view.
    if (code === '42703' || code === '42883') throw unfitting(preset, message, cause);
    if (code !== '42P16' && code !== '42809') throw cause;
    if (!replace) throw conflict(preset, views);
  }
  for (const view of views) await drop(client, view.slice('view '.length));
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
    `Copy ${sqlFile('presets', `${preset}.sql`)}, adapt it to your tables, and run it with psql.`,
    { cause },
  );
}

function conflict(preset: PresetName, differing: readonly string[]): CoutureError {
  const list = differing.map((name) => name.replace(' ', ' couture_source.')).join(', ');
  return new CoutureError(
    'preset_conflict',
    `Existing source views differ from those of the preset ${preset}: ${list}`,
    'Keep them (nothing needs to be done), or overwrite them with --replace.',
  );
}
