// <couture-offline-page>: the pages and products available offline.
import { localized, msg } from '@lit/localize';
import { Task } from '@lit/task';
import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { own } from '../../../api/own-base.ts';
import '../../../elements/product-card.element.ts';
import { type Kept, keptOnDevice } from '../../../state/kept-products.ts';
import { PageElement } from '../../page-element.ts';

@localized()
@customElement('couture-offline-page')
export class OfflinePage extends PageElement {
  static override styles = [
    PageElement.styles,
    css`
      h1 {
        padding-block: clamp(1.75rem, 1rem + 3vw, 3.5rem) 1rem;
      }
      h2 {
        margin-block: 2.5rem 1.25rem;
      }
      .lead {
        max-width: 36rem;
        margin-block-end: 1.5rem;
      }
      .none {
        margin-block-start: 2rem;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 0.75rem;
      }
    `,
  ];

  readonly #kept = new Task(this, {
    args: () => [] as const,
    task: () => keptOnDevice(),
    onComplete: () => this.ready(),
    onError: () => this.ready(),
  });

  constructor() {
    super();
    this.follow('network');
  }

  protected override firstUpdated(): void {
    this.titled(msg('Available offline'));
  }

  protected override render() {
    const { online } = this.network;
    return html`<div class="wide">
      <h1>${online ? msg('Available offline') : msg('You’re offline')}</h1>
      <p class="lead">
        ${
          online
            ? msg('Pages you view are saved here, so you can see them again offline.')
            : msg('These are the items you viewed earlier. Prices and stock may have changed.')
        }
      </p>
      <p class="row">
        <a class="button quiet" href=${own('/cart')}>${msg('Your bag')}</a>
        ${online ? nothing : html`<button class="button quiet" @click=${() => location.reload()}>${msg('Try again')}</button>`}
      </p>
      ${this.#kept.value ? this.#shown(this.#kept.value) : nothing}
    </div>`;
  }

  #shown({ products, categories }: Kept): TemplateResult {
    if (products.length === 0 && categories.length === 0)
      return html`<p class="none muted">${msg('Nothing saved yet.')}</p>`;
    return html`
      ${
        categories.length > 0
          ? html`<h2>${msg('Categories')}</h2>
              <p class="row">
                ${categories.map((name) => html`<a class="button quiet" href=${own(`/category/${encodeURIComponent(name)}`)}>${name}</a>`)}
              </p>`
          : nothing
      }
      ${
        products.length > 0
          ? html`<h2>${msg('Items')}</h2>
              <ul class="grid">
                ${products.map((product) => html`<li><couture-product-card .product=${product}></couture-product-card></li>`)}
              </ul>`
          : nothing
      }
    `;
  }
}
