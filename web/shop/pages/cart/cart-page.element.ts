// <couture-cart-page>
import { html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { PageElement } from '../../page-element.ts';

@customElement('couture-cart-page')
export class CartPage extends PageElement {
  protected override firstUpdated(): void {
    this.titled('cart');
    this.ready();
  }

  protected override render() {
    return html`<div class="wide"><h1>cart</h1></div>`;
  }
}
