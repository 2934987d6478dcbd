// A plot as SVG text, drawn by echarts without a browser; twice, for wide and for narrow windows, in the page's colours.
import * as echarts from 'echarts';

/** Names of colours that the page sets, light and dark; in order, for series. */
export const seriesColours = ['--s1', '--s2', '--s3', '--s4', '--s5', '--s6', '--s7', '--s8'] as const;
const roles = ['--ink', '--muted', '--line', '--surface', '--good', '--bad', ...seriesColours] as const;
export type Colour = (typeof roles)[number];

export interface PlotInput {
  /** What it shows, in a sentence: for those who do not see it. */
  readonly label: string;
  /** The plot for a width; texts may be shorter on narrow ones. */
  readonly option: (narrow: boolean) => echarts.EChartsCoreOption;
  readonly height?: number;
}

/** `<figure>` with both drawings. */
export function plot({ label, option, height = 360 }: PlotInput): string {
  const wide = draw(option(false), 860, height);
  const narrow = draw(option(true), 360, Math.max(280, height * 0.85));
  return `<div class="plot" role="img" aria-label="${label.replaceAll('"', '&quot;')}"><div class="wide">${wide}</div><div class="narrow">${narrow}</div></div>`;
}

/** A colour for echarts, which wants to know its parts: one that nobody uses, changed for the page's own afterwards. */
export function colour(role: Colour): string {
  return `#0000${(roles.indexOf(role) + 16).toString(16).padStart(2, '0')}`;
}

/** Axes, text and grid as all plots have them. */
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

function draw(option: echarts.EChartsCoreOption, width: number, height: number): string {
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
