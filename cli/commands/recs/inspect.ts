// `couture recs inspect`: the lists of a product, a customer or a category, with names, scores and reasons in words.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { rulesAbout } from '../../recs/builds/inspect/curation.ts';
import { inspectCustomer } from '../../recs/builds/inspect/customer.ts';
import { type InspectedKind, type Inspection, openInspection } from '../../recs/builds/inspect/inspection.ts';
import { findProduct, inspectProduct, productKinds } from '../../recs/builds/inspect/product.ts';
import { inspectTrending, trendingKinds } from '../../recs/builds/inspect/trending.ts';
import { parseKinds } from '../../recs/builds/list-kinds.ts';
import { printRulesBelow } from '../../terminal/curation-report.ts';
import { printCustomer, printMatches, printProduct, printTrending } from '../../terminal/inspect-report.ts';

/**
 * With --json: `ProductInspection`, `CustomerInspection` or `TrendingInspection` of cli/recs/inspect, with the rules
 * that the runtime applies to the lists as `curation`;
 * `ProductMatches` and exit code 2 where a name is that of several products.
 */
export const recsInspect: CommandSpec<[string[]]> = {
  usage: 'inspect [product...]',
  summary: 'show the lists of a product, a customer or a category, and why each entry is there',
  settings: ['databaseUrl', 'sourceUrl', 'home'],
  flags: [
    flag('--customer <id>', 'a customer’s list, beside what they bought and watch'),
    flag('--trending', 'what is rising, and what sells best'),
    flag('--category <name>', 'with --trending: of this category, not of the whole shop'),
    flag('--kind <kinds>', 'only these lists, separated by commas'),
    flag('--limit <n>', 'entries a list (default: 10, and of a bundle as many as it has)'),
    flag('--build <id>', 'of this build, not of the published one'),
  ],
  help: `Examples:
  couture recs inspect 1042
  couture recs inspect wrap dress --kind bought_together
  couture recs inspect --customer 77 --build 12
  couture recs inspect --trending --category Dresses

A product is named by its id or by words of its name.
Exit codes: 0 shown, 1 failed, 2 no such product, customer or build, or a name that several products have.`,
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
  /** Kinds of list that it has. */
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
        ? 'Nothing was named to look at.'
        : 'Only one thing can be looked at: a product, --customer or --trending.',
      'For example: couture recs inspect 1042, couture recs inspect --customer 77, couture recs inspect --trending.',
    );
  }
  const category = flags.category as string | undefined;
  if (category !== undefined && flags.trending !== true) {
    throw new CoutureError(
      'bad_option',
      '--category goes with --trending.',
      'A product has its own category.',
    );
  }
  if (product !== '') return { kinds: productKinds, show: (...rest) => showProduct(product, ...rest) };
  if (customer !== undefined) {
    return {
      kinds: ['personalized'],
      async show({ terminal }, inspection) {
        const found = await inspectCustomer(inspection, customer);
        const curation = await rulesAbout(inspection, ['personalized'], {});
        terminal.result({ ...found, curation });
        printCustomer(terminal, found);
        printRulesBelow(terminal, curation);
        return 0;
      },
    };
  }
  return {
    kinds: trendingKinds,
    async show({ terminal }, inspection, kinds) {
      const found = await inspectTrending(
        inspection,
        category,
        trendingKinds.filter((kind) => kinds.includes(kind)),
      );
      const curation = await rulesAbout(inspection, ['trending'], { category });
      terminal.result({ ...found, curation });
      printTrending(terminal, found);
      printRulesBelow(terminal, curation);
      return 0;
    },
  };
}

async function showProduct(
  text: string,
  { terminal }: CommandContext,
  inspection: Inspection,
  kinds: readonly InspectedKind[],
): Promise<number> {
  const found = await findProduct(inspection, text);
  if (typeof found !== 'string') {
    terminal.result(found);
    printMatches(terminal, found);
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
  printProduct(terminal, product);
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
    'A list has as many entries as the build was told by --top (20 unless set).',
  );
}
