// <couture-search-page>: what has the words that were searched for.
import { localized, msg, str } from '@lit/localize';
import { html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { CatalogueQuery } from '../../../api/client.ts';
import '../../../widgets/trending/trending.element.ts';
import { ListingPage } from '../../listing-page.ts';

@localized()
@customElement('couture-search-page')
export class SearchPage extends ListingPage {
  protected scope(): CatalogueQuery | undefined {
    return { q: this.#words() };
  }

  protected headline(): string {
    const words = this.#words();
    return words ? msg(str`“${words}”`) : msg('Everything');
  }

  protected sorts() {
    return [
      ['', this.#words() ? msg('Best match') : msg('Featured first')],
      ['rating', msg('Best rated')],
      ['price', msg('Price, rising')],
      ['-price', msg('Price, falling')],
    ] as const;
  }

  protected nothingFound(): TemplateResult {
    return html`<div class="state">
      <p>${msg('Nothing found. Try fewer words, or look at what is rising.')}</p>
      <couture-trending></couture-trending>
    </div>`;
  }

  #words(): string {
    return (this.place.query.get('q') ?? '').trim().slice(0, 200);
  }
}
