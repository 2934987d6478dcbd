// `couture db init`: recognizes the shop platform, creates its source views and couture's own tables.
import { writeFile } from 'node:fs/promises';
import { CoutureError } from '../../../runtime/core/errors.ts';
import { migrate } from '../../../sql/migrate.ts';
import { openClient, type Queryable } from '../../../sql/pool.ts';
import {
  detectPlatforms,
  type PlatformMatch,
  type ShopFigures,
  shopFigures,
} from '../../../sql/source/detect-platform.ts';
import { platformNames } from '../../../sql/source/platforms.ts';
import {
  initPreset,
  listed,
  type PresetName,
  presetNames,
  presetSql,
  severalShops,
  shopInUse,
} from '../../../sql/source/preset.ts';
import { ownerSql, roleSql, viewGrants } from '../../../sql/source/setup-sql.ts';
import {
  type MigrationFramework,
  migrationFrameworks,
  shopMigration,
} from '../../../sql/source/shop-migration.ts';
import { serverFacts } from '../../../sql/store/builds/database-status.ts';
import { hasSampleMarker } from '../../../sql/store/sample/sample-marker.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { count } from '../../terminal/figures.ts';
import type { Terminal } from '../../terminal/terminal.ts';

export const dbInitCommand: CommandSpec = {
  usage: 'init',
  summary: 'create the source views of a known shop platform, and couture’s tables',
  settings: ['databaseUrl', 'home', 'countStatus', 'leaveOutStatus', 'minorUnits'],
  flags: [
    flag('--preset <name>', 'shop platform; without it, the platform is recognized by its tables').choices([
      ...presetNames,
    ]),
    flag('--schema <name>', 'schema of the shop’s orders, if several have a shop'),
    flag('--replace', 'overwrite source views that this preset did not create'),
    flag(
      '--owner-sql <file>',
      'write the SQL for the owner of the shop’s tables to a file and change nothing',
    ),
    flag('--role-sql <file>', 'write the SQL that creates couture’s role and schema to a file'),
    flag('--role <name>', 'couture’s role in these files (couture), and in the migration'),
    flag(
      '--as-migration <framework>',
      'write a migration of the shop that creates the views to stdout',
    ).choices([...migrationFrameworks]),
    flag('--print', 'write the SQL to stdout and change nothing'),
  ],
  help: `Presets:
  medusa, vendure, evershop, oscar, saleor, spree (5, 6 and Solidus), odoo
           shops on these platforms; carts hold a product_id, and group_id has the page
  django   any other shop whose tables link products, orders and their lines, as Django and Prisma make them:
           any names, any user model; missing tables and columns are null
  sample   the sample shop and generated shops (schema shop)

For any other shop, write the four views of the schema couture_source yourself and run "couture doctor" to check them.`,
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>): Promise<void> {
  const { terminal } = context;
  const role = roleName(flags.role);
  const client = await openClient(await context.database());
  context.release.defer('the connection', () => client.end());
  const match = await recognize(client, flags as { preset?: PresetName; schema?: string });
  const schema = match?.schema ?? (flags.schema as string | undefined);
  const { countStatus, leaveOutStatus, minorUnits } = context.config;
  const statuses = { count: countStatus, skip: leaveOutStatus, minorUnits };
  const preset = match ? match.platform : ((flags.preset as PresetName | undefined) ?? 'sample');
  if (flags.print === true) {
    const sql = await presetSql(client, preset, statuses, schema);
    terminal.result({ preset, sql });
    return terminal.print(sql.trimEnd());
  }
  if (flags.asMigration !== undefined) {
    const sql = await presetSql(client, preset, statuses, schema);
    const grants = role === undefined ? '' : viewGrants(sql, role);
    const text = shopMigration(flags.asMigration as MigrationFramework, sql, grants);
    terminal.result({ preset, migration: text });
    return terminal.print(text.trimEnd());
  }
  if (flags.ownerSql !== undefined || flags.roleSql !== undefined)
    return await writeSetup(context, client, await presetSql(client, preset, statuses, schema), {
      ...flags,
      role,
    });
  const views = await initPreset(client, preset, { replace: flags.replace === true, statuses, schema });
  const { applied, version } = await migrate(client);
  const figures = await shopFigures(client);
  terminal.result({
    preset,
    views,
    applied,
    version,
    ...(match ? { schema: match.schema, tables: match.evidence } : {}),
    ...figures,
  });
  if (match) terminal.print(`This is ${match.title}: ${match.evidence.join(', ')}.`);
  const outcomes = {
    created: 'created',
    replaced: 'replaced',
    unchanged: 'up to date',
  };
  terminal.print(`Source views: ${outcomes[views]}.`);
  terminal.print(`Migrations: ${applied.length ? `applied ${applied.join(', ')}` : 'up to date'}.`);
  if (figures) printFigures(terminal, figures);
  terminal.print('\nNext: couture doctor, then couture recs build');
}

/** Set-up with two roles: the views belong to the owner of the tables, and couture's role reads nothing but them. */
async function writeSetup(
  { terminal }: CommandContext,
  client: Queryable,
  views: string,
  flags: Record<string, unknown>,
): Promise<void> {
  const { database } = await serverFacts(client);
  const role = (flags.role as string | undefined) ?? 'couture';
  const files: string[] = [];
  for (const [file, text] of [
    [flags.roleSql, roleSql(role, database)],
    [flags.ownerSql, ownerSql(views, role)],
  ] as const) {
    if (typeof file !== 'string') continue;
    await writeText(file, text);
    files.push(file);
  }
  terminal.result({ role, files });
  if (typeof flags.roleSql === 'string')
    terminal.print(`${flags.roleSql} creates the role ${role} and its schema; run it first, as a superuser.`);
  if (typeof flags.ownerSql === 'string')
    terminal.print(
      `${flags.ownerSql} creates the views and grants them to ${role}; run it as the owner of the shop’s tables.`,
    );
  terminal.print(
    `\nNext: psql -1 -f FILE for each, then couture doctor with the role ${role} in DATABASE_URL`,
  );
}

/** The role is written into SQL that a superuser runs, in a comment and between $$ as well. */
function roleName(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const name = String(value);
  if (/^[^\p{Cc}$]+$/u.test(name) && Buffer.byteLength(name) <= 63) return name;
  throw new CoutureError(
    'bad_option',
    `--role is ${JSON.stringify(name)}: expected 1 to 63 bytes without $ and control characters`,
    'For example: --role couture.',
  );
}

async function writeText(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    throw new CoutureError(
      'file_unreadable',
      `${file} cannot be written: ${(cause as Error).message}`,
      'Choose a file in a folder that you may write to.',
      { cause },
    );
  }
}

/** The platform of the database; undefined for the sample shop, and for a preset whose tables are not there. */
async function recognize(
  client: Queryable,
  { preset, schema }: { readonly preset?: PresetName; readonly schema?: string },
): Promise<PlatformMatch | undefined> {
  const named = platformNames.find((name) => name === preset);
  if (preset && !named) return undefined;
  const matches = await detectPlatforms(client, schema, named);
  const match = matches.length > 1 ? await shopInUse(client, matches) : matches[0];
  if (match) return match;
  const schemas = matches.map((each) => each.schema);
  const several = [...new Set(matches.map((each) => each.platform))];
  if (several.length === 1)
    throw severalShops(`This database has shops in several schemas: ${listed(schemas)}`, '--schema', schemas);
  if (several.length > 1) {
    const titles = matches.map((each) => each.title).join(', ');
    throw severalShops(`This database has the tables of several platforms: ${titles}`, '--preset', several);
  }
  if (named) return undefined;
  if (await hasSampleMarker(client)) return undefined;
  throw new CoutureError(
    'preset_conflict',
    'No known shop platform has its tables in this database',
    'Check that this is the shop’s database. Otherwise write the four views of couture_source in SQL (sql/presets/*.sql are examples), or import files with "couture import orders FILE".',
  );
}

function printFigures(terminal: Terminal, figures: ShopFigures): void {
  const { products, variants, statuses, currency, newestOrder } = figures;
  const facts = [
    `Products: ${count(products)}${variants > products ? ` (${count(variants)} variants)` : ''}`,
    `currency ${currency ?? 'not known'}`,
    `newest order ${newestOrder ? newestOrder.toISOString() : 'none'}`,
  ];
  terminal.print(`${facts.join(', ')}.`);
  if (statuses.length === 0) {
    terminal.warn('There are no orders yet.');
    return;
  }
  // Which orders count is the one part of a preset that the shop's owner has to confirm.
  terminal.heading('Orders by status');
  terminal.table(
    [{ title: 'Status' }, { title: 'Orders', align: 'right' }, { title: 'Counts' }],
    statuses.map((each) => [each.status, count(each.orders), each.counts ? 'yes' : 'no']),
  );
  if (statuses.some((each) => each.counts)) {
    terminal.note(
      'If your shop uses these statuses differently, run "couture connect", or set COUTURE_COUNT_STATUS and COUTURE_LEAVE_OUT_STATUS.',
    );
  } else {
    terminal.warn(
      'No order counts. Run "couture connect" and choose the statuses that count, or set COUTURE_COUNT_STATUS.',
    );
  }
}
