// An uplift report → a self-contained HTML page: figures by list, and effects with their confidence intervals.
import { htmlTable, page, type Section } from '../../page/page.ts';
import { axis, colour, plot } from '../../page/plot.ts';
import type { RatioEffect } from './ratio-effect.ts';
import type { Comparison, UpliftReport } from './uplift.ts';

export function upliftPage(report: UpliftReport, madeAt = new Date()): string {
  const sum = (pick: (list: UpliftReport['lists'][number]) => number) =>
    report.lists.reduce((total, list) => total + pick(list), 0);
  const [seen, clicks] = [sum((list) => list.impressions), sum((list) => list.clicks)];
  const [main] = report.comparisons;
  return page({
    title: 'Recommendation uplift',
    lead: `The last ${report.days} days: what shoppers saw, clicked and bought, and how visitors with recommendations compare with visitors without.`,
    tiles: [
      { label: 'impressions', value: number(seen) },
      { label: 'click-through', value: percent(clicks / Math.max(1, seen)) },
      {
        label: 'attributed revenue',
        value: money(sum((list) => list.attributed_revenue)),
        note: `ordered within ${report.window_days} days of a click`,
      },
      ...(main?.revenue_per_visitor.relative != null
        ? [
            {
              label: `revenue per visitor, ${main.arm} compared with ${main.against}`,
              value: signed(main.revenue_per_visitor.relative),
              note: range(main.revenue_per_visitor),
            },
          ]
        : []),
    ],
    sections: [listSection(report), ...report.comparisons.map((each) => effectSection(each, report))],
    madeAt,
  });
}

function listSection(report: UpliftReport): Section {
  if (report.lists.length === 0)
    return {
      title: 'Lists',
      lead: 'No impressions were recorded in this period.',
      body: '',
    };
  const numbers = [
    'impressions',
    'clicks',
    'click-through',
    'adds to cart',
    'add rate',
    'attributed order lines',
    'attributed revenue',
  ];
  const names = report.lists.map(({ kind }) => kind.replaceAll('_', ' '));
  const bars = plot({
    label: report.lists
      .map((list) => `${list.kind}: click-through ${percent(list.click_through)}`)
      .join(', '),
    height: 120 + 44 * report.lists.length,
    option: () => ({
      grid: { left: 110, right: 56, top: 40, bottom: 40 },
      legend: {
        top: 0,
        left: 0,
        textStyle: { color: colour('--ink'), fontSize: 12 },
        itemWidth: 14,
        itemHeight: 10,
      },
      xAxis: axis('', {
        type: 'value',
        axisLabel: { color: colour('--muted'), formatter: (value: number) => percent(value) },
      }),
      yAxis: axis('', { type: 'category', data: names, inverse: true, splitLine: { show: false } }),
      series: [
        {
          name: 'click-through',
          type: 'bar',
          color: colour('--s1'),
          data: report.lists.map((list) => list.click_through),
        },
        {
          name: 'added to cart',
          type: 'bar',
          color: colour('--s2'),
          data: report.lists.map((list) => list.add_rate),
        },
      ],
    }),
  });
  return {
    title: 'Lists',
    lead: 'Click-through and add rate are shares of the impressions. An order line is attributed to a list if its customer had clicked the product there or added it to the cart.',
    body:
      bars +
      htmlTable(
        'Figures by list',
        [{ title: 'list' }, ...numbers.map((title) => ({ title, number: true }))],
        report.lists.map((list, at) => [
          names[at],
          number(list.impressions),
          number(list.clicks),
          percent(list.click_through),
          number(list.adds),
          percent(list.add_rate),
          number(list.attributed_lines),
          money(list.attributed_revenue),
        ]),
      ),
  };
}

const titles = {
  standard: 'With recommendations',
  holdout: 'bestsellers only',
  experiment: 'Experiment',
} as const;

function effectSection(comparison: Comparison, report: UpliftReport): Section {
  const { arm, against } = comparison;
  const rows = [
    ['conversion', comparison.conversion],
    ['order value', comparison.order_value],
    ['revenue per visitor', comparison.revenue_per_visitor],
  ] as const;
  const known = rows.filter(([, effect]) => effect.relative !== null);
  const sizes = [arm, against]
    .map((each) => `${number(report.arms[each]?.visitors ?? 0)} ${each}`)
    .join(', ');
  const forest = known.length > 0 ? forestPlot(known) : '';
  return {
    title: `${titles[arm]} compared with ${against === 'standard' ? 'the published lists' : titles[against]}`,
    lead: `Visitors: ${sizes}. Each dot is a measured effect, its line the 95 % confidence interval. If the line crosses zero, the effect is not significant yet.`,
    body:
      forest +
      htmlTable(
        'Effects',
        [
          { title: 'metric' },
          ...[
            arm,
            against,
            'effect',
            '95 %',
            `visitors still needed to detect ${percent(report.detect)}`,
          ].map((title) => ({
            title,
            number: true,
          })),
        ],
        rows.map(([name, effect]) => [
          name,
          shownFigure(name, effect.group),
          shownFigure(name, effect.control),
          effect.relative === null ? undefined : signed(effect.relative),
          range(effect) || undefined,
          effect.still_needed === null
            ? undefined
            : effect.still_needed === 0
              ? 'enough'
              : number(effect.still_needed),
        ]),
      ),
  };
}

function forestPlot(rows: ReadonlyArray<readonly [string, RatioEffect]>): string {
  const roleOf = ({ significant, relative }: RatioEffect) =>
    !significant ? '--s8' : relative! > 0 ? '--good' : '--bad';
  return plot({
    label: rows.map(([name, effect]) => `${name}: ${signed(effect.relative!)}, ${range(effect)}`).join('; '),
    height: 90 + 56 * rows.length,
    option: () => ({
      grid: { left: 120, right: 28, top: 12, bottom: 40 },
      xAxis: axis('', {
        type: 'value',
        scale: true,
        axisLabel: { color: colour('--muted'), formatter: (value: number) => signed(value, 0) },
      }),
      yAxis: axis('', {
        type: 'category',
        data: rows.map(([name]) => name),
        inverse: true,
        splitLine: { show: false },
      }),
      series: [
        ...rows.map(([name, effect]) => ({
          type: 'line',
          showSymbol: false,
          lineStyle: { width: 5, color: colour(roleOf(effect)), cap: 'round' },
          data: [
            [effect.low, name],
            [effect.high, name],
          ],
        })),
        {
          type: 'scatter',
          symbolSize: 15,
          data: rows.map(([name, effect]) => ({
            value: [effect.relative, name],
            itemStyle: { color: colour(roleOf(effect)), borderColor: colour('--surface'), borderWidth: 2 },
          })),
          markLine: {
            symbol: 'none',
            silent: true,
            label: { show: false },
            lineStyle: { color: colour('--muted'), type: 'dashed' },
            data: [{ xAxis: 0 }],
          },
        },
      ],
    }),
  });
}

function shownFigure(name: string, value: number | null): string | undefined {
  if (value === null) return undefined;
  return name === 'conversion' ? percent(value) : money(value);
}

function range({ low, high }: RatioEffect): string {
  return low === null || high === null ? '' : `${signed(low)} to ${signed(high)}`;
}

function signed(value: number, digits = 1): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(100 * value).toFixed(digits)} %`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function number(value: number): string {
  return value.toLocaleString('en-GB');
}

function money(value: number): string {
  return value.toLocaleString('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}
