// The shop's products → a product feed for Google Merchant Center and everything that reads its format, as XML or TSV.
import { decimalOf, scaleOf } from '../../../runtime/contract/money.ts';
import { escapeHtml } from '../../../runtime/escape-html.ts';
import type { ShopAddresses } from '../../../runtime/shop/shop-addresses.ts';
import type { Client } from '../../../sql/pool.ts';
import { type FeedRow, feedProducts } from '../../../sql/store/shop/feed-products.ts';
import { writeText } from './write-text.ts';

export const feedFormats = ['products-xml', 'products-tsv'] as const;
export type FeedFormat = (typeof feedFormats)[number];

export interface ProductFeedInput {
  /** Of the shop's views. */
  readonly source: Client;
  readonly format: FeedFormat;
  readonly addresses: ShopAddresses;
  /** Origin of couture's storefront, which paths refer to; undefined if it is not known. */
  readonly origin: string | undefined;
  readonly shopName: string;
  readonly currency: string;
  readonly file: string | undefined;
  readonly onProgress?: (rows: number) => void;
  readonly signal: AbortSignal;
}

/** Why a product is not in the feed: Merchant Center would refuse it. */
export type LeftOut = 'no_price' | 'no_page' | 'no_picture' | 'no_name' | 'id_too_long';

export interface ProductFeedOutcome {
  readonly rows: number;
  readonly leftOut: Readonly<Record<LeftOut, number>>;
}

/** Columns in the order of the file; https://support.google.com/merchants/answer/7052112 */
const feedColumns = [
  'id',
  'title',
  'description',
  'link',
  'image_link',
  'availability',
  'price',
  'sale_price',
  'condition',
  'identifier_exists',
  'item_group_id',
  'product_type',
  'color',
  'size',
] as const;
type FeedProduct = Readonly<Record<(typeof feedColumns)[number], string>>;

const [maxId, maxTitle, maxDescription, maxType, maxOption] = [50, 150, 5_000, 750, 100];

/** Writes all products that can be sold. @throws CoutureError `file_unreadable` if the file cannot be written */
export async function exportProductFeed(input: ProductFeedInput): Promise<ProductFeedOutcome> {
  let rows = 0;
  const leftOut = { no_price: 0, no_page: 0, no_picture: 0, no_name: 0, id_too_long: 0 };
  const isXml = input.format === 'products-xml';
  await writeText(chunks(), input.file, input.signal);
  return { rows, leftOut };

  async function* chunks(): AsyncGenerator<string> {
    yield isXml ? xmlStart(input) : `${feedColumns.join('\t')}\n`;
    const scale = scaleOf(input.currency);
    for await (const batch of feedProducts(input.source, scale, { signal: input.signal })) {
      const products = batch.flatMap((row) => {
        const product = feedProduct(row, input);
        if (typeof product !== 'string') return product;
        leftOut[product] += 1;
        return [];
      });
      rows += products.length;
      input.onProgress?.(rows);
      yield products.map(isXml ? xmlItem : tsvLine).join('');
    }
    if (isXml) yield '</channel>\n</rss>\n';
  }
}

function feedProduct(row: FeedRow, { addresses, origin, currency }: ProductFeedInput): FeedProduct | LeftOut {
  const title = plain(row.name, maxTitle);
  if (title === '') return 'no_name';
  if (row.id.length > maxId) return 'id_too_long';
  if (row.price_cents === null || row.price_cents <= 0) return 'no_price';
  const link = whole(
    addresses.stated(row.url, row.id) ?? (addresses.shop ? undefined : addresses.own(row.id)),
    origin,
  );
  if (link === undefined) return 'no_page';
  const picture = whole(addresses.picture(row.image_url) ?? undefined, origin);
  if (picture === undefined) return 'no_picture';
  const amount = (cents: number) => `${decimalOf(cents, currency)} ${currency}`;
  const isOnSale = row.sale_cents !== null && row.sale_cents > 0 && row.sale_cents < row.price_cents;
  return {
    id: row.id,
    title,
    description: plain(row.description, maxDescription) || title,
    link,
    image_link: picture,
    availability: row.inventory === null || row.inventory > 0 ? 'in_stock' : 'out_of_stock',
    price: amount(row.price_cents),
    sale_price: isOnSale ? amount(row.sale_cents!) : '',
    condition: 'new',
    // The views have neither GTINs nor brands.
    identifier_exists: 'no',
    item_group_id: row.group_id !== null && row.group_id.length <= maxId ? row.group_id : '',
    product_type: plain(row.category, maxType),
    color: plain(row.colour ?? '', maxOption),
    size: plain(row.size ?? '', maxOption),
  };
}

function whole(address: string | undefined, origin: string | undefined): string | undefined {
  if (address === undefined || !URL.canParse(address, origin)) return undefined;
  return new URL(address, origin).href;
}

/** One line without control characters, which XML cannot have, cut to `max` UTF-16 units and not within a character. */
function plain(text: string, max: number): string {
  const line = text.replaceAll(/[\p{Cc}\s\uFFFE\uFFFF]+/gu, ' ').trim();
  return line.length <= max
    ? line
    : line
        .slice(0, max)
        .replace(/[\uD800-\uDBFF]$/, '')
        .trim();
}

function xmlStart({ shopName, addresses, origin = '' }: ProductFeedInput): string {
  const home = addresses.shop?.href ?? origin;
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0">
<channel>
<title>${escapeHtml(plain(shopName, maxTitle))}</title>
<link>${escapeHtml(home)}</link>
<description>${escapeHtml(plain(shopName, maxTitle))}</description>
`;
}

function xmlItem(product: FeedProduct): string {
  const parts = feedColumns
    .filter((name) => product[name] !== '')
    .map((name) => `<g:${name}>${escapeHtml(product[name])}</g:${name}>`);
  return `<item>${parts.join('')}</item>\n`;
}

function tsvLine(product: FeedProduct): string {
  return `${feedColumns.map((name) => product[name]).join('\t')}\n`;
}
