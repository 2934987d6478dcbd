// <couture-personalized>: what fits what the signed-in customer bought; what is rising where nobody is signed in.
import { localized, msg } from '@lit/localize';
import { customElement, state } from 'lit/decorators.js';
import { ApiError } from '../../api/api-error.ts';
import type { Client, ProductList } from '../../api/client.ts';
import { type ListKind, RecommendationWidget } from '../recommendation-widget.ts';

/** Rungs of the ladder that know nothing of a person. */
const impersonal = new Set(['trending', 'bestseller', 'shop_bestseller', 'category_bestseller']);

/**
 * @summary What fits the signed-in customer; trending where nothing is known of them, and the heading says which.
 * @event {CustomEvent<ProductClickDetail>} couture-product-click - a product was clicked; cancelable
 * @csspart base - the section
 * @csspart heading - the words above the list
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
    return [];
  }

  protected async ask(client: Client, signal: AbortSignal): Promise<ProductList> {
    try {
      const list = await client.personalized(this.limit, signal);
      this.isPersonal = list.products.some((product) => !impersonal.has(product.rung));
      return list;
    } catch (error) {
      if (!(error instanceof ApiError) || (error.status !== 401 && error.status !== 403)) throw error;
      this.isPersonal = false;
      return client.trending(this.limit, undefined, signal);
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-personalized': Personalized;
  }
}
