// <couture-category-page>: the products of a category, and those trending in it.
import { localized, msg } from '@lit/localize';
import { html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { CatalogueQuery } from '../../../api/client.ts';
import { own } from '../../../api/own-base.ts';
import { ListingPage } from '../../listing-page.ts';

@localized()
@customElement('couture-category-page')
export class CategoryPage extends ListingPage {
  protected scope(): CatalogueQuery {
    return { category: this.#name() };
  }

  protected headline(): string {
    return this.isEmpty ? msg('Category not found') : this.#name();
  }

  protected sorts() {
    return [
      ['', msg('Featured')],
      ['rating', msg('Top rated')],
      ['price', msg('Price: low to high')],
      ['-price', msg('Price: high to low')],
      ['name', msg('Name: A–Z')],
    ] as const;
  }

  protected nothingFound(): TemplateResult {
    return html`<div class="state">
      <p>${this.isEmpty ? msg('The shop has no items in a category of this name.') : msg('No items match these filters.')}</p>
      ${!this.isEmpty ? html`<a class="button quiet" href=${this.place.path}>${msg('Clear filters')}</a>` : html`<a class="button" href=${own('/')}>${msg('Go to homepage')}</a>`}
    </div>`;
  }

  protected override render() {
    const trending = this.isEmpty
      ? html`<couture-trending></couture-trending>`
      : html`<couture-trending category=${this.#name()} limit="6"></couture-trending>`;
    return html`${super.render()}
      <div class="wide below">${trending}</div>`;
  }

  #name(): string {
    return this.place.params.category ?? '';
  }
}
