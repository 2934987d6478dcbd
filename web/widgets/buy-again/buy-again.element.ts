// <couture-buy-again>: what the signed-in customer is due to buy again; nothing for guests.
import { localized, msg } from '@lit/localize';
import { nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { ApiError } from '../../api/api-error.ts';
import type { Client, ProductList } from '../../api/client.ts';
import { RecommendationWidget } from '../recommendation-widget.ts';

/**
 * @summary What the signed-in customer is due to buy again, with the interval and the last day; nothing for guests.
 * @event {CustomEvent<ProductClickDetail>} couture-product-click - a product was clicked; cancelable
 * @csspart base - the section
 * @csspart heading - the heading of the list
 * @csspart list - the list
 */
@localized()
@customElement('couture-buy-again')
export class BuyAgain extends RecommendationWidget {
  /** Number of days within which products are due. */
  @property({ type: Number }) within = 7;

  protected readonly kind = 'buy_again';

  constructor() {
    super();
    this.limit = 4;
  }

  /** What is due is said here, with its day, and not in a list of recommendations. */
  override get yields(): boolean {
    return false;
  }

  protected ownHeading(): string {
    return msg('Time to buy again');
  }

  protected question(): unknown[] {
    return [this.person, this.within];
  }

  protected async ask(client: Client, limit: number, signal: AbortSignal): Promise<ProductList> {
    try {
      return await client.buyAgain(limit, this.within, signal);
    } catch (error) {
      if (!(error instanceof ApiError) || (error.status !== 401 && error.status !== 403)) throw error;
      return { products: [], buildId: undefined };
    }
  }

  /** No placeholders: most customers have nothing due, and a heading should not appear only to disappear. */
  protected override waiting(): typeof nothing {
    return nothing;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-buy-again': BuyAgain;
  }
}
