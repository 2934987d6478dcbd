// The bag's first view, before the app is there: pictures and names, which only this device knows, in the page that the runtime
// has written. A script of its own without the app's code: on a slow network the app comes seconds later, and asks for pictures
// and for the list below the bag only then.
import type { ListedProduct } from '../../../../runtime/contract/product.ts';
import { forCartPath } from '../../../api/client.ts';
import { own, ownName } from '../../../api/own-base.ts';
import { visitorHeaders } from '../../../api/report-events.ts';
import { writeAnswers } from '../../../api/written-answers.ts';
import { unnamedOptions } from '../../../elements/unnamed-options.ts';
import { type CartContent, type CartProduct, parseCart, productIdsOf } from '../../../state/cart-content.ts';

/** The question of <couture-for-cart>. */
const limit = 6;
const maxIds = 100;
/** Number of the list's pictures in the first view of a phone. */
const firstPictures = 3;

const wide = document.querySelector<HTMLElement>('main.boot.outline > .wide');
const parts = wide?.querySelector('template')?.content;
const bag = kept();
if (wide && parts && bag && bag.items.length + bag.bundles.length > 0) {
  parts.querySelector('.lines')!.append(...bag.bundles.map(setOf), ...bag.items.map(lineOf));
  wide.append(parts.querySelector('.columns')!);
  void showList(wide, parts.querySelector('.below')!, bag);
}

function kept(): CartContent | undefined {
  try {
    return parseCart(JSON.parse(localStorage.getItem(ownName('couture-cart')) ?? 'null'));
  } catch {
    // Without storage, only the app knows the bag.
    return undefined;
  }
}

async function showList(page: HTMLElement, below: Element, content: CartContent): Promise<void> {
  const ids = productIdsOf(content).slice(0, maxIds);
  try {
    const response = await fetch(own('/api/recommendations/for-cart'), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...visitorHeaders() },
      body: JSON.stringify({ product_ids: ids, limit }),
    });
    if (!response.ok) return;
    const products = (await response.json()) as ListedProduct[];
    writeAnswers({ [forCartPath(ids, limit)]: products });
    if (products.length === 0) return;
    const cards = products.map((each, at) => made('li', '', cardOf(each, at < firstPictures)));
    below.querySelector('.list')!.append(...cards);
    page.append(below);
  } catch {
    // No network: the app says so.
  }
}

function lineOf({ product }: CartContent['items'][number]): Element {
  const { colour, size } = unnamedOptions(product);
  // The variant, the price and the buttons come with the app, in its words.
  const lines = (colour || size ? [1, 2] : [1]).map(() => made('p', 'muted', '\u00a0'));
  const what = made('div', 'what', nameOf('p', product), ...lines, made('div', 'stepper'));
  return made('li', 'line', linked(product, pictureOf(product)), what, right());
}

function setOf({ products }: CartContent['bundles'][number]): Element {
  const pieces = products.map((each) => linked(each, pictureOf(each)));
  const names = made('ul', 'muted', ...products.map(({ name }) => made('li', '', name)));
  const what = made('div', 'what', made('p', 'name', '\u00a0'), names, made('p', '', '\u00a0'));
  return made('li', 'line set', made('div', 'pieces', ...pieces), what, right());
}

/** As wide as the column that the app fills: names break where they do in the app. */
function right(): Node {
  return parts!.querySelector('.right')!.cloneNode(true);
}

function cardOf(product: ListedProduct, first: boolean): Element {
  const article = made(
    'article',
    '',
    made('div', 'frame', pictureOf(product, first)),
    made('div', 'words', nameOf('h3', product)),
  );
  return made('div', 'product-card', article);
}

function nameOf(tag: 'p' | 'h3', product: Pick<CartProduct, 'name' | 'url'>): Element {
  return made(tag, 'name', linked(product, product.name));
}

function linked({ url }: Pick<CartProduct, 'url'>, content: Element | string): Element {
  const link = made('a', '', content) as HTMLAnchorElement;
  link.href = url;
  if (typeof content === 'string') return link;
  link.tabIndex = -1;
  link.setAttribute('aria-hidden', 'true');
  return link;
}

/** @param first whether it is in the first view */
function pictureOf({ image_url: src }: Pick<CartProduct, 'image_url'>, first = true): Element {
  const box = made('div', 'box');
  if (src) {
    const image = new Image(400, 500);
    image.loading = first ? 'eager' : 'lazy';
    image.fetchPriority = first ? 'high' : 'auto';
    image.alt = '';
    image.src = src;
    box.append(image);
  }
  return made('div', 'product-picture', box);
}

function made(tag: string, className: string, ...children: Array<Node | string>): Element {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}
