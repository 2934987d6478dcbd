// <couture-trending>: products that sell faster than usual, in the shop or in one category.
import { localized, msg, str } from '@lit/localize';
import { customElement, property } from 'lit/decorators.js';
import type { ListedProduct } from '../../../runtime/contract/product.ts';
import type { Client, ProductList } from '../../api/client.ts';
import { RecommendationWidget } from '../recommendation-widget.ts';

/**
 * @summary Trending products of the shop, or of one category.
 * @event {CustomEvent<ProductClickDetail>} couture-product-click - a product was clicked; cancelable
 * @csspart base - the section
 * @csspart heading - the heading of the list
 * @csspart list - the list
 */
@localized()
@customElement('couture-trending')
export class Trending extends RecommendationWidget {
  /** Name of a category; unset: the whole shop. */
  @property() category = '';

  protected readonly kind = 'trending';

  constructor() {
    super();
    this.limit = 8;
  }

  protected ownHeading(): string {
    return this.category ? msg(str`Trending in ${this.category}`) : msg('Trending now');
  }

  protected override subject(): string | undefined {
    return this.category || undefined;
  }

  protected question(): unknown[] {
    return [this.category];
  }

  protected override lastKnown(client: Client): readonly ListedProduct[] | undefined {
    return client.lastTrending(this.limit, this.category || undefined);
  }

  protected ask(client: Client, limit: number, signal: AbortSignal): Promise<ProductList> {
    return client.trending(limit, this.category || undefined, signal);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-trending': Trending;
  }
}
