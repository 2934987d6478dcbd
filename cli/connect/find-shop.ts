// Step 1: which shop is in the database? Its tables → a platform, the sample shop, or views that the owner wrote.
import { CoutureError } from '../../runtime/core/errors.ts';
import type { Queryable } from '../../sql/pool.ts';
import { detectPlatforms, matchOf, type PlatformMatch } from '../../sql/source/detect-platform.ts';
import { findPlatform, type PlatformName, platformNames, platforms } from '../../sql/source/platforms.ts';
import { readShopTables, type ShopTable } from '../../sql/source/shop-tables.ts';
import { inEnglish } from '../../sql/source/shop-words.ts';
import { type SourceColumnRule, sourceContract, sourceViewNames } from '../../sql/source/source-contract.ts';
import { inspectSource } from '../../sql/source/source-views.ts';
import { askUntil, type Conversation } from './conversation.ts';

export type FoundShop =
  | { readonly kind: 'platform'; readonly tables: number; readonly match: PlatformMatch }
  | { readonly kind: 'sample'; readonly tables: number }
  /** The owner wrote the views, or imported files. */
  | { readonly kind: 'views'; readonly tables: number };

/**
 * Recognizes the shop.
 * @param preset platform that the user names; undefined: by the tables
 * @throws CoutureError `preset_conflict` if no platform fits, or several and nobody chooses
 */
export async function findShop(
  client: Queryable,
  preset: PlatformName | undefined,
  conversation: Conversation,
  complain: (line: string) => void,
): Promise<FoundShop> {
  const all = await readShopTables(client);
  const tables = all.length;
  if (preset !== undefined) {
    const found = findPlatform(preset, all);
    if ('roles' in found) return { kind: 'platform', tables, match: matchOf(found) };
    throw new CoutureError(
      'preset_conflict',
      `The preset ${preset} needs tables that are not in this database: ${found.missing.join(', ')}`,
      "Check that this is the shop's database, or leave out --preset to recognize the platform by its tables.",
    );
  }
  const matches = await detectPlatforms(client);
  if (matches.length === 1) return { kind: 'platform', tables, match: matches[0]! };
  if (matches.length > 1)
    return { kind: 'platform', tables, match: await choose(matches, conversation, complain) };
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
      'For any other shop, create four views in the schema couture_source:',
      ...contractLines(),
      ...documents(all),
      'sql/presets/README.md has an example, sql/presets/*.sql are those of platforms. Then run "couture connect" again.',
    ].join('\n  '),
  );
}

async function choose(
  matches: readonly PlatformMatch[],
  conversation: Conversation,
  complain: (line: string) => void,
): Promise<PlatformMatch> {
  const names = matches.map((each) => each.platform);
  const titles = matches.map((each) => `${each.title} (${each.evidence.slice(0, 3).join(', ')}, …)`);
  const ambiguous = (answer: string) =>
    new CoutureError(
      'preset_conflict',
      answer === ''
        ? `This database has the tables of several platforms: ${titles.join('; ')}`
        : `${JSON.stringify(answer)} is not one of ${names.join(', ')}`,
      `Choose one: ${names.map((name) => `--preset ${name}`).join(' or ')}.`,
    );
  if (!conversation.interactive) throw ambiguous('');
  complain(`This database has the tables of several platforms: ${titles.join('; ')}`);
  const parse = (answer: string) => {
    const match = matches.find((each) => each.platform === answer.toLowerCase());
    if (!match) throw ambiguous(answer);
    return match;
  };
  return askUntil(conversation, `Which one is the shop: ${names.join(', ')}?`, names[0]!, parse, complain);
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
