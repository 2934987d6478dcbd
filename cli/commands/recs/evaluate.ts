// `couture recs evaluate`: how good the lists are, on orders that were held out; the shop's own, or those of files.
import { writeFile } from 'node:fs/promises';
import { CoutureError } from '../../../runtime/core/errors.ts';
import { ShopAddresses } from '../../../runtime/shop/shop-addresses.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { type Examined, examine } from '../../recs/evaluate/examine.ts';
import { readChanges } from '../../recs/evaluate/page/build-changes.ts';
import { embedPictures } from '../../recs/evaluate/page/example-pictures.ts';
import {
  basketOf,
  currentSettings,
  readData,
  type ShownData,
  subjectOf,
  taskOf,
  wholeNumbers,
} from '../../recs/evaluate/request.ts';
import { printEvaluation } from '../../terminal/evaluation-report.ts';

/** With --json: `EvaluationResult` of cli/recs/evaluate/examine.ts. */
export const recsEvaluate: CommandSpec = {
  usage: 'evaluate',
  summary: 'measure recommendations on orders that were held out, beside simple ones',
  settings: [
    'databaseUrl',
    'sourceUrl',
    'home',
    'since',
    'halfLife',
    'damping',
    'minSupport',
    'minLlr',
    'seed',
  ],
  flags: [
    flag('--train <files...>', 'learn from these CSV files instead of the shop’s orders'),
    flag('--test <files...>', 'ask about these'),
    flag('--products <file>', 'names (and pictures) of the products of the files'),
    flag('--holdout <what>', 'of the shop’s orders: last (each customer’s last order) or a span such as 28d'),
    flag('--task <task>', 'personalized (a customer’s next order) or copurchase (a product → the rest)'),
    flag('--basket <what>', 'what stands together: order, or all that a customer has').default('order'),
    flag('--measure <name>', 'the model in question: shrunk, weighted, count, cosine, jaccard, lift, llr'),
    flag('--weighting <name>', 'of baskets: none, size, log, root, inverse, tfidf, bm25'),
    flag('--shrink <x>', 'added to what cosine, jaccard and lift divide by'),
    flag('--neighbours <n>', 'nearest items that are kept (default: all)'),
    flag('--row-damping <power>', 'weighted: power of the known item’s popularity'),
    flag('--normalise', 'scale what each known item says to a sum of 1'),
    flag('--config <file>', 'the model in question, as "recs tune --out" wrote it'),
    flag('--k <list>', 'lengths of lists, separated by commas').default('10,20'),
    flag('--no-baselines', 'measure the model in question alone'),
    flag('--html <file>', 'write a page with plots and examples'),
  ],
  help: `Examples:
  couture recs evaluate
  couture recs evaluate --task personalized --holdout last --html report.html
  couture recs evaluate --train train.csv.gz --test test.csv.gz --basket customer --task personalized \\
    --measure cosine --weighting tfidf --shrink 936 --neighbours 423 --k 50,100

Files have a header and the columns product_id, order_id and/or customer_id, and ordered_at where it is known.
All items are ranked, none sampled. Metrics and protocols: cli/recs/evaluate/README.md.
Exit codes: 0 measured, 1 failed, 2 wrong use, or nothing to ask about.`,
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>): Promise<void> {
  const { terminal, config, signal } = context;
  const basket = basketOf(flags);
  const task = taskOf(flags, basket);
  const ks = wholeNumbers('--k', flags.k, 1_000);
  const subject = subjectOf(flags, task, basket, config, context.loaded.origins);
  const data = await readData(context, flags, task);
  const stage = terminal.progress.stage('measure', 0, 'models');
  const examined = await examine({
    data,
    task,
    basket,
    ks,
    subject,
    current: currentSettings(config, basket),
    curve: flags.html === undefined ? [] : curve.filter((k) => k <= Math.max(20, ...ks)),
    withBaselines: flags.baselines !== false,
    seed: config.seed,
    onModel: (_name, done, of) => stage.update(done, of),
    signal,
  });
  stage.end(`${examined.result.models.length} models`);
  printEvaluation(terminal, examined.result);
  if (flags.html !== undefined) await writePage(flags.html as string, examined, data, context);
  terminal.result(examined.result);
}

/** Lengths of lists that the page draws. */
const curve = [1, 2, 3, 5, 10, 15, 20, 30, 50, 75, 100, 150, 200];

async function writePage(
  file: string,
  examined: Examined,
  data: ShownData,
  context: CommandContext,
): Promise<void> {
  const { terminal } = context;
  const { evaluationPage, picturesOf } = await import('../../recs/evaluate/page/evaluation-page.ts');
  // Files say nothing of builds.
  const database = data.fromShop === true ? await context.database() : undefined;
  const changes = database === undefined ? undefined : await readChanges(database);
  const shop = new ShopAddresses(context.config);
  const pictures = await embedPictures(picturesOf(examined, data), database, shop, context.signal);
  try {
    await writeFile(file, evaluationPage({ examined, data, changes, pictures, madeAt: new Date() }));
  } catch (cause) {
    throw new CoutureError(
      'file_unreadable',
      `${file} cannot be written: ${(cause as Error).message}`,
      'Name a file in a folder that exists.',
      { cause },
    );
  }
  terminal.note(`The report is in ${file}.`);
}
