// A product's lists: an id, or a part of a name → similar, bought together, bundle, or why there is none.
import { CoutureError } from '../../../../runtime/core/errors.ts';
import {
  findProductKey,
  listedCategories,
  productLists,
  representativesOf,
} from '../../../../sql/store/lists/lists.ts';
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
  /** The variant whose lists these are, where the product is another of its group. */
  readonly variant_of: InspectedProduct | null;
  readonly lists: InspectedLists;
  /** Kind → why there is no list. */
  readonly missing: Record<string, string>;
}

/** What it prints where several products are meant; exit code 2. */
export interface ProductMatches {
  readonly query: string;
  readonly matches: InspectedProduct[];
  /** All that match; `matches` are the first of them. */
  readonly total: number;
}

export const productKinds = ['similar', 'bought_together', 'bundle'] as const satisfies InspectedKind[];
export type ProductKind = (typeof productKinds)[number];

/** Products listed where a name is not enough. */
const mostMatches = 20;
/** Variants of one style may be many. */
const mostCandidates = 500;

/**
 * Finds the product by its id, else by words of its name. Matches that are variants of one product are that product.
 * @returns the id, or what matches where that is several products
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
  const { products, total } = await productsByName(source, text, mostCandidates);
  if (products.length === 0) throw unknownProduct(text);
  const styles = await oneOfEachStyle(inspection, products);
  if (styles.length === 1 && total <= mostCandidates) return styles[0]!.id;
  const exact = styles.filter((product) => product.name.toLowerCase() === text.trim().toLowerCase());
  if (exact.length === 1) return exact[0]!.id;
  const shown = styles.slice(0, mostMatches).map((product) => product.id);
  const described = await describeProducts(inspection, shown);
  return {
    query: text,
    matches: shown.map((id) => described.get(id)!),
    total: total > mostCandidates ? total : styles.length,
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
  for (const kind of kinds) {
    if (!lists[kind]) missing[kind] = await whyMissing(kind, inspection, product, entries.length > 0);
  }
  return {
    build_id: build.build_id,
    product,
    variant_of: variant ? products.get(variant)! : null,
    // In the order in which they were asked for.
    lists: Object.fromEntries(kinds.flatMap((kind) => (lists[kind] ? [[kind, lists[kind]]] : []))),
    missing,
  };
}

/** One product a style, in the order of the first that matched: the one that stands for its group, where it matched. */
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
    // Products that are newer than every build have no key yet; their group tells them apart.
    const style = product.group_id === null ? (representative ?? product.id) : `group ${product.group_id}`;
    if (!styles.has(style) || representative === product.id) styles.set(style, product);
  }
  return [...styles.values()];
}

function unknownProduct(text: string): CoutureError {
  return new CoutureError(
    'product_unknown',
    `No product has the id ${JSON.stringify(text)}, or these words in its name.`,
    'A part of the name will do, in any order and case; --trending shows some that there are.',
  );
}

async function whyMissing(
  kind: ProductKind,
  { client, build }: Inspection,
  product: InspectedProduct,
  listed: boolean,
): Promise<string> {
  const { config, source, build_id: id } = build;
  if (Array.isArray(config.kinds) && !config.kinds.includes(kind))
    return `Build ${id} was made without this kind.`;
  if (product.name === null) return 'The shop no longer has this product.';
  if (!(product.price !== null && product.price > 0))
    return 'It has no price above zero, so it cannot be sold.';
  if (source.orders === 0) return `Build ${id} had no orders to go by, and no product is like it.`;
  if (!listed) return `It came into the shop after build ${id} was made.`;
  if (kind === 'bundle' && !product.category && (await listedCategories(client, id)).length === 0) {
    return 'A bundle is of products of other categories, and this shop has none.';
  }
  if (kind === 'bundle') return 'No product of another category is bought with it more often than by chance.';
  return 'Nothing is like it or sells with it.';
}
