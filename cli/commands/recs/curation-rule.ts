// Shared by `recs pin`, `recs block` and `recs boost`: flags → one rule, validated against the shop, saved and printed.

import type { Option } from 'commander';
import { closest, distance } from 'fastest-levenshtein';
import { CoutureError } from '../../../runtime/core/errors.ts';
import { isoDate } from '../../../runtime/core/quantities.ts';
import { addRule, type NewRule } from '../../../sql/store/lists/curation.ts';
import { type CommandContext, flag } from '../../command.ts';
import { inspectRules } from '../../recs/builds/inspect/curation.ts';
import { type Inspection, openInspection } from '../../recs/builds/inspect/inspection.ts';
import { findProduct } from '../../recs/builds/inspect/product.ts';
import { ruleSentence } from '../../terminal/curation-report.ts';
import { printMatches } from '../../terminal/inspect-report.ts';
import { moment } from '../../terminal/times.ts';

/** Kinds of list that a rule can apply to: those of the API. */
const curatedKinds = [
  'similar',
  'bought_together',
  'personalized',
  'trending',
  'bundle',
  'buy_again',
  'you_may_like',
  'for_cart',
] as const;

export const ruleFlags = (): Option[] => [
  flag('--for <product>', 'apply only to the lists of this product: an id or part of its name'),
  flag('--category <name>', 'apply only to the lists of this category and its products'),
  flag('--lists <kinds>', `apply only to these lists, comma-separated: ${curatedKinds.join(', ')}`),
  flag('--from <date>', 'start date: 2026-12-01, or with a time: 2026-12-01T09:00Z'),
  flag('--until <date>', 'end date, in the same format'),
  flag('--note <text>', 'reason, shown only in the CLI'),
];

export const ruleHelp = `The rule needs no build: it takes effect immediately, or at --from. Undo it with "couture recs curation --remove <rule>".
Exit codes: 0 saved, 1 failed, 2 wrong use, no such product or category, or an ambiguous product name.`;

/** Saves a rule for the product that `words` name. @returns the exit code */
export async function writeRule(
  context: CommandContext,
  flags: Record<string, unknown>,
  words: readonly string[],
  what: Pick<NewRule, 'action' | 'place' | 'factor'>,
): Promise<number> {
  const { terminal, config } = context;
  const times = { from_at: dateOf(flags.from, '--from'), until_at: dateOf(flags.until, '--until') };
  checkTimes(times);
  const kinds = kindsOf(flags.lists);
  if (flags.for !== undefined && flags.category !== undefined) {
    throw new CoutureError(
      'bad_option',
      '--for and --category cannot be combined',
      'Use one of them, or neither.',
    );
  }
  const inspection = await openInspection({
    databaseUrl: await context.database(),
    sourceUrl: await context.source(),
  });
  context.release.defer('the connections', () => inspection.close());
  const product = await findProduct(inspection, words.join(' '));
  const other = flags.for === undefined ? undefined : await findProduct(inspection, String(flags.for));
  for (const found of [product, other]) {
    if (typeof found !== 'object') continue;
    terminal.result(found);
    printMatches(terminal, found, config.currency);
    return 2;
  }
  const category =
    flags.category === undefined ? undefined : await categoryOf(inspection, String(flags.category));
  const subject = (other as string | undefined) ?? category ?? '';
  const scope = other !== undefined ? 'product' : category !== undefined ? 'category' : 'shop';
  const note = String(flags.note ?? '');
  const rule = await addRule(inspection.client, {
    ...what,
    product_id: product as string,
    scope,
    subject,
    kinds,
    ...times,
    note,
  });
  const [shown] = await inspectRules(inspection, [rule]);
  terminal.result(shown);
  terminal.print(`Rule ${rule.curation_id}: ${ruleSentence(shown!)}.`);
  terminal.note(`No build is needed. To undo: couture recs curation --remove ${rule.curation_id}`);
  return 0;
}

function dateOf(value: unknown, name: string): Date | null {
  if (value === undefined) return null;
  const date = isoDate(String(value));
  if (date) return date;
  throw new CoutureError(
    'bad_option',
    `${name} is ${JSON.stringify(value)}: expected a date`,
    'Use 2026-12-01, or with a time 2026-12-01T09:00Z.',
  );
}

function checkTimes({ from_at: from, until_at: until }: Pick<NewRule, 'from_at' | 'until_at'>): void {
  if (until && until.getTime() <= Date.now()) {
    throw new CoutureError('bad_option', `--until ${moment(until)} is in the past`, 'Use a later date.');
  }
  if (from && until && until <= from) {
    throw new CoutureError('bad_option', '--until is not after --from', 'Use a later date.');
  }
}

function kindsOf(value: unknown): string[] {
  const kinds = String(value ?? '')
    .split(',')
    .map((word) => word.trim().replaceAll('-', '_'))
    .filter(Boolean);
  for (const kind of kinds) {
    if ((curatedKinds as readonly string[]).includes(kind)) continue;
    throw new CoutureError(
      'bad_option',
      `--lists contains ${JSON.stringify(kind)}: unknown list`,
      `Lists are ${curatedKinds.join(', ')}.`,
    );
  }
  return [...new Set(kinds)];
}

/** Returns the category as the shop spells it. */
async function categoryOf({ source }: Inspection, text: string): Promise<string> {
  const { rows } = await source.query<{ category: string }>(
    'select distinct category from couture_source.product where category is not null order by 1',
  );
  const names = rows.map((row) => row.category);
  const found = names.find((name) => name.toLowerCase() === text.trim().toLowerCase());
  if (found !== undefined) return found;
  const near = names.length > 0 ? closest(text, names) : '';
  const hint = distance(text, near) <= 4 ? `Did you mean "${near}"? ` : '';
  throw new CoutureError(
    'bad_option',
    `The shop has no category ${JSON.stringify(text)}`,
    `${hint}Categories: ${names.slice(0, 20).join(', ')}${names.length > 20 ? ' …' : ''}.`,
  );
}
