// Rows of a product file → products that know their group. What a shop writes once for all variants of a product goes to
// each of them.
import { namedOption, optionKind } from '../../sql/source/option-kind.ts';
import type { FormatName } from './formats.ts';
import type { ProductFacts } from './product-facts.ts';

export interface ProductRow {
  /** '' if the row has none. */
  readonly id: string;
  readonly facts: ProductFacts;
  /** Cells that only some formats have. */
  readonly fields: {
    readonly id?: string;
    readonly sku?: string;
    /** `sku=A-S,size=S|sku=A-M,size=M` */
    readonly variants?: string;
    /** `simple`, `configurable`, `bundle`, … */
    readonly kind?: string;
    /** Values of the options, without that of a product without options. */
    readonly options?: readonly string[];
    /** The row adds a picture, and no variant. */
    readonly image?: boolean;
    /** The picture of the row is the next one of the product's, and not the variant's. */
    readonly gallery?: boolean;
    /** What sets the variant apart; '' where the row does not repeat the title. */
    readonly choices?: ReadonlyArray<{ readonly title: string; readonly value: string }>;
  };
}

/** What all variants of a product have in common. */
const shared = [
  'name',
  'description',
  'category',
  'brand',
  'tags',
  'imageUrl',
  'url',
  'handle',
  'rating',
  'reviewCount',
  'featured',
  'createdAt',
  'unpublished',
] as const satisfies ReadonlyArray<keyof ProductFacts>;

/** Yields the products of the rows, with the facts that they take from their group; `isFrame` tells those that only variants are sold of. */
export function* groupVariants(
  rows: readonly ProductRow[],
  format: FormatName,
  shopUrl?: string,
): Generator<{ id: string; facts: ProductFacts; isFrame: boolean }> {
  const parents = parentsOf(rows, format);
  // Magento's attributes are facts of any kind, such as a GTIN, which variants differ in without being chosen by it.
  const varied = format === 'magento' ? new Set() : variedOptions(rows, parents);
  for (const row of rows) {
    if (row.fields.image) continue;
    const parent = parents.of(row);
    const groupId = parents.groupOf(row);
    const facts = parent && parent !== row ? inherit(row.facts, parent.facts) : { ...row.facts };
    if (groupId) facts.groupId = groupId;
    else delete facts.groupId;
    if (parent?.facts.imageUrl && parent !== row && row.fields.gallery)
      facts.imageUrl = parent.facts.imageUrl;
    Object.assign(
      facts,
      choicesOf(row, parent, (title) => varied.has(`${groupId}\n${title}`)),
    );
    // WooCommerce calls a variation "Shirt - M"; its size is chosen on the page of the shirt.
    const title = parent && parent !== row ? parent.facts.name : undefined;
    if (title && (facts.colour || facts.size) && facts.name?.startsWith(`${title} - `)) facts.name = title;
    const page = facts.url ? undefined : pageOf(facts.handle, format, shopUrl);
    if (page) facts.url = page;
    yield { id: row.id || idByName(facts, row), facts, isFrame: parents.isFrame(row) };
  }
}

/**
 * Colour and size of a variant. Other options in which the variants differ stand after the size, as in "M / Material: Linen".
 * @param isVaried whether variants of the product differ in the option of this title
 */
function choicesOf(
  row: ProductRow,
  parent: ProductRow | undefined,
  isVaried: (title: string) => boolean,
): Pick<ProductFacts, 'colour' | 'size'> {
  const chosen: Pick<ProductFacts, 'colour' | 'size'> = {};
  const others: string[] = [];
  for (const { title, value } of optionsOf(row, parent)) {
    const kind = optionKind(title);
    if (kind) chosen[kind] ??= value;
    else if (isVaried(title)) others.push(namedOption(title, value));
  }
  if (others.length > 0) chosen.size = [chosen.size ?? [], ...others].flat().join(' / ');
  return chosen;
}

/** The options of a variant with their titles, which only the first row may have. A parent lists the values of all its variants. */
function optionsOf(row: ProductRow, parent: ProductRow | undefined): Array<{ title: string; value: string }> {
  return (row.fields.choices ?? []).flatMap(({ title, value }, at) =>
    value && !value.includes(', ')
      ? [{ title: title || parent?.fields.choices?.[at]?.title || '', value }]
      : [],
  );
}

/** The options in which variants of one product differ: `GROUP\nTITLE`. */
function variedOptions(rows: readonly ProductRow[], parents: Parents): ReadonlySet<string> {
  const first = new Map<string, string>();
  const varied = new Set<string>();
  for (const row of rows) {
    const group = parents.groupOf(row);
    if (!group || row.fields.image) continue;
    for (const { title, value } of optionsOf(row, parents.of(row))) {
      const key = `${group}\n${title}`;
      if (first.has(key) && first.get(key) !== value) varied.add(key);
      else first.set(key, value);
    }
  }
  return varied;
}

interface Parents {
  /** The row with the facts that the variants share. */
  of(row: ProductRow): ProductRow | undefined;
  groupOf(row: ProductRow): string | undefined;
  /** Whether the row describes a product whose variants have rows of their own, and cannot be bought itself. */
  isFrame(row: ProductRow): boolean;
}

function parentsOf(rows: readonly ProductRow[], format: FormatName): Parents {
  if (format === 'woocommerce') return referredParents(rows);
  if (format === 'magento') return listedParents(rows);
  // Variants stand below each other, and the first one has the facts of all.
  const key = (row: ProductRow) => (format === 'shopify' ? row.facts.handle : row.facts.groupId);
  const first = new Map<string, ProductRow>();
  for (const row of rows) {
    const group = key(row);
    if (!group) continue;
    const known = first.get(group);
    if (!known || (!known.facts.name && row.facts.name)) first.set(group, row);
  }
  return { of: (row) => first.get(key(row) ?? ''), groupOf: key, isFrame: () => false };
}

/** Variations name their parent by its number (`id:12`) or its SKU. */
function referredParents(rows: readonly ProductRow[]): Parents {
  const byName = new Map<string, ProductRow>();
  for (const row of rows) {
    if (row.fields.id) byName.set(`id:${row.fields.id}`, row);
    if (row.fields.sku) byName.set(row.fields.sku, row);
  }
  const of = (row: ProductRow) => (row.facts.groupId ? byName.get(row.facts.groupId) : undefined);
  const groups = new Set(rows.map(of));
  const groupOf = (row: ProductRow) => {
    if (row.facts.groupId) return of(row)?.id || row.facts.groupId.replace(/^id:/, '');
    return groups.has(row) ? row.id : undefined;
  };
  return { of, groupOf, isFrame: (row) => groups.has(row) };
}

/** The parent lists its variants. */
function listedParents(rows: readonly ProductRow[]): Parents {
  const parents = new Map<string, ProductRow>();
  for (const row of rows) {
    for (const variant of row.fields.variants?.split('|') ?? []) {
      const sku = /(?:^|,)sku=([^,]+)/.exec(variant)?.[1];
      if (sku) parents.set(sku.trim(), row);
    }
  }
  return {
    of: (row) => parents.get(row.id),
    groupOf: (row) => (row.fields.variants ? row.id : parents.get(row.id)?.id),
    // Magento counts no stock of them: they are never offered.
    isFrame: () => false,
  };
}

function inherit(facts: ProductFacts, parent: ProductFacts): ProductFacts {
  const inherited = Object.fromEntries(
    shared.filter((field) => parent[field] !== undefined).map((field) => [field, parent[field]]),
  );
  // The page belongs to the parent.
  return { ...inherited, ...facts, ...(parent.handle ? { handle: parent.handle } : {}) };
}

/** Shops without SKUs name a variant as its order lines do: `Linen shirt - Blue / M`. */
function idByName(facts: ProductFacts, row: ProductRow): string {
  if (!row.fields.options || !facts.name) return '';
  return row.fields.options.length > 0 ? `${facts.name} - ${row.fields.options.join(' / ')}` : facts.name;
}

function pageOf(
  handle: string | undefined,
  format: FormatName,
  shopUrl: string | undefined,
): string | undefined {
  if (!handle || !shopUrl) return undefined;
  const paths: Partial<Record<FormatName, string>> = {
    shopify: `products/${handle}`,
    woocommerce: `product/${handle}/`,
    magento: `${handle}.html`,
  };
  const path = paths[format];
  return path && new URL(path, shopUrl.endsWith('/') ? shopUrl : `${shopUrl}/`).href;
}
