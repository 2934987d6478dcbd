// The headings of pages whose content only the browser has, the bag and the checkout: shoppers see where they are before any script
// has loaded, and the longest text of the sample shop's checkout is not painted last.
import type { Context } from 'koa';
import { directionOf } from '../../contract/direction.ts';
import type { Locale } from '../../contract/shop.ts';
import { html, type Markup } from '../../escape-html.ts';
import { pageLanguage } from './page-language.ts';
import { type PageWords, pageWords } from './words.ts';

export interface OutlineSettings {
  /** Language of the shop; undefined: the visitor's. */
  readonly locale?: Locale | undefined;
  readonly sample: boolean;
}

const emptyMain = '<main class="boot"></main>';

/** Path of a page → its beginning, as the app then draws it. */
const outlines: Readonly<Record<string, (words: PageWords, sample: boolean) => Markup>> = {
  '/cart': ({ bag }) => html`<div class="wide"><h1>${bag}</h1></div>`,
  '/checkout': ({ checkout, sampleOrder }, sample) =>
    html`<div class="wide narrow"><h1>${checkout}</h1>${sample && html`<p class="muted">${sampleOrder}</p>`}</div>`,
};

/** @param document the page's document, without content; it is returned as it is if the page has no outline */
export function withOutline(ctx: Context, document: string, { locale, sample }: OutlineSettings): string {
  const outline = outlines[ctx.path.replace(/\/$/, '')];
  if (!outline) return document;
  const { lang } = pageLanguage(ctx, locale);
  const main = html`<main class="boot outline" lang="${lang}" dir="${directionOf(lang)}">${outline(pageWords[lang], sample)}</main>`;
  return document.replace(emptyMain, () => main.text);
}
