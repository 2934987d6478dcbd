// <couture-personalized>: recommendations for the signed-in customer; trending products for guests.
import { localized, msg } from '@lit/localize';
import { customElement, state } from 'lit/decorators.js';
import { ApiError } from '../../api/api-error.ts';
import type { Client, ProductList } from '../../api/client.ts';
import { type ListKind, RecommendationWidget } from '../recommendation-widget.ts';

/** Fallbacks that know nothing about the customer. */
const impersonal = new Set(['trending', 'bestseller', 'category_bestseller']);

/**
 * @summary Recommendations for the signed-in customer, or trending products; the heading says which.
 * @event {CustomEvent<ProductClickDetail>} couture-product-click - a product was clicked; cancelable
 * @csspart base - the section
 * @csspart heading - the heading of the list
 * @csspart list - the list
 */
@localized()
@customElement('couture-personalized')
export class Personalized extends RecommendationWidget {
  @state() private isPersonal = false;

  constructor() {
    super();
    this.limit = 8;
  }

  protected get kind(): ListKind {
    return this.isPersonal ? 'personalized' : 'trending';
  }

  protected ownHeading(): string {
    return this.isPersonal ? msg('Picked for you') : msg('Trending now');
  }

  protected question(): unknown[] {
    return [this.person];
  }

  protected async ask(client: Client, limit: number, signal: AbortSignal): Promise<ProductList> {
    try {
      const list = await client.personalized(limit, signal);
      this.isPersonal = list.products.some((product) => !impersonal.has(product.source));
      return list;
    } catch (error) {
      if (!(error instanceof ApiError) || (error.status !== 401 && error.status !== 403)) throw error;
      this.isPersonal = false;
      return client.trending(limit, undefined, signal);
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-personalized': Personalized;
  }
}
