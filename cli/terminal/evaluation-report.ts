// Prints an evaluation as a table with one row per model, the model under evaluation last.
import type { CalibrationFigures, EvaluationResult } from '../recs/evaluate/evaluation-result.ts';
import { count, seconds } from './figures.ts';
import type { TableColumn } from './table.ts';
import type { Terminal } from './terminal.ts';

export function printEvaluation(terminal: Terminal, result: EvaluationResult): void {
  const { task, models, train, test, users, questions, items } = result;
  terminal.heading(
    task === 'personalized' ? 'Personalized: a customer’s next order' : 'Co-purchase: the rest of an order',
  );
  terminal.print(
    `${count(train.orders)} training orders, ${count(test.orders)} held out; ` +
      `${count(users)} ${task === 'personalized' ? 'customers' : 'baskets'}, ${count(questions)} test cases, ${count(items)} items\n`,
  );
  const ks = Object.keys(result.metrics.recall);
  const [first, last] = [ks[0]!, ks.at(-1)!];
  const repeats = task === 'personalized' && result.repeats === 'allowed';
  const segmented = models.some(({ segments }) => segments && segments.new.customers > 0);
  const right = (title: string, optional = false): TableColumn => ({ title, align: 'right', optional });
  const columns: TableColumn[] = [
    { title: 'model' },
    ...ks.map((k) => right(`recall@${k}`)),
    right(`95 % @${first}`, true),
    right(`ndcg@${first}`),
    right(`hit@${first}`),
    right(`map@${first}`, true),
    ...(repeats ? [right(`repeat@${first}`, true), right(`explore@${first}`, true)] : []),
    ...(segmented ? [right(`new@${first}`, true), right(`returning@${first}`, true)] : []),
    right(`head@${first}`, true),
    right(`tail@${first}`, true),
    right('coverage'),
    right(`gini@${last}`, true),
    right('time', true),
  ];
  terminal.table(
    columns,
    models.map(({ name, metrics, intervals, segments, coverage, ms }) => {
      const [low, high] = intervals.recall?.[first] ?? [];
      return [
        name,
        ...ks.map((k) => figure(metrics.recall[k])),
        low === undefined ? undefined : `${figure(low)}–${figure(high)}`,
        figure(metrics.ndcg[first]),
        figure(metrics.hit_rate[first]),
        figure(metrics.map[first]),
        ...(repeats ? [figure(metrics.recall_repeat[first]), figure(metrics.recall_explore[first])] : []),
        ...(segmented
          ? [figure(segments?.new.recall[first]), figure(segments?.returning.recall[first])]
          : []),
        figure(metrics.recall_head[first]),
        figure(metrics.recall_tail[first]),
        coverage.toFixed(3),
        figure(metrics.gini[last]),
        seconds(ms),
      ];
    }),
  );
  if (result.buy_again) terminal.print(calibrationWords(result.buy_again));
}

/** `Buy again: of 1,227 products due within 7 days, 2.1 % were bought in these days (predicted: 1.9 %).` */
function calibrationWords({ due, days, dates, predicted, bought, fifths }: CalibrationFigures): string {
  const last = fifths.at(-1)!;
  return (
    `\nBuy again: of ${count(due)} products due within ${days} days, ${share(bought)} were bought in them ` +
    `(predicted: ${share(predicted)}); of the likeliest fifth ${share(last.bought)} (${share(last.predicted)}). ` +
    `Measured from ${dates} dates, a week apart.`
  );
}

function share(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}

/** Formats as .0989, like the tables of papers. */
function figure(value: number | null | undefined): string | undefined {
  return value === null || value === undefined ? undefined : value.toFixed(4).replace(/^0/, '');
}
