// <couture-shop-footer>
import { html, LitElement } from 'lit';
import { customElement } from 'lit/decorators.js';

@customElement('couture-shop-footer')
export class ShopFooter extends LitElement {
  protected override render() {
    return html`<footer></footer>`;
  }
}
