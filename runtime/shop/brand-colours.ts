// The shop's colour → the fill of buttons, and two shades that are readable as text: one on light pages, one on dark pages. Each
// comes with the colour of text on it. Contrast as in WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio.

export interface BrandColours {
  readonly light: string;
  readonly dark: string;
  /** Colours of text on the two. */
  readonly on_light: string;
  readonly on_dark: string;
  /** The shop's colour as it is, of buttons, whose edge is one of the shades; and the colour of text on it. */
  readonly fill: string;
  readonly on_fill: string;
}

/** The lowest contrast of text of any size (WCAG 2.2, AA). */
export const minContrast = 4.5;
/** The backgrounds of web/styles/tokens.css that contrast least with text: the darkest light one, the lightest dark one. */
export const backgrounds = { light: '#f1ece3', dark: '#24211d' } as const;

/** @param colour `#rrggbb` */
export function brandColours(colour: string): BrandColours {
  const light = readable(colour, backgrounds.light, '#000000');
  const dark = readable(colour, backgrounds.dark, '#ffffff');
  const texts = { on_light: textOn(light), on_dark: textOn(dark), on_fill: textOn(colour) };
  return { light, dark, fill: colour, ...texts };
}

/** The colour, mixed with as little of `towards` as the contrast needs. */
function readable(colour: string, background: string, towards: string): string {
  const [from, to] = [channels(colour), channels(towards)];
  for (let share = 0; share < 100; share++) {
    const mixed = hex(from.map((each, at) => each + ((to[at]! - each) * share) / 100));
    if (contrast(mixed, background) >= minContrast) return mixed;
  }
  return towards;
}

/** White or black: on any colour, one of the two has a contrast of at least √21 = 4.58. */
function textOn(colour: string): string {
  return contrast('#ffffff', colour) >= minContrast ? '#ffffff' : '#000000';
}

/** From 1 to 21. */
export function contrast(one: string, other: string): number {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = channels(colour).map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}

function hex(rgb: readonly number[]): string {
  return `#${rgb.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`;
}
