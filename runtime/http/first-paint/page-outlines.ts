// The headings of pages whose content only the browser has, the bag and the checkout: shoppers see where they are before any script
// has loaded, and the longest text of the sample shop's checkout is not painted last.
import type { Context } from 'koa';
import { directionOf } from '../../contract/direction.ts';
import type { Locale } from '../../contract/shop.ts';
import { html, type Markup } from '../../escape-html.ts';
import { langOf, type Writing, writingIn } from './card-markup.ts';
import { pageLanguage } from './page-language.ts';

export interface OutlineSettings {
  /** Language of the shop; undefined: the visitor's. */
  readonly locale?: Locale | undefined;
  readonly sample: boolean;
}

const emptyMain = '<main class="boot"></main>';

/** Path of a page → its beginning, as the app then draws it. The bag's template is filled by web/shop/pages/cart/bag-outline.ts. */
const outlines: Readonly<Record<string, (writing: Writing, sample: boolean) => Markup>> = {
  '/cart': (writing) => {
    const { bag, goesWell, remove } = writing.words;
    const lang = langOf(writing);
    return html`<div class="wide"><h1>${bag}</h1><template><div class="right"><p>&nbsp;</p><span class="text-button">${remove}</span></div><div class="columns"><ul class="lines"${lang}></ul><aside class="sum"></aside></div><div class="below"><div class="widget"><section><h2>${goesWell}</h2><ul class="list threes"${lang}></ul></section></div></div></template></div>`;
  },
  '/checkout': ({ words: { checkout, sampleOrder } }, sample) =>
    html`<div class="wide narrow"><h1>${checkout}</h1>${sample && html`<p class="muted">${sampleOrder}</p>`}</div>`,
};

/** @param document the page's document, without content; it is returned as it is if the page has no outline */
export function withOutline(ctx: Context, document: string, { locale, sample }: OutlineSettings): string {
  const outline = outlines[ctx.path.replace(/\/$/, '')];
  if (!outline) return document;
  const language = pageLanguage(ctx, locale);
  const { lang } = language;
  // Without amounts, no currency is needed.
  const writing = writingIn(language, '', sample ? 'en' : locale);
  const main = html`<main class="boot outline" lang="${lang}" dir="${directionOf(lang)}">${outline(writing, sample)}</main>`;
  return document.replace(emptyMain, () => main.text);
}
