// Effects on conversion, order value and revenue → a plot of their confidence intervals and a table, as HTML.

import type { Effects } from '../../../runtime/uplift/arm-sums.ts';
import type { RatioEffect } from '../../../runtime/uplift/ratio-effect.ts';
import { htmlTable } from '../../page/page.ts';
import { axis, colour, plot } from '../../page/plot.ts';
import { money } from '../../terminal/figures.ts';

export const howToRead =
  'Each dot is a measured effect, its line the 95 % confidence interval. If the line crosses zero, the effect is not significant yet.';

export interface EffectsShown {
  /** The group and what it is compared with, for the table's head. */
  readonly names: readonly [string, string];
  /** What a unit is called: "visitors". */
  readonly units: string;
  /** Minimum detectable effect, relative. */
  readonly detect: number;
  readonly currency: string;
}

export function effectsBlock(effects: Effects, { names, units, detect, currency }: EffectsShown): string {
  const rows = [
    ['conversion', effects.conversion],
    ['order value', effects.order_value],
    [`revenue per ${units.replace(/s$/, '')}`, effects.revenue_per_visitor],
  ] as const;
  const known = rows.filter(([, effect]) => effect.relative !== null);
  const columns = [...names, 'effect', '95 %', `${units} still needed to detect ${percent(detect)}`];
  return (
    (known.length > 0 ? forestPlot(known) : '') +
    htmlTable(
      'Effects',
      [{ title: 'metric' }, ...columns.map((title) => ({ title, number: true }))],
      rows.map(([name, effect]) => [
        name,
        shownFigure(name, effect.group, currency),
        shownFigure(name, effect.control, currency),
        effect.relative === null ? undefined : signed(effect.relative),
        range(effect) || undefined,
        effect.still_needed === null
          ? undefined
          : effect.still_needed === 0
            ? 'enough'
            : number(effect.still_needed),
      ]),
    )
  );
}

function forestPlot(rows: ReadonlyArray<readonly [string, RatioEffect]>): string {
  const roleOf = ({ significant, relative }: RatioEffect) =>
    !significant ? '--s8' : relative! > 0 ? '--good' : '--bad';
  return plot({
    label: rows.map(([name, effect]) => `${name}: ${signed(effect.relative!)}, ${range(effect)}`).join('; '),
    height: 90 + 56 * rows.length,
    option: (narrow) => ({
      grid: { left: 132, right: 28, top: 12, bottom: 40 },
      xAxis: axis('', {
        type: 'value',
        scale: true,
        splitNumber: narrow ? 2 : 5,
        axisLabel: {
          color: colour('--muted'),
          hideOverlap: true,
          formatter: (value: number) => signed(value, 0),
        },
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

function shownFigure(name: string, value: number | null, currency: string): string | undefined {
  if (value === null) return undefined;
  return name === 'conversion' ? percent(value) : money(value, currency);
}

export function range({ low, high }: RatioEffect): string {
  return low === null || high === null ? '' : `${signed(low)} to ${signed(high)}`;
}

export function signed(value: number, digits = 1): string {
  const size = Math.abs(100 * value).toFixed(digits);
  return `${Number(size) === 0 ? '' : value < 0 ? '−' : '+'}${size} %`;
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

export function number(value: number): string {
  return value.toLocaleString('en-GB');
}
