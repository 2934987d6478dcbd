// Draws a plot as SVG text with echarts, without a browser: once for wide and once for narrow windows, in page colours.
import type * as ECharts from 'echarts';
import { loadOptional } from './load-optional.ts';

// An optional dependency; pages with plots are loaded only when --html asks for one.
const echarts = await loadOptional('echarts', 'Reports with --html need', () => import('echarts'));

/** CSS variables of the page's series colours, in order. */
export const seriesColours = ['--s1', '--s2', '--s3', '--s4', '--s5', '--s6', '--s7', '--s8'] as const;
const roles = ['--ink', '--muted', '--line', '--surface', '--good', '--bad', ...seriesColours] as const;
export type Colour = (typeof roles)[number];

export interface PlotInput {
  /** Describes the plot in one sentence, for screen readers. */
  readonly label: string;
  /** The echarts option for a width; narrow plots may use shorter texts. */
  readonly option: (narrow: boolean) => ECharts.EChartsCoreOption;
  readonly height?: number;
}

/** Returns a `<div>` with both drawings. */
export function plot({ label, option, height = 360 }: PlotInput): string {
  const wide = draw(option(false), 860, height);
  const narrow = draw(option(true), 360, Math.max(280, height * 0.85));
  return `<div class="plot" role="img" aria-label="${label.replaceAll('"', '&quot;')}"><div class="wide">${wide}</div><div class="narrow">${narrow}</div></div>`;
}

/** A placeholder colour: echarts needs a literal value, and `draw` replaces it with the page's CSS variable. */
export function colour(role: Colour): string {
  return `#0000${(roles.indexOf(role) + 16).toString(16).padStart(2, '0')}`;
}

/** Axis, text and grid styles shared by all plots. */
export function axis(name: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name,
    nameLocation: 'middle',
    nameGap: 30,
    nameTextStyle: { color: colour('--muted'), fontSize: 12 },
    axisLabel: { color: colour('--muted'), fontSize: 12 },
    axisLine: { lineStyle: { color: colour('--line') } },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: colour('--line') } },
    ...more,
  };
}

function draw(option: ECharts.EChartsCoreOption, width: number, height: number): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({
      animation: false,
      backgroundColor: 'transparent',
      textStyle: { fontFamily: 'inherit', color: colour('--ink') },
      ...option,
    });
    const svg = chart.renderToSVGString();
    return roles
      .reduce((text, role) => text.replaceAll(new RegExp(colour(role), 'gi'), `var(${role})`), svg)
      .replace(/<svg [^>]*?viewBox/, '<svg aria-hidden="true" xmlns="http://www.w3.org/2000/svg" viewBox')
      .replaceAll(/<rect width="\d+" height="\d+" x="0" y="0" fill="transparent"[^>]*><\/rect>/g, '');
  } finally {
    chart.dispose();
  }
}
