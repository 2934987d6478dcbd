// An evaluation as a page that one can send on: figures, plots, changes, and lists to look at.
import { escapeHtml, htmlTable, page, type Section } from '../../../page/page.ts';
import type { Examined } from '../examine.ts';
import type { ShownData } from '../request.ts';
import type { BuildChanges } from './build-changes.ts';
import { coverageAgainstRecall, popularityBars, recallCurves, scoreHistogram } from './evaluation-plots.ts';

export interface EvaluationPageInput {
  readonly examined: Examined;
  readonly data: ShownData;
  readonly changes: BuildChanges | undefined;
  /** Address → data: address. */
  readonly pictures: ReadonlyMap<string, string>;
  readonly madeAt: Date;
}

export function evaluationPage({ examined, data, changes, pictures, madeAt }: EvaluationPageInput): string {
  const { result } = examined;
  const k = String(examined.exam.asked[0]);
  const personal = result.task === 'personalized';
  const number = new Intl.NumberFormat('en-GB');
  const popular = result.models.find(({ name }) => name === 'popularity');
  const [mine, theirs] = [result.metrics.recall[k] ?? 0, popular?.metrics.recall[k] ?? 0];
  const sections: Section[] = [
    {
      title: 'How much is found',
      lead: `Recall: the share of what was really bought that stands in the list, by the length of the list. ${personal ? 'Each customer is asked for the next order.' : 'Each product of an order is asked for the others.'}`,
      body: recallCurves(examined),
    },
    {
      title: 'All figures',
      lead: `Lists of ${k}. All products are ranked; the intervals hold 95 %.`,
      body: figures(examined),
    },
    {
      title: 'Right, or the same for everybody?',
      lead: `A list that shows bestsellers alone is often right and helps nobody to find anything: better is up and to the right.`,
      body: coverageAgainstRecall(examined),
    },
    {
      title: 'Bestsellers and the long tail',
      lead: 'Products in five groups that sell alike in sum, from few bestsellers to a long tail: what was bought, and what is shown.',
      body: popularityBars(examined),
    },
  ];
  const scores = scoreHistogram(examined);
  if (scores)
    sections.push({ title: 'Scores', lead: 'How sure the model is of what it lists.', body: scores });
  if (changes) sections.push(changesSection(changes));
  sections.push(examples(examined, data, pictures));
  return page({
    title: personal ? 'What your customers buy next' : 'What your customers buy together',
    lead: `How well recommendations foresaw ${number.format(result.users)} ${personal ? 'customers’ next orders' : 'orders'} that they had not seen, learnt from ${number.format(result.train.orders)} orders of ${number.format(result.items)} products.`,
    tiles: [
      { label: `found in ${k} places`, value: percent(mine), note: interval(result.intervals.recall?.[k]) },
      { label: 'lists with a hit', value: percent(result.metrics.hit_rate[k] ?? 0) },
      {
        label: 'against bestsellers',
        value: theirs > 0 ? `${(mine / theirs).toFixed(1)} ×` : '–',
        note: `bestsellers find ${percent(theirs)}`,
      },
      { label: 'catalogue shown', value: percent(result.coverage) },
    ],
    sections,
    madeAt,
  });
}

function figures({ result, exam }: Examined): string {
  const k = String(exam.asked[0]);
  const numbers = (titles: string[]) => titles.map((title) => ({ title, number: true }));
  const repeats = result.task === 'personalized' && result.repeats === 'allowed';
  const shown = (value: number | null | undefined) =>
    value === null || value === undefined ? undefined : value.toFixed(4).replace(/^0/, '');
  return htmlTable(
    `Figures of all models at ${k}`,
    [
      { title: 'model' },
      ...numbers(['recall', '95 %', 'NDCG', 'hit rate', 'MAP', 'precision']),
      ...(repeats ? numbers(['bought before', 'new']) : []),
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
    title: 'What changed',
    lead: `Build ${now}, which is served, against build ${before}, which was served before it.`,
    body: htmlTable(
      'Changes by kind of list',
      [
        { title: 'list' },
        ...['lists before', 'now', 'coverage before', 'now', 'same entries'].map((title) => ({
          title,
          number: true,
        })),
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

/** Lists that are shown, evenly drawn from those that were kept; and entries of each. */
const [shownExamples, shownEntries] = [8, 10];

function drawnLists({ measured }: Examined): ReadonlyArray<{ question: number; items: readonly number[] }> {
  const { sample } = measured.at(-1)!.marks;
  const step = Math.max(1, Math.floor(sample.length / shownExamples));
  return sample
    .filter((_, at) => at % step === 0)
    .slice(0, shownExamples)
    .map(({ question, items }) => ({ question, items: items.slice(0, shownEntries) }));
}

/** Addresses of the pictures that the page would show. */
export function picturesOf(examined: Examined, data: ShownData): string[] {
  const { subject } = examined.exam.questions;
  return drawnLists(examined).flatMap(({ question, items }) =>
    [...items, ...(examined.result.task === 'copurchase' ? [subject[question]!] : [])].map(
      (item) => data.names?.get(data.itemIds[item]!)?.image ?? '',
    ),
  );
}

function examples(examined: Examined, data: ShownData, pictures: ReadonlyMap<string, string>): Section {
  const { questions } = examined.exam;
  const copurchase = examined.result.task === 'copurchase';
  const body = drawnLists(examined)
    .map(({ question, items }) => {
      const right = new Set(
        questions.targets.subarray(questions.start[question]!, questions.start[question + 1]!),
      );
      const subject = questions.subject[question]!;
      const some = [...right].slice(0, 4).map((item) => nameOf(data, item));
      const heading = copurchase
        ? `With ${nameOf(data, subject)}`
        : `Customer ${data.customerIds[subject]} bought ${some.join(', ')}${right.size > 4 ? ' …' : ''}`;
      const draw = (item: number, tag: string, kind: string) => card(data, pictures, item, tag, kind);
      const cards = items.map((item, at) =>
        right.has(item) ? draw(item, `${at + 1} · bought`, 'right') : draw(item, String(at + 1), ''),
      );
      const first = copurchase ? draw(subject, 'the product', 'subject') : '';
      return `<div class="example"><h3>${escapeHtml(heading)}</h3><ul class="row" tabindex="0" aria-label="${escapeHtml(heading)}">${first}${cards.join('')}</ul></div>`;
    })
    .join('');
  return {
    title: 'Lists to look at',
    lead: 'Drawn evenly from all that were asked. Green: it was bought.',
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
