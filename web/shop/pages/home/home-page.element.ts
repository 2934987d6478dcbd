// <couture-home-page>
import { localized, msg } from '@lit/localize';
import { html } from 'lit';
import { customElement } from 'lit/decorators.js';
import '../../../widgets/similar-products/similar-products.element.ts';
import { PageElement } from '../../page-element.ts';

@localized()
@customElement('couture-home-page')
export class HomePage extends PageElement {
  protected override firstUpdated(): void {
    this.titled('');
    this.ready();
  }

  protected override render() {
    return html`<div class="wide">
      <h1>${msg('Clothes to keep')}</h1>
      <couture-similar-products product-id="6"></couture-similar-products>
    </div>`;
  }
}
