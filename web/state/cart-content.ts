// The content of a cart, and how to read it from storage, where anything may be found.
import type { WireId } from '../../runtime/contract/product.ts';

/** What the cart remembers of a product, to show it offline. */
export interface CartProduct {
  readonly id: WireId;
  readonly name: string;
  readonly url: string;
  readonly image_url: string | null;
  readonly category: string;
  readonly colour?: string | undefined;
  readonly size?: string | undefined;
  /** Cents: the price when the shop was last asked. */
  readonly cents: number;
}

export interface CartItem {
  readonly product: CartProduct;
  readonly quantity: number;
}

/** Products that were added together, as the bundle offered for `subject`; one of each. */
export interface CartBundle {
  readonly subject: WireId;
  readonly products: readonly CartProduct[];
  /** Share of their prices that the bundle saves. */
  readonly share: number;
}

export interface CartContent {
  readonly items: readonly CartItem[];
  readonly bundles: readonly CartBundle[];
}

/** A cart set aside until its owner signs in again. */
export interface CartAside {
  /** `sub` of the owner. */
  readonly by: string;
  readonly content: CartContent;
}

/** Maximum quantity of one product. */
export const maxQuantity = 99;
export const emptyCart: CartContent = { items: [], bundles: [] };

/** Every product of the cart, once. */
export function productIdsOf({ items, bundles }: CartContent): WireId[] {
  const products = [...items.map((item) => item.product), ...bundles.flatMap((each) => each.products)];
  return [...new Set(products.map((product) => product.id))];
}

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
    isTextOrNone(value.colour) &&
    isTextOrNone(value.size) &&
    isCents(value.cents)
  );
}

function isTextOrNone(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

function isQuantity(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= maxQuantity;
}

function isCents(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0;
}
