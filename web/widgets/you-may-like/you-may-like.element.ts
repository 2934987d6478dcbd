// <couture-you-may-like>: similar products and recommendations for the customer, alternating.
import { localized, msg } from '@lit/localize';
import { customElement, property } from 'lit/decorators.js';
import type { WireId } from '../../../runtime/contract/product.ts';
import type { Client, ProductList } from '../../api/client.ts';
import { RecommendationWidget } from '../recommendation-widget.ts';

/**
 * @summary Similar products and recommendations for the signed-in customer, alternating.
 * @event {CustomEvent<ProductClickDetail>} couture-product-click - a product was clicked; cancelable
 * @csspart base - the section
 * @csspart heading - the heading of the list
 * @csspart list - the list
 */
@localized()
@customElement('couture-you-may-like')
export class YouMayLike extends RecommendationWidget {
  /** Id of the viewed product. */
  @property({ attribute: 'product-id' }) productId: WireId = '';

  protected readonly kind = 'you_may_like';

  protected ownHeading(): string {
    return msg('You may also like');
  }

  protected override subject(): WireId {
    return this.productId;
  }

  protected question(): unknown[] {
    return [this.productId, this.person];
  }

  protected ask(client: Client, limit: number, signal: AbortSignal): Promise<ProductList> | undefined {
    return this.productId === '' ? undefined : client.youMayLike(this.productId, limit, signal);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-you-may-like': YouMayLike;
  }
}
