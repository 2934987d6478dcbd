// `recs build --dry-run`: counts the orders in Postgres and prints the plan of the build. Writes nothing.
import { CoutureError } from '../../../runtime/core/errors.ts';
import type { Config } from '../../../runtime/core/options.ts';
import { requireSource } from '../../../sql/source/source-views.ts';
import { bytes, count } from '../../terminal/figures.ts';
import { repurchasePlan } from '../../terminal/repurchase-words.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { easeWords, planEase } from '../models/ease.ts';
import { modelOf } from '../models/model-of-config.ts';
import { dateWarnings, readLatestDay } from '../source/order-dates.ts';
import { countSource, readSourceDates, sinceDate } from '../source/plan.ts';
import { openSnapshot } from '../source/snapshot.ts';

/** Prints lines, orders, products, customers, multiply-adds and the settings of the build. */
export async function planOnly({
  config,
  sourceUrl,
  terminal,
}: {
  config: Config;
  sourceUrl: string;
  terminal: Terminal;
}): Promise<void> {
  if (config.source)
    throw new CoutureError(
      'bad_option',
      `--dry-run counts orders in Postgres and cannot count those in ${config.source}.`,
      'Drop --dry-run or --source.',
    );
  const snapshot = await openSnapshot(sourceUrl, 'couture plan');
  try {
    await requireSource(snapshot.client);
    const stage = terminal.progress.stage('count order lines');
    const latestDay = await readLatestDay(snapshot.client);
    const dates = await readSourceDates(snapshot.client, latestDay);
    const from = sinceDate(config.since, dates.newestAt);
    const counts = await countSource(snapshot.client, from, dates.newest);
    const warnings = dateWarnings(dates, latestDay, dates.future);
    stage.end();
    const { ease, repeat } = modelOf(config).personal;
    const plan = ease && planEase(ease, counts.products);
    const rows = [
      ['order lines', count(counts.lines)],
      ['orders', count(counts.orders)],
      ['customers', count(counts.customers)],
      ['products', count(counts.products)],
      ['multiply-adds (Σ n² over orders)', count(counts.squaredLines)],
      ['newest order', dates.newestAt?.toISOString().slice(0, 10) ?? '–'],
      ['orders from', from?.toISOString().slice(0, 10) ?? 'all'],
      ['lists', config.kinds.join(', ')],
      ['bought before', repurchasePlan(config.repurchase, repeat?.threshold)],
      ...(plan ? [['linear term (ease)', easeWords(plan)]] : []),
      ['worker threads', String(config.workers)],
      ['memory for pairs', bytes(config.memory / 4)],
    ];
    terminal.heading('Plan (nothing was built)');
    terminal.table([{ title: 'what' }, { title: 'figure', align: 'right' }], rows);
    for (const warning of warnings) terminal.warn(warning);
    terminal.note('Run "couture recs build" to build.');
    terminal.result({
      ...counts,
      newest: dates.newestAt ?? null,
      from: from ?? null,
      kinds: config.kinds,
      repurchase: config.repurchase,
      ease: plan ?? null,
      workers: config.workers,
      memory: config.memory,
      warnings,
    });
  } finally {
    await snapshot.close();
  }
}
