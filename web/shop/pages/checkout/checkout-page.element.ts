// <couture-checkout-page>
import { html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { PageElement } from '../../page-element.ts';

@customElement('couture-checkout-page')
export class CheckoutPage extends PageElement {
  protected override firstUpdated(): void {
    this.titled('checkout');
    this.ready();
  }

  protected override render() {
    return html`<div class="wide"><h1>checkout</h1></div>`;
  }
}
