// What `couture connect` prints, step by step.
import type { Config } from '../../runtime/core/options.ts';
import type { ShopProfile } from '../../sql/source/shop-profile.ts';
import type { BuildSummary } from '../recs/build-summary.ts';
import type { InspectedEntry } from '../recs/builds/inspect/entries.ts';
import type { ProductInspection } from '../recs/builds/inspect/product.ts';
import { count, seconds } from '../terminal/figures.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { ago } from '../terminal/times.ts';
import type { ContentReport } from './content.ts';
import type { Embedding } from './embed.ts';
import type { FoundShop } from './find-shop.ts';
import { statusWords } from './order-statuses.ts';
import type { Rights } from './rights.ts';
import type { SettingChange } from './settings.ts';
import type { TriedAddresses } from './try-addresses.ts';

type Printer = Pick<Terminal, 'print' | 'warn' | 'note' | 'heading'>;

export function printFound(terminal: Printer, found: FoundShop): void {
  const what =
    found.kind === 'platform'
      ? `this is ${found.match.title} (${evidenceWords(found.match.evidence)})`
      : found.kind === 'sample'
        ? "this is couture's sample shop"
        : 'views of couture_source exist already; they are kept';
  terminal.print(`${count(found.tables)} tables: ${what}.`);
}

/** The first tables are the most telling. */
function evidenceWords(tables: readonly string[]): string {
  const shown = tables.slice(0, 5).map((table) => table.replace(/^public\./, ''));
  return shown.join(', ') + (tables.length > shown.length ? ` and ${tables.length - shown.length} more` : '');
}

export function printProfile(
  terminal: Printer,
  profile: ShopProfile | undefined,
  readable: boolean | undefined,
): void {
  if (readable === false && !profile) {
    terminal.warn("This role may not read the shop's tables, so products and orders cannot be counted yet.");
    return;
  }
  if (!profile) return;
  const { products, variants, orders, newestOrder, currency, currencies, statuses } = profile;
  const newest = newestOrder ? ago((Date.now() - newestOrder.getTime()) / 1_000) : undefined;
  const several = currencies.length > 1 ? ` (of ${currencies.map((each) => each.currency).join(', ')})` : '';
  const facts = [
    `products ${count(products)}${variants > products ? ` (${count(variants)} variants)` : ''}`,
    `orders ${count(orders)}${newest ? `, newest ${newest}` : ''}`,
    `currency ${currency ?? currencies[0]?.currency ?? 'not known'}${several}`,
  ];
  terminal.print(`  ${facts.join('   ')}`);
  if (statuses.some((each) => each.status !== null)) {
    terminal.print(`  orders that count: ${statusWords(statuses, count)}`);
    if (!statuses.some((each) => each.counts)) terminal.warn('No order counts. Choose the statuses that do.');
  }
}

export function printAddresses(terminal: Printer, tried: readonly TriedAddresses[]): void {
  for (const { what, tried: of, answered, example, reason, resolved } of tried) {
    if (of === 0) continue;
    terminal.print(`  ${what} ${example}: ${answered} of ${of} answered`);
    if (answered === of) continue;
    const column = `${what === 'pages' ? 'url' : 'image_url'} in the view product`;
    const setting = what === 'pages' ? 'the shop URL' : 'the media URL';
    const check = resolved ? `${setting}, and ${column}` : column;
    terminal.warn(`${of - answered} of ${of} ${what} did not answer (${reason}). Check ${check}.`);
  }
}

const outcomes: Record<string, string> = {
  created: 'created',
  replaced: 'replaced',
  unchanged: 'unchanged',
  kept: 'kept as they are',
  'not written': 'not written',
};

export function printChanges(terminal: Printer, views: string, changes: readonly SettingChange[]): void {
  terminal.print(`Source views: ${outcomes[views]}.`);
  if (changes.length === 0) {
    terminal.print('Settings in couture.config.json: unchanged.');
    return;
  }
  const words = changes.map(({ key, before, after }) => {
    const was = before === undefined ? '' : ` (was ${written(before)})`;
    return `  ${key} ${after === undefined ? 'removed' : written(after)}${was}`;
  });
  terminal.print(`Settings in couture.config.json:\n${words.join('\n')}`);
}

export function printSetup(terminal: Printer, { role, missing }: Rights, file: string): void {
  terminal.print(`Rights: this role is "${role}" and may not ${missing.join(', nor ')}.`);
  terminal.print(
    `Written: ${file}, for the owner of the shop's tables. "${role}" gets SELECT on the views and nothing else.`,
  );
  terminal.print(`  psql -1 -v ON_ERROR_STOP=1 -f ${file} postgresql://OWNER@HOST/DATABASE`);
  terminal.print('then: couture connect --continue');
}

export function printContent(terminal: Printer, { checks, failed }: ContentReport): void {
  const fine = checks.filter((check) => check.state === 'ok');
  const views = fine.filter(({ name }) => name.startsWith('view ') || name === 'migrations');
  const found = fine.filter((check) => !views.includes(check));
  if (views.length > 0) terminal.print(`Checked: ${views.map(({ name }) => name).join(', ')}.`);
  const width = Math.max(0, ...found.map(({ name }) => name.length));
  for (const { name, detail } of found) terminal.print(`  ${name.padEnd(width)}  ${detail}`);
  for (const { name, detail, hint, state } of checks.filter((check) => check.state !== 'ok'))
    terminal.warn(`${name}${state === 'fail' ? ' FAILED' : ''}: ${detail}${hint ? `\n  ${hint}` : ''}`);
  if (!failed) return;
  // No build can read a view that is missing.
  const readable = !checks.some(({ name, state }) => state === 'fail' && name.startsWith('view '));
  terminal.print(
    `Stopped before the build. Fix this, then run "couture connect" again${readable ? '; or build from the views as they are with "couture recs build --force"' : ''}.`,
  );
}

export function printBuild(terminal: Printer, build: BuildSummary): void {
  const { total_ms: ms, orders, products, customers } = build;
  terminal.print(
    `Built in ${seconds(ms)}: ${count(orders)} orders of ${count(customers)} customers, ${count(products)} products.`,
  );
  for (const warning of build.warnings) terminal.warn(warning);
}

const titles: Record<string, string> = {
  bought_together: 'bought together',
  similar: 'similar',
  bundle: 'bundle',
};

export function printProducts(terminal: Printer, products: readonly ProductInspection[]): void {
  for (const { product, lists } of products) {
    terminal.print(`${product.name} (${product.id})`);
    for (const kind of Object.keys(titles)) {
      const entries = lists[kind];
      if (entries) terminal.print(`  ${titles[kind]!.padEnd(15)}  ${entries.map(entryWords).join(', ')}`);
    }
  }
}

function entryWords({ name, id, count: orders, source }: InspectedEntry): string {
  return `${name ?? id}${orders !== null && source === 'orders' ? ` (${orders})` : ''}`;
}

export function printNext(terminal: Printer, embed: Embedding, serve: string, config: Config): void {
  terminal.heading('Embed this');
  terminal.print(embed.html);
  if (embed.productId) terminal.print(`In the template of a product page: product-id="${embed.productId}"`);
  if (!config.publicUrl)
    terminal.print(
      'For shoppers, set COUTURE_PUBLIC_URL to the URL at which browsers reach couture, and use it here.',
    );
  terminal.heading('Serve');
  terminal.print(serve);
  if (config.login && !config.jwtSecret && !config.jwksUrl)
    terminal.print(
      `For signed-in customers, set COUTURE_JWT_SECRET or COUTURE_JWKS_URL to the key of the shop's login (${config.login}).`,
    );
}

function written(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
