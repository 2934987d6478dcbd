// GET /product/:id and /products/:id: the product's page with its head and content, for search engines, link previews and the
// first paint.
import type { Context } from 'koa';
import { writtenOrigin } from '../../auth/own-origin.ts';
import type { Category, ProductDetail } from '../../contract/catalogue.ts';
import { decimalOf } from '../../contract/money.ts';
import { CoutureError } from '../../core/errors.ts';
import { escapeHtml } from '../../escape-html.ts';
import type { Card } from '../../shop/card-cache.ts';
import type { Storefront } from '../../shop/storefront.ts';
import type { Binding } from '../bind.ts';
import { productMarkup } from '../first-paint/page-markup.ts';
import type { Site } from '../first-paint/site-head.ts';
import type { WrittenPages } from '../first-paint/written-pages.ts';
import { type PageHead, sendPage, writePage } from '../page.ts';
import { previewOf } from './picture-preview.ts';
import type { CatalogueAnswers } from './products.ts';

export interface PageSettings extends Pick<Site, 'publicUrl' | 'name' | 'previewImage'> {
  readonly currency: string;
  /** The front end's index.html. */
  readonly shell: string | undefined;
  /** Writes the content of pages; without it, pages have only a head. */
  readonly written?: { readonly pages: WrittenPages; readonly catalogue: CatalogueAnswers } | undefined;
}

export function productPages({ router }: Binding, shop: Storefront, settings: PageSettings): void {
  const { cards, productIds, wire, views } = shop;
  const answer = async (ctx: Context) => {
    const id = (await productIds.find(String(ctx.params.id)).catch(ifMalformed))?.id;
    const [card, text] =
      id === undefined
        ? []
        : await Promise.all([cards.read([id]).then((read) => read.get(id)), shop.text(id)]);
    // Not 404: search engines would drop the page.
    if (!card && id !== undefined && views.isBroken('product')) throw views.unavailable('products');
    if (!card || !text) {
      const page = writePage(settings.shell, { title: 'Product not found' }, '<h1>Product not found</h1>');
      return sendPage(ctx, 404, page);
    }
    const { addresses } = wire;
    const origin = writtenOrigin(ctx, settings.publicUrl);
    const absolute = (url: string) => (origin === undefined ? url : new URL(url, origin).toString());
    const address = absolute(addresses.stated(card.url, card.id) ?? addresses.own(card.id));
    const picture = addresses.picture(card.image_url);
    const image = picture === null ? undefined : absolute(picture);
    const preview = image && isVector(image) ? absolute(previewOf(picture!) ?? settings.previewImage) : image;
    const head = productHead(card, text.description, address, settings, { image, preview });
    sendPage(ctx, 200, await page(ctx, card, head, text.description));
  };
  const page = async (ctx: Context, { id, name }: Card, head: PageHead, text: string): Promise<string> => {
    const plain = () =>
      writePage(settings.shell, head, `<h1>${escapeHtml(name)}</h1>\n<p>${escapeHtml(text)}</p>`);
    if (!settings.written) return plain();
    const { pages, catalogue } = settings.written;
    const { ip } = ctx;
    const url = `/api/products/${encodeURIComponent(id)}`;
    const answers = await Promise.all([
      catalogue.product(id, { url, ip }),
      catalogue.categories({ url: '/api/categories', ip }),
      // The app shows what is unavailable.
    ]).catch(() => undefined);
    if (!answers) return plain();
    const [product, categories] = answers;
    return pages.write(ctx, url, { [url]: product, '/api/categories': categories }, head, (frame) => {
      const detail = product.read<ProductDetail>();
      return {
        main: productMarkup(detail, frame),
        categories: categories.read<Category[]>().map((each) => each.name),
        picture: detail.image_url,
      };
    });
  };
  router.get('/product/:id', answer);
  router.get('/products/:id', answer);
}

/** Link previews of messengers and social networks show no SVG. */
function isVector(picture: string): boolean {
  return /\.svg(?:[?#]|$)/i.test(picture);
}

/** A malformed id is a page that does not exist. */
function ifMalformed(error: unknown): undefined {
  if (error instanceof CoutureError && error.code === 'bad_request') return undefined;
  throw error;
}

function productHead(
  card: Card,
  text: string,
  address: string,
  { currency, name }: Pick<PageSettings, 'currency' | 'name'>,
  { image, preview }: { readonly image: string | undefined; readonly preview: string | undefined },
): PageHead {
  const price = decimalOf(card.pay_cents ?? 0, currency);
  const description = shorten(text || card.name);
  return {
    title: `${card.name} – ${name}`,
    description,
    canonical: address,
    properties: {
      'og:type': 'product',
      'og:site_name': name,
      'og:title': card.name,
      'og:description': description,
      'og:url': address,
      ...(preview ? { 'og:image': preview } : {}),
      'product:price:amount': price,
      'product:price:currency': currency,
      'product:availability': card.in_stock ? 'in stock' : 'out of stock',
    },
    data: {
      '@context': 'https://schema.org',
      '@type': 'Product',
      name: card.name,
      description: text || card.name,
      sku: card.id,
      category: card.category,
      ...(image ? { image } : {}),
      offers: {
        '@type': 'Offer',
        url: address,
        price,
        priceCurrency: currency,
        availability: `https://schema.org/${card.in_stock ? 'InStock' : 'OutOfStock'}`,
      },
      ...(card.review_count > 0
        ? {
            aggregateRating: {
              '@type': 'AggregateRating',
              ratingValue: card.rating.toFixed(2),
              reviewCount: card.review_count,
            },
          }
        : {}),
    },
  };
}

/** Shortens a description for search results: 160 characters, cut between words. */
function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= 160 ? line : `${line.slice(0, 160).replace(/ \S*$/, '')}…`;
}
