// A product card as HTML: the same elements and classes as web/elements/product-card.element.ts renders, whose styles it gets.
import { centsOf, formatMoney } from '../../contract/money.ts';
import type { ProductCard } from '../../contract/product.ts';
import { html, type Markup } from '../../escape-html.ts';
import type { PageLanguage } from './page-language.ts';
import { type PageWords, pageWords } from './words.ts';

/** What cards and pages need besides their data. */
export interface Writing {
  readonly language: PageLanguage;
  readonly words: PageWords;
  readonly currency: string;
  /** `lang` of the shop's own texts; undefined if it is the page's language, or unknown. */
  readonly contentLang: string | undefined;
}

/** @param shops language of the shop's texts; undefined if unknown */
export function writingIn(language: PageLanguage, currency: string, shops: string | undefined): Writing {
  const contentLang = shops?.split('-')[0] === language.lang ? undefined : shops;
  return { language, words: pageWords[language.lang], currency, contentLang };
}

/** @param eager whether the picture is in the first view */
export function cardMarkup(card: ProductCard, writing: Writing, eager = false): Markup {
  const { words } = writing;
  const badge = card.in_stock
    ? card.discounted_price !== null && html`<span class="badge sale">${saleText(card, writing)}</span>`
    : html`<span class="badge">${words.soldOut}</span>`;
  return html`<div class="product-card"><article class="${card.in_stock ? '' : 'sold-out'}"><div class="frame">${pictureMarkup(card.image_url, { eager })}${badge}</div><div class="words"><h3><a${langOf(writing)} href="${card.url}">${card.name}</a></h3><div class="line">${listPriceMarkup(card, writing)}${ratingMarkup(card, writing)}</div>${varietyMarkup(card, writing)}</div></article></div>`;
}

function varietyMarkup(card: ProductCard, writing: Writing): Markup | undefined {
  const { colour_count: colours, variant_count: variants } = card;
  const { words } = writing;
  if (colours) return html`<p class="variants">${words.colourCount(count(colours, writing))}</p>`;
  if (!variants || card.colour !== undefined || card.size !== undefined) return undefined;
  return html`<p class="variants">${words.variantCount(count(variants, writing))}</p>`;
}

/** @param options.main whether it is the page's main picture, as the first one to load */
export function pictureMarkup(
  src: string | null,
  { alt = '', eager = false, main = eager }: { alt?: string; eager?: boolean; main?: boolean } = {},
): Markup {
  const loading = eager ? 'eager' : 'lazy';
  const image =
    src === null
      ? html`<div class="none"></div>`
      : html`<img src="${src}" alt="${alt}" width="400" height="500" loading="${loading}" fetchpriority="${main ? 'high' : 'auto'}">`;
  return html`<div class="product-picture"><div class="box">${image}</div></div>`;
}

export function langOf({ contentLang }: Writing): Markup | undefined {
  return contentLang === undefined ? undefined : html` lang="${contentLang}"`;
}

export function count(number: number, { language }: Writing): string {
  return number.toLocaleString(language.format);
}

function listPriceMarkup(card: ProductCard, writing: Writing): Markup {
  if (card.from_price === undefined) return priceMarkup(card, writing);
  const from = writing.words.from(money(card.from_price, writing));
  return html`<span class="price"><span class="now">${from}</span></span>`;
}

export function priceMarkup(
  { price, discounted_price: sale }: Pick<ProductCard, 'price' | 'discounted_price'>,
  writing: Writing,
): Markup {
  const before = money(price, writing);
  if (sale === null) return html`<span class="price"><span class="now">${before}</span></span>`;
  const now = money(sale, writing);
  return html`<span class="price"><span class="visually-hidden">${writing.words.nowBefore(now, before)}</span><span aria-hidden="true"><bdi class="now sale">${now}</bdi>${before !== now && html` <s><bdi>${before}</bdi></s>`}</span></span>`;
}

/** Five stars; each is 16 of 84 units wide, with a gap of 1. `starsMarkup` has their shapes. */
export function ratingMarkup(
  { rating, review_count: reviews }: Pick<ProductCard, 'rating' | 'review_count'>,
  writing: Writing,
): Markup | undefined {
  if (reviews === 0) return undefined;
  const text = rating.toLocaleString(writing.language.format, { maximumFractionDigits: 1 });
  const amount = count(reviews, writing);
  const full = Math.floor(rating) * 17 + (rating % 1) * 16;
  return html`<span class="rating"><svg viewBox="0 0 84 16" role="img" aria-label="${writing.words.rated(text, reviews === 1 ? undefined : amount)}"><use class="empty" href="#stars"/><svg width="${full}" height="16"><use class="full" href="#stars"/></svg></svg><span aria-hidden="true">(${amount})</span></span>`;
}

const star = 'M8 .8l2.1 4.6 5 .6-3.7 3.4 1 5L8 11.9l-4.4 2.5 1-5L.9 6l5-.6z';

/** The shapes that the ratings of a page use. */
export const starsMarkup = html`<svg class="visually-hidden" width="0" height="0" aria-hidden="true"><g id="stars">${[0, 17, 34, 51, 68].map((x) => html`<path transform="translate(${x})" d="${star}"/>`)}</g></svg>`;

function money(units: number, { currency, language }: Writing): string {
  return formatMoney(centsOf(units, currency), currency, language.format);
}

/** How much a product on sale is reduced by. */
function saleText({ price, discounted_price: sale }: ProductCard, { language, words }: Writing): string {
  const share = price > 0 && sale !== null ? 1 - sale / price : 0;
  // Less than a percent rounds to nothing.
  if (share < 0.01) return words.sale;
  return (-share).toLocaleString(language.format, { style: 'percent' });
}
