// <couture-home-page>: a hero that waits for no data, trending products, recommendations, categories, top-rated products.
import { localized, msg } from '@lit/localize';
import { Task } from '@lit/task';
import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { Category } from '../../../../runtime/contract/catalogue.ts';
import { OfflineError } from '../../../api/api-error.ts';
import { own } from '../../../api/own-base.ts';
import { anyRated } from '../../../elements/any-rated.ts';
import { icon } from '../../../elements/icon.ts';
import '../../../elements/product-card.element.ts';
import '../../../widgets/trending/trending.element.ts';
import { contentLang } from '../../../state/content-lang.ts';
import { identity } from '../../../state/identity.ts';
import { formatCount } from '../../../state/locale.ts';
import { Renewed } from '../../../state/renewed.ts';
import { Follow } from '../../../state/store.ts';
import { PageElement } from '../../page-element.ts';
import { homeStyles } from './home-page.styles.ts';

/** Pictures of the hero. */
const heroPictures = 3;

@localized()
@customElement('couture-home-page')
export class HomePage extends PageElement {
  static override styles = [PageElement.styles, homeStyles];

  readonly #hero = new Task(this, {
    args: () => [] as const,
    task: async (_, { signal }) =>
      (await this.client.products({ sort: 'rating', limit: heroPictures }, signal)).products,
  });

  readonly #categories = new Task(this, {
    args: () => [] as const,
    task: (_, { signal }) => this.client.categories(signal),
    onComplete: () => this.ready(),
    onError: () => this.ready(),
  });

  constructor() {
    super();
    this.follow('session');
    new Renewed(this, () => this.#hero);
    new Renewed(this, () => this.#categories);
    new Follow(this, () => identity);
  }

  protected override firstUpdated(): void {
    this.titled('');
    this.loadLater(() => import('./customer-lists.ts'));
  }

  protected override render() {
    const { name } = this.session;
    const categories = this.#categories.value ?? this.client.lastCategories() ?? [];
    const hasPictures = categories.some(({ image_url }) => image_url);
    return html`
      <section class="hero wide">
        <div class="line">${identity.sample ? this.#sampleWords() : this.#ownWords()}</div>
        ${this.#pictures()}
      </section>
      <div class="wide section">
        ${
          this.session.state === 'customer'
            ? html`${name ? html`<p class="greeting muted">${msg('Good to see you,')} ${name}</p>` : nothing}
                <couture-buy-again></couture-buy-again> <couture-personalized></couture-personalized>`
            : html`<couture-trending></couture-trending>`
        }
      </div>
      <section class="wide section" aria-labelledby="by-category">
        <h2 id="by-category">${msg('Shop by category')}</h2>
        ${
          categories.length === 0 && this.#categories.error
            ? this.#failed()
            : html`<ul class=${hasPictures ? 'categories' : 'categories plain'}>
                ${categories.map((category) => this.#category(category, hasPictures))}
              </ul>`
        }
      </section>
      ${this.session.state === 'customer' ? html`<div class="wide section"><couture-trending></couture-trending></div>` : nothing}
    `;
  }

  #sampleWords(): TemplateResult {
    return html`<h1>${msg('Clothes worth keeping for years')}</h1>
      <p>${msg('Dresses, knitwear, bags and shoes, each one chosen to go with the rest.')}</p>
      <a class="button" href=${own('/category/Dresses')}>${msg('Shop dresses')} ${icon('arrow', 18)}</a>`;
  }

  /** The hero of a real shop: its assortment is unknown here. */
  #ownWords(): TemplateResult {
    return html`<h1>${identity.name}</h1>
      <a class="button" href=${own('/search')}>${msg('Start shopping')} ${icon('arrow', 18)}</a>`;
  }

  /** None in a shop whose products have no pictures, and none while they can't be loaded. */
  #pictures(): TemplateResult | typeof nothing {
    const products =
      this.#hero.value ?? this.client.lastProducts({ sort: 'rating', limit: heroPictures })?.products;
    if (!products && this.#hero.error) return nothing;
    const pictured = products?.filter(({ image_url }) => image_url);
    if (pictured?.length === 0) return nothing;
    return html`<ul class="pictures" aria-label=${anyRated(products) ? msg('Top rated') : msg('Items')}>
      ${
        pictured
          ? pictured.map(
              (product, at) => html`<li class="at${at}">
                <a href=${product.url} aria-label=${product.name}
                  ><couture-product-picture .src=${product.image_url} eager></couture-product-picture
                ></a>
              </li>`,
            )
          : Array.from(
              { length: heroPictures },
              (_, at) => html`<li class="at${at}"><div class="bone"></div></li>`,
            )
      }
    </ul>`;
  }

  #failed(): TemplateResult {
    const words =
      this.#categories.error instanceof OfflineError
        ? msg('You’re offline.')
        : msg('Couldn’t load this list.');
    return html`<p class="muted" role="status">
      ${words} <button class="text-button" @click=${() => this.#categories.run()}>${msg('Try again')}</button>
    </p>`;
  }

  #category({ name, count, image_url }: Category, pictured: boolean): TemplateResult {
    return html`<li>
      <a href=${own(`/category/${encodeURIComponent(name)}`)}>
        ${pictured ? html`<couture-product-picture .src=${image_url}></couture-product-picture>` : nothing}
        <span class="name" lang=${contentLang() ?? nothing}>${name}</span> <span class="muted">${formatCount(count)}</span>
      </a>
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-home-page': HomePage;
  }
}
