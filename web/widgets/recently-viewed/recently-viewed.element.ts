// <couture-recently-viewed>: what was viewed on this device before. On a product's page it also records the view.
import { localized, msg } from '@lit/localize';
import type { PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ListedProduct, WireId } from '../../../runtime/contract/product.ts';
import { ApiError } from '../../api/api-error.ts';
import type { Client, ProductList } from '../../api/client.ts';
import { report } from '../../api/report-events.ts';
import { rememberViewed, viewedProducts } from '../../state/viewed.ts';
import { RecommendationWidget } from '../recommendation-widget.ts';

/**
 * @summary Products that were viewed on this device before, newest first.
 * @attr product-id - id of the product whose page this is: the view is recorded, and the list leaves it out
 * @event {CustomEvent<ProductClickDetail>} couture-product-click - a product was clicked; cancelable
 * @csspart base - the section
 * @csspart heading - the heading of the list
 * @csspart list - the list
 */
@localized()
@customElement('couture-recently-viewed')
export class RecentlyViewed extends RecommendationWidget {
  @property({ attribute: 'product-id' }) productId: WireId | undefined;

  protected readonly kind = 'recently_viewed';
  #recorded: string | undefined;

  protected ownHeading(): string {
    return msg('Recently viewed');
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (this.productId !== undefined && this.productId !== '') this.#record(String(this.productId));
  }

  protected question(): unknown[] {
    return [this.#ids().join(' ')];
  }

  protected async ask(client: Client, limit: number, signal: AbortSignal): Promise<ProductList> {
    const asked = this.#ids()
      .slice(0, limit)
      .map((id) => client.product(id, signal).catch(goneOrThrow));
    const products = (await Promise.all(asked)).filter((product) => product !== undefined);
    return { products: products.map(listed), buildId: undefined };
  }

  /** An empty place, not placeholders: most first visits have nothing to show. */
  protected override waiting() {
    return this.#ids().length > 0 ? super.waiting() : this.shown({ products: [], buildId: undefined });
  }

  #ids(): readonly string[] {
    return viewedProducts().filter((id) => id !== String(this.productId));
  }

  #record(id: string): void {
    if (id === this.#recorded) return;
    this.#recorded = id;
    rememberViewed(id);
    const base = this.api.replace(/\/+$/, '');
    report(base, { type: 'view', kind: 'product_page', product_id: id, place: 1 });
  }
}

/** A product that the shop no longer has is left out. */
function goneOrThrow(error: unknown): undefined {
  if (error instanceof ApiError && (error.status === 404 || error.status === 400)) return undefined;
  throw error;
}

function listed(product: Omit<ListedProduct, 'score' | 'reason' | 'source'>): ListedProduct {
  return { ...product, score: 0, reason: '', source: 'viewed' };
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-recently-viewed': RecentlyViewed;
  }
}
