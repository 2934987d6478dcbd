// <couture-not-found-page>: an address that is none of the shop's.
import { localized, msg } from '@lit/localize';
import { html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { PageElement } from '../../page-element.ts';

@localized()
@customElement('couture-not-found-page')
export class NotFoundPage extends PageElement {
  protected override firstUpdated(): void {
    this.titled(msg('Nothing here'));
    this.ready();
  }

  protected override render() {
    return html`<div class="wide">
      <h1>${msg('Nothing here')}</h1>
      <p>${msg('This address leads nowhere in the shop.')} <a href="/">${msg('To the start')}</a></p>
    </div>`;
  }
}
