// <couture-account-page>
import { html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { PageElement } from '../../page-element.ts';

@customElement('couture-account-page')
export class AccountPage extends PageElement {
  protected override firstUpdated(): void {
    this.titled('account');
    this.ready();
  }

  protected override render() {
    return html`<div class="wide"><h1>account</h1></div>`;
  }
}
