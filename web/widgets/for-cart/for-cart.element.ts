// <couture-for-cart>: products that are bought with those of a cart; without ids, of the page's own cart.
import { consume } from '@lit/context';
import { localized, msg } from '@lit/localize';
import { customElement, property } from 'lit/decorators.js';
import type { ListedProduct, WireId } from '../../../runtime/contract/product.ts';
import type { Client, ProductList } from '../../api/client.ts';
import type { Cart } from '../../state/cart.ts';
import { cartContext } from '../../state/contexts.ts';
import { Follow } from '../../state/store.ts';
import { RecommendationWidget } from '../recommendation-widget.ts';

/**
 * @summary Products that are bought with those of a cart.
 * @attr product-ids - ids, separated by commas; unset: the page's own cart
 * @event {CustomEvent<ProductClickDetail>} couture-product-click - a product was clicked; cancelable
 * @csspart base - the section
 * @csspart heading - the heading of the list
 * @csspart list - the list
 */
@localized()
@customElement('couture-for-cart')
export class ForCart extends RecommendationWidget {
  @property({ attribute: 'product-ids', converter: (value) => (value ?? '').split(',').filter(Boolean) })
  productIds: readonly WireId[] | undefined;

  @consume({ context: cartContext })
  @property({ attribute: false })
  cart!: Cart;

  protected readonly kind = 'for_cart';

  constructor() {
    super();
    new Follow(this, () => this.cart);
  }

  protected ownHeading(): string {
    return msg('Goes well with your bag');
  }

  protected question(): unknown[] {
    // As text: a new array with the same products is the same request.
    return [this.#ids().join(' ')];
  }

  protected override lastKnown(client: Client): readonly ListedProduct[] | undefined {
    return client.lastForCart(this.#ids(), this.limit);
  }

  protected ask(client: Client, limit: number, signal: AbortSignal): Promise<ProductList> | undefined {
    const ids = this.#ids();
    return ids.length === 0 ? undefined : client.forCart(ids, limit, signal);
  }

  /** The runtime accepts a hundred. */
  #ids(): readonly WireId[] {
    return (this.productIds ?? (this.cart as Cart | undefined)?.productIds ?? []).slice(0, 100);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-for-cart': ForCart;
  }
}
