// What a cart holds, and how it is read from storage: what stands there may be anybody's.
import type { WireId } from '../../runtime/contract/product.ts';

/** What the cart remembers of a product, to show it without a network. */
export interface CartProduct {
  readonly id: WireId;
  readonly name: string;
  readonly url: string;
  readonly image_url: string | null;
  readonly category: string;
  /** Cents: what it cost when it was last looked at. */
  readonly cents: number;
}

export interface CartItem {
  readonly product: CartProduct;
  readonly quantity: number;
}

/** Products that were put in together, as a bundle is offered for `subject`; one of each. */
export interface CartBundle {
  readonly subject: WireId;
  readonly products: readonly CartProduct[];
  /** Share of their prices that is saved. */
  readonly share: number;
}

export interface CartContent {
  readonly items: readonly CartItem[];
  readonly bundles: readonly CartBundle[];
}

/** A cart that waits for the person to sign in again. */
export interface CartAside {
  /** `sub` of the person. */
  readonly by: string;
  readonly content: CartContent;
}

/** Pieces of one product at most. */
export const mostOfOne = 99;
export const emptyCart: CartContent = { items: [], bundles: [] };

export function parseCart(value: unknown): CartContent | undefined {
  const { items, bundles } = (value ?? {}) as Partial<CartContent>;
  if (!Array.isArray(items) || !Array.isArray(bundles)) return undefined;
  return {
    items: items.filter((item) => isProduct(item?.product) && isQuantity(item?.quantity)),
    bundles: bundles.filter(
      (bundle) =>
        Array.isArray(bundle?.products) &&
        bundle.products.length > 1 &&
        bundle.products.every(isProduct) &&
        typeof bundle.share === 'number' &&
        bundle.share >= 0 &&
        bundle.share <= 1,
    ),
  };
}

export function parseAside(value: unknown): CartAside | undefined {
  const { by, content } = (value ?? {}) as Partial<CartAside>;
  const parsed = parseCart(content);
  return typeof by === 'string' && parsed ? { by, content: parsed } : undefined;
}

function isProduct(value: Partial<CartProduct> | undefined): value is CartProduct {
  return (
    (typeof value?.id === 'number' || typeof value?.id === 'string') &&
    typeof value.name === 'string' &&
    typeof value.url === 'string' &&
    isCents(value.cents)
  );
}

function isQuantity(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= mostOfOne;
}

function isCents(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0;
}
