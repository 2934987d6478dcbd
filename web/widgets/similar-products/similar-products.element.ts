// <couture-similar-products>: products similar to the viewed one, at a similar price.
import { localized, msg } from '@lit/localize';
import { customElement, property } from 'lit/decorators.js';
import type { WireId } from '../../../runtime/contract/product.ts';
import type { Client, ProductList } from '../../api/client.ts';
import { RecommendationWidget } from '../recommendation-widget.ts';

/**
 * @summary Products similar to one product, at a similar price.
 * @event {CustomEvent<ProductClickDetail>} couture-product-click - a product was clicked; cancelable
 * @csspart base - the section
 * @csspart heading - the heading of the list
 * @csspart list - the list
 */
@localized()
@customElement('couture-similar-products')
export class SimilarProducts extends RecommendationWidget {
  /** Id of the product to find similar ones for. */
  @property({ attribute: 'product-id' }) productId: WireId = '';

  protected readonly kind = 'similar';

  protected ownHeading(): string {
    return msg('Similar styles');
  }

  protected override subject(): WireId {
    return this.productId;
  }

  protected question(): unknown[] {
    return [this.productId];
  }

  protected ask(client: Client, limit: number, signal: AbortSignal): Promise<ProductList> | undefined {
    return this.productId === '' ? undefined : client.similar(this.productId, limit, signal);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-similar-products': SimilarProducts;
  }
}
