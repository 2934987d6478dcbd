// Step 1: which shop is in the database? Its tables → a platform, the sample shop, or views that the owner wrote.
import { CoutureError } from '../../runtime/core/errors.ts';
import type { Queryable } from '../../sql/pool.ts';
import { detectPlatforms, type PlatformMatch } from '../../sql/source/detect-platform.ts';
import { findPlatform, type PlatformName, platformNames, platforms } from '../../sql/source/platforms.ts';
import { listed, severalShops, shopInUse } from '../../sql/source/preset.ts';
import { readShopTables, type ShopTable } from '../../sql/source/shop-tables.ts';
import { inEnglish } from '../../sql/source/shop-words.ts';
import { type SourceColumnRule, sourceContract, sourceViewNames } from '../../sql/source/source-contract.ts';
import { inspectSource } from '../../sql/source/source-views.ts';
import { askUntil, type Conversation } from './conversation.ts';
import { likelyTables } from './likely-tables.ts';

export type FoundShop =
  | { readonly kind: 'platform'; readonly tables: number; readonly match: PlatformMatch }
  | { readonly kind: 'sample'; readonly tables: number }
  /** The owner wrote the views, or imported files. */
  | { readonly kind: 'views'; readonly tables: number };

/**
 * Recognizes the shop.
 * @param named platform and schema that the user names; without them, by the tables
 * @throws CoutureError `preset_conflict` if no platform fits, or several and nobody chooses
 */
export async function findShop(
  client: Queryable,
  named: { readonly preset?: PlatformName | undefined; readonly schema?: string | undefined },
  conversation: Conversation,
  complain: (line: string) => void,
): Promise<FoundShop> {
  const { preset, schema } = named;
  const all = await readShopTables(client);
  const tables = all.length;
  const matches = await detectPlatforms(client, schema, preset);
  if (matches.length === 1) return { kind: 'platform', tables, match: matches[0]! };
  if (matches.length > 1)
    return { kind: 'platform', tables, match: await choose(client, matches, conversation, complain) };
  if (preset !== undefined) {
    const found = findPlatform(preset, all, schema);
    throw new CoutureError(
      'preset_conflict',
      `The preset ${preset} needs tables that are not in this database: ${'missing' in found ? found.missing.join(', ') : ''}`,
      "Check that this is the shop's database, or leave out --preset to recognize the platform by its tables.",
    );
  }
  const { views } = await inspectSource(client);
  if (all.some((table) => table.name === 'sample_marker')) return { kind: 'sample', tables };
  if (sourceViewNames.some((name) => views[name].exists)) return { kind: 'views', tables };
  throw new CoutureError(
    'preset_conflict',
    tables === 0
      ? 'This database has no tables that this role may see'
      : `No known shop platform has its tables in this database (${tables} ${tables === 1 ? 'table' : 'tables'})`,
    [
      "Check that this is the shop's database. No table has a key of an order and one of a product, beside a table of products with names and prices.",
      ...closest(all),
      ...likelyTables(all),
      'For any other shop, create four views in the schema couture_source:',
      ...contractLines(),
      ...documents(all),
      'sql/presets/README.md has an example, sql/presets/*.sql are those of platforms. Then run "couture connect" again.',
    ].join('\n  '),
  );
}

/** Asks for the platform, and then for the schema, where there are several and no earlier run has chosen. */
async function choose(
  client: Queryable,
  matches: readonly PlatformMatch[],
  conversation: Conversation,
  complain: (line: string) => void,
): Promise<PlatformMatch> {
  const used = await shopInUse(client, matches);
  if (used) return used;
  const platform = await chooseOf(
    matches,
    'platform',
    'has the tables of several platforms',
    conversation,
    complain,
  );
  const ofPlatform = matches.filter((each) => each.platform === platform);
  const chosen = await shopInUse(client, ofPlatform);
  if (chosen) return chosen;
  const what = `has shops in several schemas`;
  const schema = await chooseOf(ofPlatform, 'schema', what, conversation, complain);
  return ofPlatform.find((each) => each.schema === schema)!;
}

async function chooseOf(
  matches: readonly PlatformMatch[],
  key: 'platform' | 'schema',
  what: string,
  conversation: Conversation,
  complain: (line: string) => void,
): Promise<string> {
  const names = [...new Set(matches.map((each) => each[key]))];
  if (names.length === 1) return names[0]!;
  const titles = matches.map((each) => `${each.title} (${each.evidence.slice(0, 3).join(', ')}, …)`);
  const found = `This database ${what}: ${key === 'schema' ? listed(names) : titles.join('; ')}`;
  const flag = key === 'schema' ? '--schema' : '--preset';
  const ambiguous = (answer: string) =>
    severalShops(
      answer === '' ? found : `${JSON.stringify(answer)} is not one of ${names.join(', ')}`,
      flag,
      names,
    );
  if (!conversation.interactive) throw ambiguous('');
  complain(found);
  const parse = (answer: string) => {
    const name = names.find((each) => each.toLowerCase() === answer.toLowerCase());
    if (name === undefined) throw ambiguous(answer);
    return name;
  };
  return askUntil(conversation, `Which one is the shop: ${listed(names)}?`, names[0]!, parse, complain);
}

/** What the platform that comes closest lacks, if at least half of its tables are there. */
function closest(tables: readonly ShopTable[]): string[] {
  const near = platformNames
    .map((name) => ({ name, found: findPlatform(name, tables) }))
    .flatMap(({ name, found }) => ('missing' in found && found.isNear ? [{ name, ...found }] : []))
    .sort((one, other) => one.missing.length - other.missing.length);
  return near
    .slice(0, 1)
    .map(({ name, missing }) => `It comes closest to ${platforms[name]}, which ${lacking(missing)}.`);
}

function lacking(missing: readonly string[]): string {
  const more = missing.length - 4;
  return `needs ${missing.slice(0, 4).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Columns that may hold orders, or their lines, as JSON. */
function documents(tables: readonly ShopTable[]): string[] {
  const found = tables.flatMap((table) =>
    [...table.columns.values()].flatMap(({ name, kind }) =>
      kind === 'json' && /order|purchase|sale|invoice/.test(inEnglish(table.name) ?? table.name)
        ? [`${table.name}.${name}`]
        : [],
    ),
  );
  return found.length === 0
    ? []
    : [
        `${found.slice(0, 3).join(', ')} may hold order lines as JSON; jsonb_array_elements makes rows of them.`,
      ];
}

/** The four views with their columns, one per line; optional columns in brackets. */
function contractLines(): string[] {
  return sourceViewNames.map((name) => {
    const columns = Object.entries<SourceColumnRule>(sourceContract[name]);
    return `  ${name} (${columns.map(([column, { adds }]) => (adds ? `[${column}]` : column)).join(', ')})`;
  });
}
