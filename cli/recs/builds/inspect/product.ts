// Id or part of a name → the product's lists (similar, bought together, bundle), or why one is missing.
import { CoutureError } from '../../../../runtime/core/errors.ts';
import { parseAlias } from '../../../../runtime/shop/product-ids.ts';
import {
  findProductKey,
  listedCategories,
  productLists,
  representativesOf,
} from '../../../../sql/store/lists/lists.ts';
import { aliasInView } from '../../../../sql/store/shop/product-aliases.ts';
import {
  isId,
  productsById,
  productsByName,
  type ShopProduct,
} from '../../../../sql/store/shop/shop-products.ts';
import { describeEntries, describeProducts, type InspectedLists, type InspectedProduct } from './entries.ts';
import type { InspectedKind, Inspection } from './inspection.ts';

/** What `recs inspect PRODUCT --json` prints. */
export interface ProductInspection {
  readonly build_id: number;
  readonly product: InspectedProduct;
  /** The variant whose lists these are, if another variant of the group represents the product. */
  readonly variant_of: InspectedProduct | null;
  readonly lists: InspectedLists;
  /** Kind → why there is no list. */
  readonly missing: Record<string, string>;
}

/** What it prints when several products match; exit code 2. */
export interface ProductMatches {
  readonly query: string;
  readonly matches: InspectedProduct[];
  /** Number of products that match; `matches` has the first of them. */
  readonly total: number;
}

export const productKinds = ['similar', 'bought_together', 'bundle'] as const satisfies InspectedKind[];
export type ProductKind = (typeof productKinds)[number];

/** Maximum number of products shown when several match. */
const maxMatches = 20;
/** Maximum number of products read for a name: one style can have many variants. */
const maxCandidates = 500;

/**
 * Finds a product by its id, its group's id or its handle, otherwise by words of its name. Variants of one product count as
 * one match.
 * @returns the id, or the matches if there are several products
 * @throws CoutureError `product_unknown`
 */
export async function findProduct(inspection: Inspection, text: string): Promise<string | ProductMatches> {
  const { client, source, ids } = inspection;
  if (isId(ids.product, text)) {
    const [key, found] = [
      await findProductKey(client, ids.product, text),
      await productsById(source, ids.product, [text]),
    ];
    const [product] = found.values();
    if (product) return product.id;
    if (key) return text;
  }
  const alias = await aliasInView(source, parseAlias(text.trim()));
  if (alias) return representativeOf(inspection, alias.products);
  const { products, total } = await productsByName(source, text, maxCandidates);
  if (products.length === 0) throw unknownProduct(text);
  const styles = await oneOfEachStyle(inspection, products);
  if (styles.length === 1 && total <= maxCandidates) return styles[0]!.id;
  const exact = styles.filter((product) => product.name.toLowerCase() === text.trim().toLowerCase());
  if (exact.length === 1) return exact[0]!.id;
  const shown = styles.slice(0, maxMatches).map((product) => product.id);
  const described = await describeProducts(inspection, shown);
  return {
    query: text,
    matches: shown.map((id) => described.get(id)!),
    total: total > maxCandidates ? total : styles.length,
  };
}

export async function inspectProduct(
  inspection: Inspection,
  id: string,
  kinds: readonly ProductKind[] = productKinds,
): Promise<ProductInspection> {
  const { client, build, ids } = inspection;
  const key = await findProductKey(client, ids.product, id);
  const entries = key ? await productLists(client, build.build_id, key.representative_key) : [];
  const lists = await describeEntries(
    inspection,
    entries.filter(({ kind, rank }) => kinds.some((each) => each === kind) && rank <= inspection.limit(kind)),
  );
  const variant = key && key.representative_id !== id ? key.representative_id : undefined;
  const products = await describeProducts(inspection, variant ? [id, variant] : [id]);
  const product = products.get(id)!;
  const missing: Record<string, string> = {};
  const isNew = !key || (hasKind(inspection, 'bought_together') && entries.length === 0);
  for (const kind of kinds) {
    if (!lists[kind]) missing[kind] = await whyMissing(kind, inspection, product, isNew);
  }
  return {
    build_id: build.build_id,
    product,
    variant_of: variant ? products.get(variant)! : null,
    // In the requested order.
    lists: Object.fromEntries(kinds.flatMap((kind) => (lists[kind] ? [[kind, lists[kind]]] : []))),
    missing,
  };
}

/** The variant that represents the others in the newest build, else the first that is in stock. */
async function representativeOf(
  { client, source, ids }: Inspection,
  variants: readonly string[],
): Promise<string> {
  const representatives = await representativesOf(client, ids.product, variants);
  const chosen = variants.map((id) => representatives.get(id)).find((id) => id && variants.includes(id));
  if (chosen !== undefined) return chosen;
  const found = await productsById(source, ids.product, variants);
  return variants.find((id) => found.get(id)?.inventory !== 0) ?? variants[0]!;
}

/** One product per style, in the order of matches: the group's representative if it matched, otherwise the first. */
async function oneOfEachStyle(
  { client, ids }: Inspection,
  products: readonly ShopProduct[],
): Promise<ShopProduct[]> {
  const representatives = await representativesOf(
    client,
    ids.product,
    products.map((product) => product.id),
  );
  const styles = new Map<string, ShopProduct>();
  for (const product of products) {
    const representative = representatives.get(product.id);
    // Products newer than every build have no key yet, so they are matched by their group.
    const style = product.group_id === null ? (representative ?? product.id) : `group ${product.group_id}`;
    if (!styles.has(style) || representative === product.id) styles.set(style, product);
  }
  return [...styles.values()];
}

function unknownProduct(text: string): CoutureError {
  return new CoutureError(
    'product_unknown',
    `No product has the id, group id or handle ${JSON.stringify(text)}, or these words in its name.`,
    'Give any words of the name, in any order and case, or see some products with --trending.',
  );
}

/** Whether the build made this kind of list. Every product of a build has entries in `bought_together`, which is filled up. */
function hasKind({ build: { config } }: Inspection, kind: ProductKind): boolean {
  return !Array.isArray(config.kinds) || config.kinds.includes(kind);
}

async function whyMissing(
  kind: ProductKind,
  inspection: Inspection,
  product: InspectedProduct,
  isNew: boolean,
): Promise<string> {
  const { client, build } = inspection;
  const { source, build_id: id } = build;
  if (!hasKind(inspection, kind)) return `Build ${id} was made without this kind of list.`;
  if (product.name === null) return 'The shop no longer has this product.';
  if (!(product.price !== null && product.price > 0))
    return 'It has no price above zero, so it cannot be sold.';
  if (source.orders === 0) return `Build ${id} had no orders, and no product has a similar description.`;
  if (isNew) return `It was added to the shop after build ${id}.`;
  if (kind === 'bundle' && !product.category && (await listedCategories(client, id)).length === 0) {
    return 'A bundle needs products from other categories, and this shop has none.';
  }
  if (kind === 'bundle')
    return 'No product from another category is bought with it more often than by chance.';
  if (kind === 'similar')
    return 'No product of its category is similar to it or costs a quarter to four times as much.';
  return 'No product is bought with it.';
}
