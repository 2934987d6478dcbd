// <couture-category-page>
import { html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { PageElement } from '../../page-element.ts';

@customElement('couture-category-page')
export class CategoryPage extends PageElement {
  protected override firstUpdated(): void {
    this.titled('category');
    this.ready();
  }

  protected override render() {
    return html`<div class="wide"><h1>category</h1></div>`;
  }
}
