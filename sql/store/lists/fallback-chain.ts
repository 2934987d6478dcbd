// The fallback chain: where a list gets entries from when it has too few of its own. The build stores the first part of the
// chain with each list, and the runtime continues it. `source` of an entry is one of these names.

/** All sources of the chain, closest to the list's own entries first. */
export const fallbackChain = ['category_affinity', 'category_bestseller', 'trending', 'bestseller'] as const;
export type FallbackSource = (typeof fallbackChain)[number];

/** What the build stores, up to `--top` entries, in lists that are short of their own. Other kinds are stored as they are. */
export const storedFallbacks = {
  similar: ['category_bestseller', 'bestseller'],
  bought_together: ['category_affinity', 'bestseller'],
} as const satisfies Record<string, readonly FallbackSource[]>;

/**
 * What the runtime goes through after the stored entries, as long as the list is too short. It gets there if the client
 * asks for more than `--top` entries, if stored ones are sold out, blocked or already shown, if the product or customer
 * has no list yet, and for visitors in the control group, who see no stored entries and of the chain only bestsellers.
 * A bundle has no fallbacks.
 */
export const servedFallbacks = {
  /** similar, bought_together, you_may_like: by the product's category first. */
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
} as const;
