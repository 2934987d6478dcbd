// <couture-search-page>: the results of a search.
import { localized, msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { CatalogueQuery } from '../../../api/client.ts';
import { ListingPage } from '../../listing-page.ts';
import { searchUrl } from '../../search-url.ts';

@localized()
@customElement('couture-search-page')
export class SearchPage extends ListingPage {
  protected scope(): CatalogueQuery | undefined {
    return { q: this.#words() };
  }

  protected headline(): string {
    const words = this.#words();
    return words ? msg(str`“${words}”`) : msg('All items');
  }

  protected sorts() {
    return [
      ['', this.#words() ? msg('Best match') : msg('Featured')],
      ['rating', msg('Top rated')],
      ['price', msg('Price: low to high')],
      ['-price', msg('Price: high to low')],
    ] as const;
  }

  protected nothingFound(): TemplateResult {
    const filtered = this.activeFilters > 0;
    return html`<div class="state">
      <p>${filtered ? msg('No items match these filters.') : msg('Nothing found. Try fewer words, or see what’s trending.')}</p>
      ${filtered ? html`<a class="button quiet" href=${searchUrl(this.#words())}>${msg('Clear filters')}</a>` : nothing}
      <couture-trending></couture-trending>
    </div>`;
  }

  #words(): string {
    return (this.place.query.get('q') ?? '').trim().slice(0, 200);
  }
}
