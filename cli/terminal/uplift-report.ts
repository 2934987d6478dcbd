// Prints the uplift report: lists, arms, and each effect with its confidence interval.
import type { Effects } from '../../runtime/uplift/arm-sums.ts';
import type { RatioEffect } from '../../runtime/uplift/ratio-effect.ts';
import type { Comparison, UpliftReport } from '../recs/uplift/uplift.ts';
import type { ShopLabel } from '../shop-label.ts';
import { count, money } from './figures.ts';
import type { Terminal } from './terminal.ts';

export function printUplift(terminal: Terminal, report: UpliftReport, { name, currency }: ShopLabel): void {
  terminal.heading(`${name}: recommendations of the last ${report.days} days`);
  if (report.lists.length === 0) {
    terminal.print('No impressions were recorded. Browsers report them with POST /api/events.');
    return;
  }
  const right = (title: string) => ({ title, align: 'right' as const });
  terminal.table(
    [
      { title: 'list' },
      right('impressions'),
      right('clicks'),
      right('click-through'),
      right('added to cart'),
      right('add rate'),
      right('bought'),
      right('revenue'),
    ],
    report.lists.map((list) => [
      list.kind,
      count(list.impressions),
      count(list.clicks),
      share(list.click_through),
      count(list.adds),
      share(list.add_rate),
      count(list.attributed_lines),
      money(list.attributed_revenue, currency),
    ]),
  );
  terminal.print(
    `\nBought: order lines of signed-in customers within ${report.window_days} days after a click or an add to cart.`,
  );
  const arms = Object.entries(report.arms);
  if (arms.length === 0) {
    terminal.print('\nThere is no holdout group. Use "couture serve --holdout 0.1" to measure uplift.');
    return;
  }
  terminal.heading('Visitors');
  terminal.table(
    [
      { title: 'arm' },
      right('visitors'),
      right('buyers'),
      right('conversion'),
      right('orders'),
      right('per order'),
      right('per visitor'),
    ],
    arms.map(([arm, { visitors, buyers, orders, revenue }]) => [
      arm,
      count(visitors),
      count(buyers),
      share(buyers / Math.max(1, visitors)),
      count(orders),
      money(revenue / Math.max(1, orders), currency),
      money(revenue / Math.max(1, visitors), currency),
    ]),
  );
  if (report.left_out > 0)
    terminal.note(`${count(report.left_out)} visitors were in several arms and are excluded.`);
  for (const comparison of report.comparisons) printComparison(terminal, comparison, report.detect);
}

function printComparison(terminal: Terminal, comparison: Comparison, detect: number): void {
  terminal.heading(`${comparison.arm} against ${comparison.against}`);
  printEffects(terminal, comparison, { units: 'visitors', detect });
}

/** @param units what a unit is called: "visitors" */
export function printEffects(
  terminal: Terminal,
  effects: Effects,
  { units, detect }: { readonly units: string; readonly detect: number },
): void {
  terminal.table(
    [
      { title: 'metric' },
      { title: 'effect', align: 'right' },
      { title: '95 % interval', align: 'right' },
      { title: 'verdict' },
      { title: `${units} still needed to detect ${share(detect)}`, align: 'right' },
    ],
    (
      [
        ['conversion', effects.conversion],
        ['order value', effects.order_value],
        [`revenue per ${units.replace(/s$/, '')}`, effects.revenue_per_visitor],
      ] as const
    ).map(([name, effect]) => [name, ...cells(effect)]),
  );
}

function cells({
  relative,
  low,
  high,
  significant,
  still_needed: needed,
}: RatioEffect): Array<string | undefined> {
  if (relative === null || low === null || high === null)
    return [undefined, undefined, 'too few orders', undefined];
  return [
    signed(relative),
    `${signed(low)} … ${signed(high)}`,
    significant ? (relative > 0 ? 'better' : 'worse') : 'not significant',
    needed === 0 ? 'enough' : count(needed ?? 0),
  ];
}

export function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(100 * value).toFixed(1)} %`;
}

export function share(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}
