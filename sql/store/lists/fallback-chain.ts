// The fallback chain: where a list gets entries from when it has too few of its own. The build stores the first part of the
// chain with each list, and the runtime continues it. `source` of an entry is one of these names.

/** All sources of the chain, closest to the list's own entries first. */
export const fallbackChain = [
  'category_affinity',
  'category',
  'parent_category',
  'category_bestseller',
  'trending',
  'bestseller',
] as const;
export type FallbackSource = (typeof fallbackChain)[number];

/**
 * What the build stores, up to `--top` entries, in lists that are short of their own. Other kinds are stored as they are.
 * `similar` stays short rather than listing products of unrelated categories or of another price range.
 */
export const storedFallbacks = {
  similar: ['category', 'parent_category'],
  bought_together: ['category_affinity', 'bestseller'],
} as const satisfies Record<string, readonly FallbackSource[]>;

/**
 * What the runtime goes through after the stored entries, as long as the list is too short. It gets there if the client
 * asks for more than `--top` entries, if stored ones are sold out, blocked or already shown, if the product or customer
 * has no list yet, and for visitors in the control group, who see no stored entries and of the chain only bestsellers.
 * A bundle has no fallbacks.
 */
export const servedFallbacks = {
  /** similar: bestsellers of the product's category with a price that `isNearPrice`, and nothing else. */
  similar: ['category_bestseller'],
  /** bought_together, you_may_like, and similar for the control group: by the product's category first. */
  product: ['category_bestseller', 'trending', 'bestseller'],
  /** personalized, for_cart; and trending, whose lists are those of its category. */
  shop: ['trending', 'bestseller'],
} as const satisfies Record<string, readonly FallbackSource[]>;

/** Stored reasons that are not counts. couture.reason_words and couture.reason_source (views/) read the same codes. */
export const reasonCode = {
  content: 0,
  category_bestseller: -1,
  bestseller: -2,
  category_affinity: -4,
  category: -5,
  parent_category: -6,
  /** In `similar`, by words alone like `content`, where the products have no category or not the same. */
  content_elsewhere: -7,
} as const;

/** Reasons of `similar` at or below this: a proven substitute, bought instead by as many customers as it is below. */
const substituteBase = -1_000;

/** The stored reason of a product that customers buy instead. */
export function substituteReason(customers: number): number {
  return substituteBase - Math.min(30_000, customers);
}

/** The number of customers in a stored reason of a substitute; undefined if it is another reason. */
export function substituteCustomers(reason: number): number | undefined {
  return reason <= substituteBase ? substituteBase - reason : undefined;
}

/** Steps in which `similar` widens the price band (`--price-band`): half to twice the price, then a quarter to four times. */
export const priceFactors = [2, 4] as const;

/** Whether a price is between 1 / `factor` and `factor` times another; by default the widest step. */
export function isNearPrice(price: number, other: number, factor: number = priceFactors.at(-1)!): boolean {
  return other * factor >= price && other <= price * factor;
}
