// Colours for elements in pages of other shops: those of the page's tokens, else a light or a dark set after what is behind
// the element, with enough contrast to it.

import type { ShopBrand } from '../../runtime/contract/shop.ts';

/** 0 to 255 each. */
type Colour = readonly [red: number, green: number, blue: number, ...unknown[]];
type Translucent = readonly [red: number, green: number, blue: number, alpha: number];

/** As in styles/tokens.css, except that paper and surface are white on light pages. */
const colours: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  paper: ['#fff', '#131210'],
  surface: ['#fff', '#1c1a17'],
  tint: ['#f1ece3', '#24211d'],
  ink: ['#17130f', '#f4f0e8'],
  muted: ['#655d52', '#b0a899'],
  line: ['#e3dccf', '#38332c'],
  'line-strong': ['#857c6e', '#857c6e'],
  accent: ['#2563eb', '#8fb2ff'],
  'accent-ink': ['#fff', '#0d1730'],
  sale: ['#b42318', '#ff9b8f'],
  good: ['#1f6b3b', '#7fd6a0'],
  'warn-paper': ['#fdf3d7', '#3a2f12'],
  'warn-ink': ['#5c4300', '#f6dd9a'],
};
/** Those of text that stands on the page itself. */
const ofText = ['ink', 'muted', 'accent', 'sale', 'good'];
/** Contrast of text, WCAG 2 level AA. */
const enough = 4.5;
/** Alpha from which a background hides what is behind it. */
const opaque = 0.99;
/** The luminance on which black and white have the same contrast. */
const middle = 0.179;

/**
 * The custom properties to set on an element: all but those that the page sets.
 * @param ownPaper whether the element's text stands on its own paper, and not on the page
 * @param brand the shop's own colours, from the runtime
 */
export function coloursFor(element: Element, ownPaper: boolean, brand?: ShopBrand['colors']): string {
  const around = getComputedStyle(parentOf(element) ?? element);
  const set = (name: string) => around.getPropertyValue(`--couture-${name}`).trim();
  const behind = backgroundOf(element);
  const [paper, ink] = ownPaper ? [parse(set('paper')), parse(set('ink'))] : [];
  const isDark = paper
    ? luminance(paper) < middle
    : ink
      ? luminance(ink) > middle
      : luminance(behind) < middle;
  const below = ownPaper ? (paper ?? parse(colours.paper![isDark ? 1 : 0])!) : behind;
  const all = brand
    ? {
        ...colours,
        accent: [brand.light, brand.dark] as const,
        'accent-ink': [brand.on_light, brand.on_dark] as const,
        // A page with an accent of its own keeps its buttons, too.
        ...(set('accent') === ''
          ? {
              button: [brand.fill, brand.fill] as const,
              'button-ink': [brand.on_fill, brand.on_fill] as const,
              'button-edge': [brand.light, brand.dark] as const,
            }
          : {}),
      }
    : colours;
  return Object.entries(all)
    .filter(([name]) => set(name) === '')
    .map(([name, pair]) => {
      const colour = parse(pair[isDark ? 1 : 0])!;
      const [red, green, blue] = ofText.includes(name) ? readable(colour, below) : colour;
      return `--couture-${name}: rgb(${red}, ${green}, ${blue});`;
    })
    .join('\n');
}

/** WCAG 2: contrast ratio of two colours, 1 to 21. */
function contrast(one: Colour, other: Colour): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** The colour, moved towards black or white until it can be read on the background. */
function readable(colour: Colour, background: Colour): Colour {
  const end = luminance(background) < middle ? 255 : 0;
  for (let share = 0; share < 1; share += 0.1) {
    const moved = covered(colour, [end, end, end, share]);
    if (contrast(moved, background) >= enough) return moved;
  }
  return [end, end, end];
}

/** The nearest opaque background, below the translucent ones above it; behind a picture, what the page's text tells. */
function backgroundOf(element: Element): Colour {
  const veils: Translucent[] = [];
  let base: Colour | undefined;
  for (let each: Element | undefined = element; each && !base; each = parentOf(each)) {
    const { backgroundColor, backgroundImage } = getComputedStyle(each);
    const colour = parse(backgroundColor);
    if (colour && colour[3] >= opaque) base = colour;
    else if (colour && colour[3] > 0) veils.push(colour);
    // A picture or a gradient: the page's own text can be read on it.
    if (!base && backgroundImage !== 'none')
      base = opposite(parse(getComputedStyle(parentOf(element)!).color));
  }
  return veils.reduceRight<Colour>(covered, base ?? parse(canvasOf(document.documentElement))!);
}

function covered(below: Colour, [red, green, blue, alpha]: Translucent): Colour {
  const blend = (over: number, under: number) => Math.round(under + (over - under) * alpha);
  return [blend(red, below[0]), blend(green, below[1]), blend(blue, below[2])];
}

function opposite(colour: Colour | undefined): Colour {
  return colour && luminance(colour) > middle ? [0, 0, 0] : [255, 255, 255];
}

/** Colour of the browser's canvas, dark where the page's `color-scheme` allows it and the reader wants it. */
function canvasOf(root: Element): string {
  const schemes = getComputedStyle(root).colorScheme ?? '';
  const dark = matchMedia('(prefers-color-scheme: dark)').matches ? /\bdark\b/ : /^(only )?dark$/;
  return dark.test(schemes) ? '#121212' : '#fff';
}

function parentOf(element: Element): Element | undefined {
  return element.assignedSlot ?? element.parentElement ?? (element.getRootNode() as ShadowRoot).host;
}

/** Parses a computed colour; undefined if it is not one. A canvas is only the fallback, because privacy settings falsify its pixels. */
function parse(css: string): Translucent | undefined {
  const [, short, long] = /^#(?:([\da-f]{3})|([\da-f]{6}))$/i.exec(css) ?? [];
  const hex = long ?? short?.replace(/./g, '$&$&');
  if (hex) return [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).concat(1) as never;
  const [, parts] = /^rgba?\((.*)\)$/.exec(css) ?? [];
  if (parts) {
    const [red = 0, green = 0, blue = 0, alpha = 1] = parts.split(/[\s,/]+/).map(Number);
    return [red, green, blue, alpha];
  }
  return CSS.supports('color', css) ? painted(css) : undefined;
}

function painted(css: string): Translucent | undefined {
  const brush = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (!brush) return undefined;
  brush.fillStyle = css;
  brush.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 0] = brush.getImageData(0, 0, 1, 1).data;
  return [red, green, blue, alpha / 255];
}

/** WCAG 2: relative luminance, 0 to 1. */
function luminance([red, green, blue]: Colour): number {
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function linear(part: number): number {
  const share = part / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
