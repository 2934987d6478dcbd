// The products that the widgets of a page show, so that no list repeats what another shows.
import type { ListedProduct } from '../../runtime/contract/product.ts';

/** A widget of the page. */
export interface PageWidget {
  /** Whether it leaves out products that other widgets show; offers and what is due do not. */
  readonly yields: boolean;
  /** The client that widgets share, or the base of the runtime: products of different shops do not repeat. */
  readonly shop: unknown;
  /** Reads its list again, because another widget shows some of its products. */
  refresh(): void;
}

const shownBy = new Map<PageWidget, ReadonlySet<string>>();

/** The products that no other widget of the page shows. */
export function notShownBy(widget: PageWidget, products: readonly ListedProduct[]): readonly ListedProduct[] {
  if (!widget.yields) return products;
  const others = [...shownBy]
    .filter(([other]) => other !== widget && other.shop === widget.shop)
    .map(([, ids]) => ids);
  return products.filter(({ id }) => !others.some((ids) => ids.has(String(id))));
}

/** Takes note of what a widget shows. One that does not yield takes its products from lists that were there first. */
export function noteShown(widget: PageWidget, products: readonly ListedProduct[]): void {
  const ids = new Set(products.map(({ id }) => String(id)));
  shownBy.set(widget, ids);
  if (widget.yields) return;
  for (const [other, theirs] of [...shownBy])
    if (other.yields && other.shop === widget.shop && [...theirs].some((id) => ids.has(id))) other.refresh();
}

/** Forgets what a widget shows: it has left the page, or shows another list soon. */
export function forgetShown(widget: PageWidget): void {
  shownBy.delete(widget);
}
