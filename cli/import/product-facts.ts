// One record of a product file → what it says of the product. An invalid price or stock does not reject the product.
import { productKinds } from './column-names.ts';
import { type ColumnMap, cellOf } from './columns.ts';
import { type DecimalMark, parsePrice, parseQuantity, parseSwitch, textOf } from './field-values.ts';
import type { ProductField } from './fields.ts';
import type { FormatName } from './formats.ts';
import { parseTime } from './parse-time.ts';

export interface ProductFacts {
  name?: string;
  description?: string;
  category?: string;
  /** Names from the root of the shop's tree down to the category: `Clothing > Shirts`. */
  categoryPath?: string;
  price?: number;
  discountedPrice?: number;
  onSale?: boolean;
  imageUrl?: string;
  inventory?: number;
  rating?: number;
  reviewCount?: number;
  tags?: readonly string[];
  featured?: boolean;
  groupId?: string;
  handle?: string;
  url?: string;
  brand?: string;
  cost?: number;
  /** ISO 8601. */
  createdAt?: string;
  colour?: string;
  size?: string;
  /** Not for sale at present: a draft, archived or switched off. */
  unpublished?: boolean;
}

export interface ProductForm {
  readonly format: FormatName;
  readonly columns: ColumnMap<ProductField>;
  readonly decimal: DecimalMark | undefined;
}

/** Reads the facts of a record; absent ones are left out. The category is as the file has it, for `CategoryReader`. */
export function productFacts(fields: readonly string[], form: ProductForm): ProductFacts {
  const text = (field: ProductField) => cellOf(fields, form.columns[field], textOf).replaceAll('\0', '');
  const amount = (field: ProductField) => {
    const value = parsePrice(text(field), form.decimal);
    return value !== undefined && value > 0 && value < 1e9 ? value : undefined;
  };
  const facts: { -readonly [F in keyof ProductFacts]: ProductFacts[F] | undefined } = {
    name: text('name'),
    description: plainText(text('description')),
    category: productKinds.test(text('category')) ? '' : text('category'),
    ...prices(
      amount('price'),
      isOnNow(text('sale_from'), text('sale_until')) ? amount('discounted_price') : undefined,
      amount('compare_at_price'),
      parseSwitch(text('on_sale')),
    ),
    imageUrl: imageOf(text('image_url'), form.format),
    inventory: stock(text, form),
    rating: between(amount('rating'), 0, 10),
    reviewCount: parseQuantity(text('review_count'), form.decimal),
    tags: text('tags') ? tagsOf(text('tags')) : undefined,
    featured: parseSwitch(text('featured')),
    groupId: text('group_id'),
    handle: text('handle'),
    url: text('url'),
    brand: text('brand'),
    cost: amount('cost'),
    createdAt: timeOf(text('created_at')),
    colour: text('colour'),
    size: text('size'),
    unpublished:
      parseSwitch(text('published')) === false || parseSwitch(text('status')) === false || undefined,
  };
  return Object.fromEntries(
    Object.entries(facts).filter(([, value]) => value !== undefined && value !== ''),
  ) as ProductFacts;
}

/** Whether a special price is asked today; its last day is whole. Dates that cannot be read do not limit it. */
function isOnNow(from: string, until: string): boolean {
  const [begins, ends] = [from, until].map((text) => (text ? parseTime(text, 'mdy') : undefined));
  const now = Date.now();
  return (begins === undefined || begins <= now) && (ends === undefined || now < ends + dayMs);
}

/** The former price is the higher one; the other is what the shop asks now. */
function prices(
  price: number | undefined,
  discounted: number | undefined,
  compareAt: number | undefined,
  onSale: boolean | undefined,
) {
  if (compareAt !== undefined && price !== undefined && compareAt > price)
    return { price: compareAt, discountedPrice: price, onSale: onSale ?? true };
  if (price === undefined) return { price: discounted ?? compareAt, onSale };
  if (discounted === undefined || discounted >= price) return { price, onSale };
  return { price, discountedPrice: discounted, onSale: onSale ?? true };
}

const dayMs = 86_400_000;

/** Products without stock of their own: it is that of their parts, or unlimited. */
const compound = /^(bundle|grouped|virtual|downloadable)\b/i;

/** Stock that the shop does not count, or sells beyond, is left out or at least 1. */
function stock(text: (field: ProductField) => string, form: ProductForm): number | undefined {
  const count = parseQuantity(text('inventory'), form.decimal);
  const inStock = parseSwitch(text('in_stock'));
  const word = text('in_stock');
  if (compound.test(text('kind')) && inStock === true && (count === undefined || count <= 0)) return 1;
  if (form.columns.stock_tracked && !text('stock_tracked')) return undefined;
  if (parseSwitch(text('backorders')) === true && count !== undefined) return Math.max(count, 1);
  if (count !== undefined) return inStock === false ? 0 : count;
  if (inStock !== undefined) return inStock ? 1 : 0;
  if (/^(out|sold|nicht|rupture|agotado)/i.test(word)) return 0;
  return undefined;
}

function imageOf(text: string, format: FormatName): string {
  const first = /^https?:\/\/[^\s]+?(?=,\s*https?:)/.exec(text)?.[0] ?? text;
  return format === 'magento' && /^\/\w\/\w\//.test(first) ? `/media/catalog/product${first}` : first;
}

function tagsOf(text: string): string[] {
  const inner = /^[[{](.*)[\]}]$/.exec(text)?.[1] ?? text;
  const all = inner.split(/[,;|]/).map((tag) => tag.trim().replace(/^["'](.*)["']$/, '$1'));
  return [...new Set(all.filter(Boolean))];
}

function timeOf(text: string): string | undefined {
  const time = text ? parseTime(text, undefined) : undefined;
  return time === undefined ? undefined : new Date(time).toISOString();
}

function between(value: number | undefined, low: number, high: number): number | undefined {
  return value !== undefined && value >= low && value <= high ? value : undefined;
}

/** A map: `&constructor;` must not find a member of `Object`. */
const entities = new Map(Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' }));

/** `<p>Soft &amp; warm.</p>` → `Soft & warm.` Text without tags is kept as it is. */
function plainText(text: string): string {
  if (!/<\/?[a-z][^>]*>/i.test(text)) return text;
  return text
    .replaceAll(/<(script|style)\b[\s\S]*?<\/\1>/gi, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&(#?\w+);/g, (all, name: string) => entities.get(name) ?? all)
    .replaceAll(/\s+/g, ' ')
    .trim();
}
