// <couture-search-page>
import { html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { PageElement } from '../../page-element.ts';

@customElement('couture-search-page')
export class SearchPage extends PageElement {
  protected override firstUpdated(): void {
    this.titled('search');
    this.ready();
  }

  protected override render() {
    return html`<div class="wide"><h1>search</h1></div>`;
  }
}
