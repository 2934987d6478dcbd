// `couture recs evaluate`: evaluates the lists on held-out orders of the shop or of files.
import { ShopAddresses } from '../../../runtime/shop/shop-addresses.ts';
import { openClient } from '../../../sql/pool.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { measuredBuild } from '../../recs/evaluate/measured-build.ts';
import { readChanges } from '../../recs/evaluate/page/build-changes.ts';
import { embedPictures } from '../../recs/evaluate/page/example-pictures.ts';
import {
  basketOf,
  currentSettings,
  readData,
  requestedModel,
  type ShownData,
  taskOf,
  wholeNumbers,
} from '../../recs/evaluate/request.ts';
import { type EvaluationRun, runEvaluation } from '../../recs/evaluate/run-evaluation.ts';
import { shopLabel } from '../../shop-label.ts';
import { printEvaluation } from '../../terminal/evaluation-report.ts';
import { writeReport } from '../report-period.ts';

/** With --json: `EvaluationResult` of cli/recs/evaluate/evaluation-result.ts. */
export const recsEvaluate: CommandSpec = {
  usage: 'evaluate',
  summary: 'evaluate recommendations on held-out orders against baselines',
  settings: [
    'databaseUrl',
    'sourceUrl',
    'home',
    'since',
    'halfLife',
    'damping',
    'minSupport',
    'minLlr',
    'repurchase',
    'model',
    'top',
    'seed',
  ],
  flags: [
    flag('--train <files...>', 'train on these CSV files instead of the shop’s orders'),
    flag('--test <files...>', 'test on these CSV files'),
    flag('--products <file>', 'CSV file with product names and pictures, for use with --train'),
    flag(
      '--test-period <period>',
      'orders to hold out: last (each customer’s last order) or a span such as 28d',
    ),
    flag(
      '--task <task>',
      'personalized (predict a customer’s next order) or copurchase (predict the rest of an order)',
    ),
    flag(
      '--basket <kind>',
      'basket definition: order (the items of one order) or customer (a whole history)',
    ).default('order'),
    flag(
      '--similarity <name>',
      'similarity to evaluate: shrunk, weighted, count, cosine, jaccard, lift, llr',
    ),
    flag('--weighting <name>', 'basket weighting: none, size, log, root, inverse, tfidf'),
    flag('--shrink <x>', 'shrinkage, added to the denominator of cosine, jaccard and lift'),
    flag('--neighbours <n>', 'number of nearest items to keep (default: all)'),
    flag('--row-damping <power>', 'exponent of the known item’s popularity, for the weighted similarity'),
    flag('--normalise', 'normalise the scores of each known item to a sum of 1'),
    flag('--config <file>', 'evaluate the model in this file, written by "recs tune --out"'),
    flag(
      '--build [id]',
      'measure the lists of this build (default: the published one) on the orders after it',
    ),
    flag('--k <list>', 'list lengths to measure, comma-separated').default('10,20'),
    flag('--no-baselines', 'skip the baselines'),
    flag('--html <file>', 'write an HTML report with plots and examples'),
  ],
  help: `Examples:
  couture recs evaluate
  couture recs evaluate --task personalized --test-period last --html report.html
  couture recs evaluate --task personalized --build
  couture recs evaluate --train train.csv.gz --test test.csv.gz --basket customer --task personalized \\
    --similarity cosine --weighting tfidf --shrink 936 --neighbours 423 --k 50,100

Files need a header and the columns product_id, and order_id or customer_id or both; ordered_at is optional.
All items are ranked, without sampling. See cli/recs/evaluate/README.md for metrics and protocols.
Exit codes: 0 evaluated, 1 failed, 2 wrong use, or no test cases.`,
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>): Promise<void> {
  const { terminal, config, signal } = context;
  const basket = basketOf(flags);
  const task = taskOf(flags, basket);
  const ks = wholeNumbers('--k', flags.k, 1_000);
  const build = flags.build === undefined ? undefined : await measuredBuild(context, flags, task);
  const subject = build?.model ?? requestedModel(flags, task, basket, config, context.loaded.origins);
  const data = await readData(context, flags, task, build?.split);
  build?.check(data.test.count);
  const stage = terminal.progress.stage('measure', 0, 'models');
  const run = await runEvaluation({
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
  stage.end(`${run.result.models.length} models`);
  printEvaluation(terminal, run.result);
  await writeReport(terminal, flags.html, () => pageOf(run, data, context));
  terminal.result(run.result);
}

/** List lengths that the report plots. */
const curve = [1, 2, 3, 5, 10, 15, 20, 30, 50, 75, 100, 150, 200];

/** The page. Only the shop's own orders have a name and builds. */
async function pageOf(run: EvaluationRun, data: ShownData, context: CommandContext): Promise<string> {
  const { evaluationPage, picturesOf } = await import('../../recs/evaluate/page/evaluation-page.ts');
  const database = data.fromShop === true ? await context.database() : undefined;
  const shop = data.fromShop === true ? await nameOfShop(context) : undefined;
  const changes = database === undefined ? undefined : await readChanges(database);
  const addresses = new ShopAddresses(context.config);
  const pictures = await embedPictures(picturesOf(run, data), database, addresses, context.signal);
  return evaluationPage({ shop, run, data, changes, pictures, madeAt: new Date() });
}

async function nameOfShop({ config, source, release }: CommandContext): Promise<string> {
  const client = await openClient(await source(), { applicationName: 'couture evaluate' });
  release.defer('the connection to the shop', () => client.end());
  return (await shopLabel(config, client)).name;
}
