// `couture connect`, top to bottom: a database → its shop, recognized, connected, checked, built and shown.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type LoadedConfig, loadConfig } from '../../runtime/core/config.ts';
import { CoutureError } from '../../runtime/core/errors.ts';
import type { Config } from '../../runtime/core/options.ts';
import { redactUrl } from '../../sql/errors.ts';
import { migrate } from '../../sql/migrate.ts';
import type { Client } from '../../sql/pool.ts';
import { adoptShop } from '../../sql/source/adopt-shop.ts';
import { chosenSql } from '../../sql/source/detect-platform.ts';
import type { StatusChoice } from '../../sql/source/order-statuses.ts';
import type { PlatformName } from '../../sql/source/platforms.ts';
import {
  initPreset,
  listed,
  type PresetChoice,
  type PresetName,
  type PresetOutcome,
} from '../../sql/source/preset.ts';
import { ownerSql } from '../../sql/source/setup-sql.ts';
import { profileTables, profileViews, type ShopProfile } from '../../sql/source/shop-profile.ts';
import { inspectSource } from '../../sql/source/source-views.ts';
import { mergeSettings, readSettings } from '../config-file.ts';
import type { BuildSummary } from '../recs/build-summary.ts';
import type { ProductInspection } from '../recs/builds/inspect/product.ts';
import { buildRecommendations } from '../recs/pipeline.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type ContentReport, checkContent } from './content.ts';
import { type Conversation, confirm } from './conversation.ts';
import { type Embedding, embedding, serveCommand } from './embed.ts';
import { type FoundShop, findShop } from './find-shop.ts';
import { askStatuses } from './order-statuses.ts';
import {
  printAddresses,
  printBuild,
  printChanges,
  printContent,
  printFound,
  printNext,
  printProducts,
  printProfile,
  printSetup,
} from './report.ts';
import { checkRights, type Rights } from './rights.ts';
import { type Answers, askSettings, type SettingChange, settingChanges } from './settings.ts';
import { openShowpieces } from './showpieces.ts';
import { type TriedAddresses, tryAddresses } from './try-addresses.ts';

export interface ConnectInput {
  readonly client: Client;
  readonly databaseUrl: string;
  readonly sourceUrl: string;
  /** Folder of couture.config.json, and of the SQL for the owner. */
  readonly directory: string;
  readonly loaded: LoadedConfig;
  readonly conversation: Conversation;
  readonly terminal: Pick<Terminal, 'print' | 'warn' | 'note' | 'heading' | 'progress'>;
  readonly signal: AbortSignal;
  readonly choices: ConnectChoices;
}

export interface ConnectChoices {
  /** Platform, instead of recognizing it. */
  readonly preset?: PlatformName | undefined;
  /** Schema of the shop's orders, if several have a shop. */
  readonly schema?: string | undefined;
  /** Overwrite source views that differ. */
  readonly replace: boolean;
  /** Publish even if the quality gate rejects the build. */
  readonly force: boolean;
  /** Go on after the owner has run the SQL: keep the views as they are and ask nothing. */
  readonly resume: boolean;
  /** Save the URL of the database even with a password. */
  readonly saveUrl: boolean;
  /** Whether the URL was named on the command line or asked for, so that the next command needs it from the file. */
  readonly urlIsNew: boolean;
}

/** What `couture connect --json` prints. */
export interface ConnectReport {
  /** Whether everything is done; false: the owner has to run the SQL, or a check failed. */
  readonly ok: boolean;
  readonly platform: PlatformName | 'sample' | null;
  readonly shop: ShopProfile | null;
  readonly settings: readonly SettingChange[];
  readonly addresses: readonly TriedAddresses[];
  readonly rights: Rights;
  readonly views: PresetOutcome | 'kept' | 'not written';
  /** File with the SQL for the owner, if this role may not write the views. */
  readonly setup_file: string | null;
  readonly checks: ContentReport['checks'];
  readonly build: BuildSummary | null;
  readonly products: readonly ProductInspection[];
  readonly embed: Embedding | null;
  readonly serve: string | null;
}

/** Name of the file with the SQL for the owner of the shop's tables. */
const setupFile = 'couture-setup.sql';

/**
 * Connects a shop. Before the questions are answered, nothing is written; the views are written in one transaction.
 * @throws CoutureError `preset_conflict` without a known platform, `build_rejected`, `interrupted` and those of a build
 */
export async function connectShop(input: ConnectInput): Promise<ConnectReport> {
  const { client, terminal, conversation, signal, loaded } = input;
  const complain = (line: string) => terminal.warn(line);
  const found = await findShop(client, input.choices, conversation, complain);
  const platform = found.kind === 'platform' ? found.match.platform : undefined;
  printFound(terminal, found);

  const { countStatus, leaveOutStatus, minorUnits } = loaded.config;
  const before = { count: countStatus, skip: leaveOutStatus, minorUnits };
  const { profile, readable } = await readProfile(input, found, before);
  printProfile(terminal, profile, readable);
  const statuses = await askStatuses(
    found.kind === 'platform' ? (profile?.statuses ?? []) : [],
    before,
    conversation,
    complain,
  );
  // Login, folders and templates of Django are no proposal for a shop whose tables only look like Django's.
  const known = found.kind === 'platform' && found.match.isKnown ? platform : undefined;
  const answers = await askAll(input, profile, known, statuses);
  const { config } = loadConfig({ env: {}, flags: { ...loaded.written, ...answers } });
  const addresses = profile ? await tryAddresses(profile.samples, config, signal) : [];
  printAddresses(terminal, addresses);

  signal.throwIfAborted();
  const rights = await checkRights(client, readable !== false);
  const views = await writeViews(input, found, answers, rights);
  if (views === 'kept' && rights.mayMigrate) await migrate(client);
  const changes = saveSettings(input, answers);
  printChanges(terminal, views, changes);
  const report = {
    platform: platform ?? (found.kind === 'sample' ? ('sample' as const) : null),
    shop: profile ?? null,
    settings: changes,
    addresses,
    rights,
    views,
  };
  if (views === 'not written' && found.kind === 'platform') {
    const file = path.join(input.directory, setupFile);
    writeFileSync(file, ownerSql(chosenSql(found.match, statusesOf(answers)), rights.role));
    printSetup(terminal, rights, setupFile);
    return { ...report, ok: false, setup_file: file, ...nothingBuilt, checks: [] };
  }
  const content = await checkContent(targetOf(input, config));
  printContent(terminal, content);
  if (content.failed)
    return { ...report, ok: false, setup_file: null, ...nothingBuilt, checks: content.checks };

  signal.throwIfAborted();
  const build = await buildLists(input, config);
  const products = await showProducts(input);
  const embed = embedding(config, String(products[0]?.product.id ?? 1), known);
  const saved = !input.choices.urlIsNew || 'databaseUrl' in readSettings(input.directory);
  const serve = serveCommand(input.databaseUrl, saved);
  printNext(terminal, embed, serve, config);
  return { ...report, ok: true, setup_file: null, checks: content.checks, build, products, embed, serve };
}

const nothingBuilt = { build: null, products: [], embed: null, serve: null } as const;

/** Reads the figures; without the right to read the tables, through views that the owner may have made already. */
async function readProfile(
  { client }: ConnectInput,
  found: FoundShop,
  statuses: StatusChoice,
): Promise<{ profile: ShopProfile | undefined; readable: boolean | undefined }> {
  if (found.kind !== 'platform') return { profile: await profileViews(client), readable: undefined };
  const { match } = found;
  try {
    const profile = await profileTables(client, { ...match, sql: chosenSql(match, statuses) });
    return { profile, readable: true };
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error;
  }
  const profile = (await viewsAreValid(client)) ? await profileViews(client) : undefined;
  return { profile, readable: false };
}

async function viewsAreValid(client: Client): Promise<boolean> {
  return (await inspectSource(client)).problems.length === 0;
}

async function askAll(
  { loaded, conversation, terminal, choices, databaseUrl }: ConnectInput,
  profile: ShopProfile | undefined,
  platform: PlatformName | undefined,
  statuses: StatusChoice,
): Promise<Answers> {
  const complain = (line: string) => terminal.warn(line);
  const answers = await askSettings(profile, platform, loaded, conversation, complain);
  const chosen = {
    ...(statuses.count.length > 0 || loaded.config.countStatus.length > 0
      ? { countStatus: statuses.count }
      : {}),
    ...(statuses.skip.length > 0 || loaded.config.leaveOutStatus.length > 0
      ? { leaveOutStatus: statuses.skip }
      : {}),
  };
  const secret = redactUrl(databaseUrl) !== databaseUrl;
  const save =
    choices.urlIsNew &&
    (!secret ||
      choices.saveUrl ||
      (await confirm(
        conversation,
        'Save the database URL, with its password, in couture.config.json?',
        false,
      )));
  if (choices.urlIsNew && !save)
    terminal.note(
      'The database URL contains a password and is not saved. Set DATABASE_URL for later commands, or use --save-url.',
    );
  return { ...answers, ...chosen, ...(save ? { databaseUrl } : {}) };
}

/** Writes the preset's views if this role may, in one transaction. Existing views that differ are kept unless replaced. */
async function writeViews(
  { client, conversation, choices, directory, terminal }: ConnectInput,
  found: FoundShop,
  answers: Answers,
  rights: Rights,
): Promise<PresetOutcome | 'kept' | 'not written'> {
  const valid = await viewsAreValid(client);
  if (found.kind === 'views' || (choices.resume && valid)) return 'kept';
  const changed = statusesChanged(answers, readSettings(directory));
  if (rights.missing.length > 0) return valid && rights.mayMigrate && !changed ? 'kept' : 'not written';
  const statuses = statusesOf(answers);
  const preset = found.kind === 'sample' ? 'sample' : found.match.platform;
  const schema = found.kind === 'sample' ? undefined : found.match.schema;
  try {
    return (await adoptShop(client, preset, { replace: choices.replace, statuses, schema })).views;
  } catch (error) {
    const differing =
      error instanceof CoutureError ? (error.details.differing as string[] | undefined) : undefined;
    if (!differing) throw error;
    const named = differing.map((name) => name.replace(' ', ' couture_source.')).join(', ');
    const former = { ...statusesOf(readSettings(directory)), minorUnits: !statuses.minorUnits };
    const replace =
      // The user has just chosen these statuses, or the unit of amounts.
      (changed && differing.every((name) => name === 'function order_counts')) ||
      (answers.minorUnits !== undefined && (await isPreset(client, preset, { statuses: former, schema }))) ||
      (await confirm(
        conversation,
        `Existing ${named} differ from those of the preset. Replace them?`,
        false,
      ));
    if (!replace) {
      const reads = error instanceof CoutureError ? (error.details.reads as string[]) : [];
      terminal.warn(
        `The existing views are kept: couture reads ${listed(reads)}. ${named} differ from those of the preset ${preset}; to write its views instead, add --replace.`,
      );
      return 'kept';
    }
    return (await adoptShop(client, preset, { replace: true, statuses, schema })).views;
  }
}

/** Whether the existing views are those of the preset, and nobody has changed them. */
async function isPreset(client: Client, preset: PresetName, choice: PresetChoice): Promise<boolean> {
  try {
    return (await initPreset(client, preset, choice)) === 'unchanged';
  } catch (error) {
    if (error instanceof CoutureError) return false;
    throw error;
  }
}

function statusesOf({ countStatus = [], leaveOutStatus = [], minorUnits }: Answers): StatusChoice {
  return {
    count: countStatus as string[],
    skip: leaveOutStatus as string[],
    minorUnits: minorUnits === true,
  };
}

function statusesChanged(answers: Answers, file: Answers): boolean {
  return JSON.stringify(statusesOf(answers)) !== JSON.stringify(statusesOf(file));
}

function saveSettings({ directory, loaded, databaseUrl }: ConnectInput, answers: Answers): SettingChange[] {
  const changes = settingChanges(answers, readSettings(directory), loaded.origins);
  if (changes.length === 0) return [];
  const secret = answers.databaseUrl !== undefined && redactUrl(databaseUrl) !== databaseUrl;
  mergeSettings(directory, Object.fromEntries(changes.map(({ key, after }) => [key, after])), { secret });
  return changes.map((each) =>
    each.key === 'databaseUrl' ? { ...each, before: hidden(each.before), after: hidden(each.after) } : each,
  );
}

function hidden(url: unknown): unknown {
  return typeof url === 'string' ? redactUrl(url) : url;
}

function targetOf({ databaseUrl, sourceUrl }: ConnectInput, config: Config) {
  return { config, database: async () => databaseUrl, source: async () => sourceUrl };
}

async function buildLists(
  { databaseUrl, sourceUrl, terminal, signal, choices }: ConnectInput,
  config: Config,
): Promise<BuildSummary> {
  const summary = await buildRecommendations({
    config,
    databaseUrl,
    sourceUrl,
    publish: true,
    force: choices.force,
    display: terminal.progress,
    note: (line) => terminal.note(line),
    signal,
  });
  printBuild(terminal, summary);
  return summary;
}

async function showProducts({
  databaseUrl,
  sourceUrl,
  terminal,
  conversation,
  signal,
}: ConnectInput): Promise<ProductInspection[]> {
  const pieces = await openShowpieces({ databaseUrl, sourceUrl });
  try {
    const shown: ProductInspection[] = [];
    for (;;) {
      const next = await pieces.next(3);
      printProducts(terminal, next);
      shown.push(...next);
      if (next.length < 3 || !(await confirm(conversation, 'Three more products?', false))) return shown;
      signal.throwIfAborted();
    }
  } finally {
    await pieces.close();
  }
}
