// The products that the widgets of a page show, so that no list repeats what another shows.
import type { ListedProduct } from '../../runtime/contract/product.ts';

/** Variants of one product have the same. */
type ProductKey = string;

/** A widget of the page. */
export interface PageWidget {
  /** Whether it leaves out products that other widgets show; offers and what is due do not. */
  readonly yields: boolean;
  /** The client that widgets share, or the base of the runtime: products of different shops do not repeat. */
  readonly shop: unknown;
  /** Reads its list again, because another widget shows some of its products. */
  refresh(): void;
}

const shownBy = new Map<PageWidget, ReadonlySet<ProductKey>>();

/** The products that no other widget of the page shows, not as another variant either. */
export function notShownBy(widget: PageWidget, products: readonly ListedProduct[]): readonly ListedProduct[] {
  if (!widget.yields) return products;
  const others = [...shownBy]
    .filter(([other]) => other !== widget && other.shop === widget.shop)
    .map(([, keys]) => keys);
  return products.filter((product) => !others.some((keys) => keys.has(keyOf(product))));
}

/** Takes note of what a widget shows. One that does not yield takes its products from lists that were there first. */
export function noteShown(widget: PageWidget, products: readonly ListedProduct[]): void {
  const keys = new Set(products.map(keyOf));
  shownBy.set(widget, keys);
  if (widget.yields) return;
  for (const [other, theirs] of [...shownBy])
    if (other.yields && other.shop === widget.shop && [...theirs].some((key) => keys.has(key)))
      other.refresh();
}

/** Forgets what a widget shows: it has left the page, or shows another list soon. */
export function forgetShown(widget: PageWidget): void {
  shownBy.delete(widget);
}

function keyOf({ id, variant_of: variantOf = id }: ListedProduct): ProductKey {
  return String(variantOf);
}
