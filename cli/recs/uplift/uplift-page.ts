// An uplift report → a self-contained HTML page: figures by list, and effects with their confidence intervals.
import { htmlTable, page, type Section } from '../../page/page.ts';
import { axis, colour, plot } from '../../page/plot.ts';
import type { ShopLabel } from '../../shop-label.ts';
import { money } from '../../terminal/figures.ts';
import { effectsBlock, howToRead, number, percent, range, signed } from './effects-block.ts';
import type { Comparison, UpliftReport } from './uplift.ts';

export function upliftPage(report: UpliftReport, shop: ShopLabel, madeAt = new Date()): string {
  const sum = (pick: (list: UpliftReport['lists'][number]) => number) =>
    report.lists.reduce((total, list) => total + pick(list), 0);
  const [seen, clicks] = [sum((list) => list.impressions), sum((list) => list.clicks)];
  const [main] = report.comparisons;
  return page({
    shop: shop.name,
    title: 'Recommendation uplift',
    lead: `The last ${report.days} days: what shoppers saw, clicked and bought, and how visitors with recommendations compare with visitors without.`,
    tiles: [
      { label: 'impressions', value: number(seen) },
      { label: 'click-through', value: seen === 0 ? '–' : percent(clicks / seen) },
      {
        label: 'attributed revenue',
        value: money(
          sum((list) => list.attributed_revenue),
          shop.currency,
        ),
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
    sections: [
      listSection(report, shop),
      ...report.comparisons.map((each) => effectSection(each, report, shop)),
    ],
    madeAt,
  });
}

function listSection(report: UpliftReport, { currency }: ShopLabel): Section {
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
        // Texts are drawn in a font that is wider than echarts expects.
        itemGap: 32,
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
          money(list.attributed_revenue, currency),
        ]),
      ),
  };
}

const titles = {
  standard: 'With recommendations',
  holdout: 'bestsellers only',
  experiment: 'Experiment',
} as const;

function effectSection(
  comparison: Comparison,
  { arms, detect }: UpliftReport,
  { currency }: ShopLabel,
): Section {
  const { arm, against } = comparison;
  const sizes = [arm, against].map((each) => `${number(arms[each]?.visitors ?? 0)} ${each}`).join(', ');
  return {
    title: `${titles[arm]} compared with ${against === 'standard' ? 'the published lists' : titles[against]}`,
    lead: `Visitors: ${sizes}. ${howToRead}`,
    body: effectsBlock(comparison, { names: [arm, against], units: 'visitors', detect, currency }),
  };
}
