// The plots of an evaluation: recall over k, coverage against recall, shares by popularity, scores.
import { axis, type Colour, colour, plot, seriesColours } from '../../../page/plot.ts';
import type { EvaluationRun } from '../run-evaluation.ts';

const seriesColour = (at: number, last: number): Colour =>
  // The model under evaluation has the first colour and is drawn on top.
  at === last ? '--s1' : seriesColours[1 + (at % (seriesColours.length - 1))]!;

export function recallCurves({ evaluation, measured }: EvaluationRun): string {
  const last = measured.length - 1;
  const ends = measured.map(({ metrics }) => metrics.sums.mean('recall', evaluation.ks.length - 1) ?? 0);
  return plot({
    label: `Recall by list length. At ${evaluation.ks.at(-1)}: ${measured.map(({ figures }, at) => `${figures.name} ${ends[at]!.toFixed(3)}`).join(', ')}`,
    height: 400,
    option: (narrow) => ({
      grid: { left: 52, right: 16, top: narrow ? 92 : 56, bottom: 48 },
      legend: legend(),
      // A category axis: on a linear one the first ten lengths, which matter most, would be a sliver.
      xAxis: axis('list length', {
        type: 'category',
        boundaryGap: false,
        data: evaluation.ks.map(String),
        splitLine: { show: false },
      }),
      yAxis: axis('', { type: 'value', axisLabel: shareLabel }),
      series: measured.map(({ figures, metrics }, at) => ({
        name: figures.name,
        type: 'line',
        showSymbol: at === last,
        symbolSize: 6,
        z: at === last ? 5 : 2,
        lineStyle: {
          width: at === last ? 3.5 : 1.75,
          type: at === last ? 'solid' : at % 2 ? 'solid' : 'dashed',
        },
        color: colour(seriesColour(at, last)),
        data: evaluation.ks.map((_, index) => metrics.sums.mean('recall', index) ?? 0),
      })),
    }),
  });
}

const shareLabel = {
  color: colour('--muted'),
  fontSize: 12,
  formatter: (value: number) => `${Math.round(value * 1000) / 10} %`,
};

export function coverageAgainstRecall({ evaluation, measured }: EvaluationRun): string {
  const last = measured.length - 1;
  const k = String(evaluation.asked[0]);
  return plot({
    label: `Coverage against recall at ${k}: ${measured.map(({ figures }) => `${figures.name} ${figures.coverage.toFixed(2)} and ${(figures.metrics.recall[k] ?? 0).toFixed(3)}`).join(', ')}`,
    height: 400,
    option: (narrow) => ({
      grid: { left: 56, right: 24, top: narrow ? 92 : 56, bottom: 52 },
      legend: legend(),
      xAxis: axis('share of the catalogue in any list', {
        type: 'value',
        min: 0,
        max: 1,
        axisLabel: shareLabel,
      }),
      yAxis: axis('', { type: 'value', scale: true, axisLabel: shareLabel }),
      series: measured.map(({ figures }, at) => ({
        name: figures.name,
        type: 'scatter',
        symbol: at === last ? 'circle' : symbols[at % symbols.length],
        symbolSize: at === last ? 20 : 13,
        z: at === last ? 1 : 2,
        color: colour(seriesColour(at, last)),
        data: [[figures.coverage, figures.metrics.recall[k] ?? 0]],
      })),
    }),
  });
}

const symbols = ['rect', 'triangle', 'diamond', 'roundRect', 'pin', 'arrow'];

function legend() {
  return {
    top: 0,
    left: 0,
    textStyle: { color: colour('--ink'), fontSize: 12 },
    itemWidth: 16,
    itemHeight: 9,
    itemGap: 14,
  };
}

/** Shares of shown and of bought items by popularity: five groups of items, each with a fifth of all sales. */
export function popularityBars({ evaluation, measured }: EvaluationRun): string {
  const order = Int32Array.from(evaluation.popularity.keys()).sort(
    (a, b) => evaluation.popularity[b]! - evaluation.popularity[a]! || a - b,
  );
  const groups = 5;
  const group = new Int32Array(evaluation.data.itemIds.length).fill(groups - 1);
  const total = evaluation.popularity.reduce((sum, each) => sum + each, 0);
  let sold = 0;
  for (const item of order) {
    group[item] = Math.min(groups - 1, Math.floor((groups * sold) / Math.max(1, total)));
    sold += evaluation.popularity[item]!;
  }
  const shares = (counts: Float64Array) => {
    const sums = new Float64Array(groups);
    for (let item = 0; item < counts.length; item++) sums[group[item]!]! += counts[item]!;
    const all = Math.max(
      1,
      sums.reduce((sum, each) => sum + each, 0),
    );
    return Array.from(sums, (each) => each / all);
  };
  const bought = new Float64Array(evaluation.data.itemIds.length);
  for (const item of evaluation.testCases.targets) bought[item]!++;
  const model = measured.at(-1)!;
  const index = evaluation.ks.indexOf(evaluation.asked[0]!);
  const rows = [
    { name: 'bought', values: shares(bought), role: '--s8' },
    { name: model.figures.name, values: shares(model.metrics.sums.shown(index)), role: '--s1' },
  ] as const;
  const names = ['bestsellers', 'strong', 'middle', 'weak', 'long tail'];
  return plot({
    label: rows
      .map(
        ({ name, values }) =>
          `${name}: ${values.map((each, at) => `${names[at]} ${(100 * each).toFixed(0)} %`).join(', ')}`,
      )
      .join('; '),
    height: 300,
    option: () => ({
      grid: { left: 52, right: 12, top: 44, bottom: 36 },
      legend: legend(),
      xAxis: axis('', { type: 'category', data: names, splitLine: { show: false } }),
      yAxis: axis('', { type: 'value', axisLabel: shareLabel }),
      series: rows.map(({ name, values, role }) => ({
        name,
        type: 'bar',
        barGap: '10%',
        itemStyle: { color: colour(role), borderRadius: [4, 4, 0, 0] },
        data: values,
      })),
    }),
  });
}

/** Histogram of the scores in the lists, with the first entries in a separate series. */
export function scoreHistogram({ measured }: EvaluationRun): string | undefined {
  const { sample } = measured.at(-1)!.metrics;
  const scores = sample.flatMap((list) =>
    list.scores.slice(0, 10).map((score, at) => ({ score, first: at === 0 })),
  );
  if (scores.length < 50) return undefined;
  const sorted = scores.map(({ score }) => score).sort((a, b) => a - b);
  const [low, high] = [sorted[0]!, sorted[Math.floor(sorted.length * 0.98)]!];
  if (!(high > low)) return undefined;
  const bins = 24;
  const [all, first] = [new Array<number>(bins).fill(0), new Array<number>(bins).fill(0)];
  for (const each of scores) {
    const bin = Math.min(bins - 1, Math.floor((bins * (each.score - low)) / (high - low)));
    if (each.first) first[bin]!++;
    else all[bin]!++;
  }
  return plot({
    label: 'Histogram of the scores in the lists',
    height: 280,
    option: () => ({
      grid: { left: 52, right: 12, top: 44, bottom: 48 },
      legend: legend(),
      xAxis: axis('score', {
        type: 'category',
        data: all.map((_, bin) => (low + ((bin + 0.5) * (high - low)) / bins).toPrecision(2)),
        splitLine: { show: false },
      }),
      yAxis: axis('', { type: 'value' }),
      series: [
        { name: 'first entry', type: 'bar', stack: 'all', color: colour('--s1'), data: first },
        {
          name: 'entries 2 to 10',
          type: 'bar',
          stack: 'all',
          color: colour('--s5'),
          data: all,
          barCategoryGap: '12%',
        },
      ],
    }),
  });
}
