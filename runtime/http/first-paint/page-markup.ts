// The main parts of pages as HTML: the same elements and classes as the pages in web/shop/pages render, whose styles they get.
import type { Category, ProductDetail, ProductPage } from '../../contract/catalogue.ts';
import type { ListedProduct } from '../../contract/product.ts';
import { html, type Markup } from '../../escape-html.ts';
import {
  cardMarkup,
  count,
  langOf,
  pictureMarkup,
  priceMarkup,
  ratingMarkup,
  starsMarkup,
  type Writing,
} from './card-markup.ts';

export interface PageFrame extends Writing {
  readonly basePath: string;
  readonly shopName: string;
  readonly sample: boolean;
}

/** Number of pictures that load first in a list. */
const eager = 4;

export interface HomeContent {
  /** Best rated; any in a shop without ratings. */
  readonly hero: ProductPage;
  readonly categories: readonly Category[];
  /** Undefined if visitors see different lists. */
  readonly trending: readonly ListedProduct[] | undefined;
}

export function homeMarkup({ hero, categories, trending }: HomeContent, frame: PageFrame): Markup {
  const { basePath, words } = frame;
  const line = frame.sample
    ? html`<h1>${words.heroTitle}</h1><p>${words.heroText}</p><a class="button" href="${basePath}/category/Dresses">${words.shopDresses} ${arrow}</a>`
    : html`<h1>${frame.shopName}</h1><a class="button" href="${basePath}/search">${words.startShopping} ${arrow}</a>`;
  const pictures = hero.products
    .filter(({ image_url }) => image_url)
    .map(
      ({ url, name, image_url: src }, at) =>
        html`<li class="at${at}"><a href="${url}" aria-label="${name}">${pictureMarkup(src, { eager: true, main: at === 0 })}</a></li>`,
    );
  const pictured = categories.some(({ image_url }) => image_url);
  const isRated = hero.products.some(({ review_count }) => review_count > 0);
  const label = isRated ? words.topRated : words.items;
  return html`<main class="boot home">${starsMarkup}<section class="hero wide"><div class="line">${line}</div>${pictures.length > 0 && html`<ul class="pictures" aria-label="${label}">${pictures}</ul>`}</section><div class="wide section">${trending && trendingMarkup(trending, frame)}</div><section class="wide section"><h2>${words.byCategory}</h2><ul class="${pictured ? 'categories' : 'categories plain'}">${categories.map((each) => tileMarkup(each, frame, pictured))}</ul></section></main>`;
}

function trendingMarkup(products: readonly ListedProduct[], frame: PageFrame): Markup | undefined {
  if (products.length === 0) return undefined;
  return html`<div class="widget"><section><h2>${frame.words.trending}</h2><ul class="list">${products.map((each) => html`<li>${cardMarkup(each, frame)}</li>`)}</ul></section></div>`;
}

/** @param pictured whether any category of the shop has a picture */
function tileMarkup(
  { name, count: products, image_url: src }: Category,
  frame: PageFrame,
  pictured: boolean,
): Markup {
  return html`<li><a href="${categoryPath(name, frame)}">${pictured && pictureMarkup(src)}<span class="name"${langOf(frame)}>${name}</span> <span class="muted">${count(products, frame)}</span></a></li>`;
}

export function categoryPath(name: string, { basePath }: Pick<PageFrame, 'basePath'>): string {
  return `${basePath}/category/${encodeURIComponent(name)}`;
}

/** The tools beside the heading and the widgets below the list come with the app. */
export function listingMarkup(heading: string, { products }: ProductPage, frame: PageFrame): Markup {
  const cards = products.map((each, at) => html`<li>${cardMarkup(each, frame, at < eager)}</li>`);
  return html`<main class="boot listing">${starsMarkup}<div class="wide"><div class="head"><div><h1>${heading}</h1><p class="muted">&nbsp;</p></div><div class="controls"></div></div><h2 class="visually-hidden">${frame.words.items}</h2><ul class="grid">${cards}</ul></div></main>`;
}

/** What follows the price changes its place once the variants can be chosen, so it is for readers without scripts only. */
export function productMarkup(product: ProductDetail, frame: PageFrame): Markup {
  const { words, basePath } = frame;
  const others = product.variants.filter(({ id }) => id !== product.id);
  const more = html`${others.length > 0 && html`<ul aria-label="${words.variants}">${others.map((each) => html`<li><a${langOf(frame)} href="${each.url}">${variantText(each)}</a></li>`)}</ul>`}<p class="stock">${product.in_stock ? words.inStock : words.soldOut}</p><p class="description" dir="auto"${langOf(frame)}>${product.description}</p>`;
  return html`<main class="boot product">${starsMarkup}<div class="wide"><nav class="crumbs" aria-label="${words.breadcrumb}"><a href="${basePath}/">${words.home}</a><span aria-hidden="true">/</span><a${langOf(frame)} href="${categoryPath(product.category, frame)}">${product.category}</a></nav><div class="piece"><div class="picture">${pictureMarkup(product.image_url, { alt: product.name, eager: true })}</div><div class="facts"><h1${langOf(frame)}>${product.name}</h1><p class="line"><span class="cost">${priceMarkup(product, frame)}</span>${ratingMarkup(product, frame)}</p><noscript>${more}</noscript></div></div></div></main>`;
}

/** Name, colour and size, each once. */
function variantText({ name, colour, size }: ProductDetail['variants'][number]): string {
  const ofColour = colour && !name.toLowerCase().includes(colour.toLowerCase()) ? [colour] : [];
  const ofSize = size && !name.endsWith(`, ${size}`) ? [size] : [];
  return [name, ...ofColour, ...ofSize].join(', ');
}

const arrow = html`<svg class="icon" width="18" height="18" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M4 12h16m-6-6 6 6-6 6"/></svg>`;
