// `couture recs inspect`: shows the lists of a product, customer or category, with names, scores and reasons.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { rulesAbout } from '../../recs/builds/inspect/curation.ts';
import { customerKinds, inspectCustomer } from '../../recs/builds/inspect/customer.ts';
import { type InspectedKind, type Inspection, openInspection } from '../../recs/builds/inspect/inspection.ts';
import { findProduct, inspectProduct, productKinds } from '../../recs/builds/inspect/product.ts';
import { inspectTrending, trendingKinds } from '../../recs/builds/inspect/trending.ts';
import { parseKinds } from '../../recs/builds/list-kinds.ts';
import { printRulesBelow } from '../../terminal/curation-report.ts';
import { printCustomer, printMatches, printProduct, printTrending } from '../../terminal/inspect-report.ts';

/**
 * With --json: `ProductInspection`, `CustomerInspection` or `TrendingInspection` of cli/recs/builds/inspect, plus
 * `curation`, the rules that the runtime applies to the lists; `ProductMatches` and exit code 2 if a name is ambiguous.
 */
export const recsInspect: CommandSpec<[string[]]> = {
  usage: 'inspect [product...]',
  summary: 'show the lists of a product, customer or category, with the reason for each entry',
  settings: ['databaseUrl', 'sourceUrl', 'home'],
  flags: [
    flag('--customer <id>', 'show a customer’s lists, purchases and watch list'),
    flag('--trending', 'show trending products and bestsellers'),
    flag('--category <name>', 'with --trending: this category instead of the whole shop'),
    flag('--kind <kinds>', 'show only these lists, comma-separated'),
    flag('--limit <n>', 'entries per list (default: 10; bundles are shown in full)'),
    flag('--build <id>', 'inspect this build (default: the published one)'),
  ],
  help: `Examples:
  couture recs inspect 1042
  couture recs inspect wrap dress --kind bought_together
  couture recs inspect --customer 77 --build 12
  couture recs inspect --trending --category Dresses

Name a product by its id or by words of its name.
Exit codes: 0 shown, 1 failed, 2 no such product, customer or build, or an ambiguous product name.`,
  run,
};

async function run(
  context: CommandContext,
  flags: Record<string, unknown>,
  words: string[],
): Promise<number> {
  const subject = subjectOf(words, flags);
  const kinds = parseKinds(flags.kind, subject.kinds);
  const limit = limitOf(flags.limit);
  const inspection = await openInspection({
    databaseUrl: await context.database(),
    sourceUrl: await context.source(),
    build: flags.build as string | undefined,
    limit,
  });
  context.release.defer('the connections', () => inspection.close());
  return subject.show(context, inspection, kinds);
}

interface Subject {
  /** Kinds of list that the subject has. */
  readonly kinds: readonly InspectedKind[];
  show(context: CommandContext, inspection: Inspection, kinds: readonly InspectedKind[]): Promise<number>;
}

function subjectOf(words: readonly string[], flags: Record<string, unknown>): Subject {
  const product = words.join(' ').trim();
  const customer = flags.customer as string | undefined;
  const named = [product !== '', customer !== undefined, flags.trending === true].filter(Boolean).length;
  if (named !== 1) {
    throw new CoutureError(
      'bad_option',
      named === 0
        ? 'Nothing to inspect.'
        : 'Only one of a product, --customer and --trending can be inspected at a time.',
      'For example: couture recs inspect 1042, couture recs inspect --customer 77, couture recs inspect --trending.',
    );
  }
  const category = flags.category as string | undefined;
  if (category !== undefined && flags.trending !== true) {
    throw new CoutureError(
      'bad_option',
      '--category works only with --trending.',
      'Add --trending, or drop --category.',
    );
  }
  if (product !== '') return { kinds: productKinds, show: (...rest) => showProduct(product, ...rest) };
  if (customer !== undefined) {
    return {
      kinds: customerKinds,
      async show({ terminal, config }, inspection, kinds) {
        const found = await inspectCustomer(inspection, customer, kinds);
        const curation = await rulesAbout(inspection, kinds, {});
        terminal.result({ ...found, curation });
        printCustomer(terminal, found, config.currency);
        printRulesBelow(terminal, curation);
        return 0;
      },
    };
  }
  return {
    kinds: trendingKinds,
    async show({ terminal, config }, inspection, kinds) {
      const found = await inspectTrending(
        inspection,
        category,
        trendingKinds.filter((kind) => kinds.includes(kind)),
      );
      const curation = await rulesAbout(inspection, ['trending'], { category: found.category ?? undefined });
      terminal.result({ ...found, curation });
      printTrending(terminal, found, config.currency);
      printRulesBelow(terminal, curation);
      return 0;
    },
  };
}

async function showProduct(
  text: string,
  { terminal, config }: CommandContext,
  inspection: Inspection,
  kinds: readonly InspectedKind[],
): Promise<number> {
  const found = await findProduct(inspection, text);
  if (typeof found !== 'string') {
    terminal.result(found);
    printMatches(terminal, found, config.currency);
    return 2;
  }
  const product = await inspectProduct(
    inspection,
    found,
    productKinds.filter((kind) => kinds.includes(kind)),
  );
  const category = product.product.category ?? undefined;
  const curation = await rulesAbout(inspection, [...kinds, 'you_may_like'], { subject: found, category });
  terminal.result({ ...product, curation });
  printProduct(terminal, product, config.currency);
  printRulesBelow(terminal, curation);
  return 0;
}

function limitOf(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const limit = Number(value);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 1_000) return limit;
  throw new CoutureError(
    'bad_option',
    `--limit is ${JSON.stringify(value)}: expected a whole number from 1 to 1000`,
    'The build’s --top setting limits the length of lists (default: 20).',
  );
}
