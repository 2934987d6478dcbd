// An evaluation → a self-contained HTML report: figures, plots, changes since the previous build, and example lists.
import { escapeHtml } from '../../../../runtime/escape-html.ts';
import { htmlTable, page, type Section } from '../../../page/page.ts';
import { rowOf } from '../../csr.ts';
import type { ShownData } from '../request.ts';
import type { EvaluationRun } from '../run-evaluation.ts';
import type { BuildChanges } from './build-changes.ts';
import { coverageAgainstRecall, popularityBars, recallCurves, scoreHistogram } from './evaluation-plots.ts';

export interface EvaluationPageInput {
  /** Name of the shop; undefined for orders from files. */
  readonly shop: string | undefined;
  readonly run: EvaluationRun;
  readonly data: ShownData;
  readonly changes: BuildChanges | undefined;
  /** Picture URL → data: URL. */
  readonly pictures: ReadonlyMap<string, string>;
  readonly madeAt: Date;
}

export function evaluationPage({ shop, run, data, changes, pictures, madeAt }: EvaluationPageInput): string {
  const { result } = run;
  const k = String(run.evaluation.asked[0]);
  const personal = result.task === 'personalized';
  const number = new Intl.NumberFormat('en-GB');
  const popular = result.models.find(({ name }) => name === 'popularity');
  const [mine, theirs] = [result.metrics.recall[k] ?? 0, popular?.metrics.recall[k] ?? 0];
  const sections: Section[] = [
    {
      title: 'Recall by list length',
      lead: `Recall is the share of the products actually bought that appear in the list. ${personal ? 'Each list predicts a customer’s next order.' : 'Each list predicts the other products of an order from one of them.'}`,
      body: recallCurves(run),
    },
    {
      title: 'All metrics',
      lead: `For lists of ${k} products. All products are ranked, none sampled. Intervals are at 95 % confidence.`,
      body: figures(run),
    },
    {
      title: 'Recall and coverage',
      lead: `Showing only bestsellers gives good recall but helps nobody discover products. Better models are further up and to the right.`,
      body: coverageAgainstRecall(run),
    },
    {
      title: 'Bestsellers and the long tail',
      lead: 'Products are divided into five groups with equal total sales, from a few bestsellers to the long tail. The bars compare the groups’ shares of what customers bought and of what the lists show.',
      body: popularityBars(run),
    },
  ];
  const scores = scoreHistogram(run);
  if (scores)
    sections.push({
      title: 'Scores',
      lead: 'The scores that the model gives the products in its lists.',
      body: scores,
    });
  if (changes) sections.push(changesSection(changes));
  sections.push(examples(run, data, pictures));
  return page({
    shop,
    title: personal ? 'Evaluation: what customers buy next' : 'Evaluation: what customers buy together',
    lead: `How well the recommendations predict ${personal ? `the next orders of ${number.format(result.users)} customers` : `${number.format(result.users)} orders`} that were held out, trained on ${number.format(result.train.orders)} orders of ${number.format(result.items)} products.`,
    tiles: [
      { label: `recall at ${k}`, value: percent(mine), note: interval(result.intervals.recall?.[k]) },
      { label: 'lists with a hit', value: percent(result.metrics.hit_rate[k] ?? 0) },
      {
        label: 'recall compared with bestsellers',
        value: theirs > 0 ? `${(mine / theirs).toFixed(1)} ×` : '–',
        note: `bestsellers: ${percent(theirs)}`,
      },
      { label: 'catalogue coverage', value: percent(result.coverage) },
    ],
    sections,
    madeAt,
  });
}

function figures({ result, evaluation }: EvaluationRun): string {
  const k = String(evaluation.asked[0]);
  const numbers = (titles: string[]) => titles.map((title) => ({ title, number: true }));
  const repeats = result.task === 'personalized' && result.repeats === 'allowed';
  const shown = (value: number | null | undefined) =>
    value === null || value === undefined ? undefined : value.toFixed(4).replace(/^0/, '');
  return htmlTable(
    `Metrics of all models at ${k}`,
    [
      { title: 'model' },
      ...numbers(['recall', '95 %', 'NDCG', 'hit rate', 'MAP', 'precision']),
      ...(repeats ? numbers(['recall of repeats', 'recall of new products']) : []),
      ...numbers(['coverage', 'Gini', 'novelty', 'diversity']),
    ],
    result.models.map(({ name, metrics, intervals, coverage }) => {
      const range = intervals.recall?.[k];
      return [
        name,
        shown(metrics.recall[k]),
        range ? `${shown(range[0])}–${shown(range[1])}` : undefined,
        shown(metrics.ndcg[k]),
        shown(metrics.hit_rate[k]),
        shown(metrics.map[k]),
        shown(metrics.precision[k]),
        ...(repeats ? [shown(metrics.recall_repeat[k]), shown(metrics.recall_explore[k])] : []),
        percent(coverage),
        (metrics.gini[k] ?? 0).toFixed(2),
        (metrics.novelty[k] ?? 0).toFixed(1),
        (metrics.diversity[k] ?? 0).toFixed(2),
      ];
    }),
    result.models.length - 1,
  );
}

function changesSection({ before, now, kinds }: BuildChanges): Section {
  const number = new Intl.NumberFormat('en-GB');
  return {
    title: 'Changes since the previous build',
    lead: `Build ${now} is published; it replaced build ${before}.`,
    body: htmlTable(
      'Changes by list kind',
      [
        { title: 'list' },
        ...['lists before', 'lists now', 'coverage before', 'coverage now', 'shared entries'].map(
          (title) => ({
            title,
            number: true,
          }),
        ),
      ],
      kinds.map((each) => [
        each.kind.replaceAll('_', ' '),
        number.format(each.before.lists),
        number.format(each.now.lists),
        percent(each.before.coverage),
        percent(each.now.coverage),
        each.overlap === undefined ? undefined : percent(each.overlap),
      ]),
    ),
  };
}

const maxExamples = 8;
const maxEntries = 10;

/** Returns example lists, evenly spread over the sampled lists of the model under evaluation. */
function exampleLists({
  measured,
}: EvaluationRun): ReadonlyArray<{ testCase: number; items: readonly number[] }> {
  const { sample } = measured.at(-1)!.metrics;
  const step = Math.max(1, Math.floor(sample.length / maxExamples));
  return sample
    .filter((_, at) => at % step === 0)
    .slice(0, maxExamples)
    .map(({ testCase, items }) => ({ testCase, items: items.slice(0, maxEntries) }));
}

/** Returns the URLs of the pictures that the report shows. */
export function picturesOf(run: EvaluationRun, data: ShownData): string[] {
  const { subject } = run.evaluation.testCases;
  return exampleLists(run).flatMap(({ testCase, items }) =>
    [...items, ...(run.result.task === 'copurchase' ? [subject[testCase]!] : [])].map(
      (item) => data.names?.get(data.itemIds[item]!)?.image ?? '',
    ),
  );
}

function examples(run: EvaluationRun, data: ShownData, pictures: ReadonlyMap<string, string>): Section {
  const { testCases } = run.evaluation;
  const copurchase = run.result.task === 'copurchase';
  const body = exampleLists(run)
    .map(({ testCase, items }) => {
      const targets = new Set(rowOf(testCases.start, testCases.targets, testCase));
      const subject = testCases.subject[testCase]!;
      const some = [...targets].slice(0, 4).map((item) => nameOf(data, item));
      const heading = copurchase
        ? `Bought together with ${nameOf(data, subject)}`
        : `Customer ${data.customerIds[subject]} bought ${some.join(', ')}${targets.size > 4 ? ' …' : ''}`;
      const draw = (item: number, tag: string, kind: string) => card(data, pictures, item, tag, kind);
      const cards = items.map((item, at) =>
        targets.has(item) ? draw(item, `${at + 1} · bought`, 'right') : draw(item, String(at + 1), ''),
      );
      const first = copurchase ? draw(subject, 'the product', 'subject') : '';
      return `<div class="example"><h3>${escapeHtml(heading)}</h3><ul class="row" tabindex="0" aria-label="${escapeHtml(heading)}">${first}${cards.join('')}</ul></div>`;
    })
    .join('');
  return {
    title: 'Example lists',
    lead: 'A sample of the lists. Products in green were bought.',
    body: `<div class="examples">${body}</div>`,
  };
}

function card(
  data: ShownData,
  pictures: ReadonlyMap<string, string>,
  item: number,
  tag: string,
  kind: string,
): string {
  const name = nameOf(data, item);
  const picture = pictures.get(data.names?.get(data.itemIds[item]!)?.image ?? '');
  const inner = picture
    ? `<img src="${escapeHtml(picture)}" alt="" width="124" height="124">`
    : escapeHtml([...name.replaceAll(/[^\p{L}\p{N}]/gu, '')][0]?.toUpperCase() ?? '·');
  return `<li class="card ${kind}"><span class="pic">${inner}</span><span class="name">${escapeHtml(name)}</span><span class="tag">${escapeHtml(tag)}</span></li>`;
}

function nameOf(data: ShownData, item: number): string {
  const id = data.itemIds[item]!;
  return data.names?.get(id)?.name || id;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function interval(range: readonly [number, number] | undefined): string {
  return range ? `${percent(range[0])} to ${percent(range[1])}` : '';
}
