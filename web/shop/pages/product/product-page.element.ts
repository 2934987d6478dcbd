// <couture-product-page>
import { html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { PageElement } from '../../page-element.ts';

@customElement('couture-product-page')
export class ProductPage extends PageElement {
  protected override firstUpdated(): void {
    this.titled('product');
    this.ready();
  }

  protected override render() {
    return html`<div class="wide"><h1>product</h1></div>`;
  }
}
