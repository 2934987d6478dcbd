// The shop's colours and fonts as a style of the documents, so that the first paint has them. Later, the app writes the same
// properties (web/elements/brand-look.ts).
import { createHash } from 'node:crypto';
import type { ShopBrand } from '../contract/shop.ts';

/** CSS text; undefined for a shop without a look of its own. */
export function brandStyle({ colors, font_family }: ShopBrand): string | undefined {
  const properties = {
    '--couture-brand-light': colors?.light,
    '--couture-brand-dark': colors?.dark,
    '--couture-on-brand-light': colors?.on_light,
    '--couture-on-brand-dark': colors?.on_dark,
    '--couture-brand-fill': colors?.fill,
    '--couture-on-brand-fill': colors?.on_fill,
    '--couture-sans': font_family,
    '--couture-display': font_family,
  };
  const given = Object.entries(properties).filter(([, value]) => value);
  if (given.length === 0) return undefined;
  return `:root{${given.map(([name, value]) => `${name}:${value}`).join(';')}}`;
}

/** The source that allows this style in `style-src`. */
export function styleSource(style: string): string {
  return `'sha256-${createHash('sha256').update(style).digest('base64')}'`;
}
