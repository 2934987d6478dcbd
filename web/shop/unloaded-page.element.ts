// <couture-unloaded-page>: in place of a page whose code has not been loaded before the network was lost. The shop opens the page
// itself when the network is back.
import { localized, msg } from '@lit/localize';
import { html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { PageElement } from './page-element.ts';

@localized()
@customElement('couture-unloaded-page')
export class UnloadedPage extends PageElement {
  protected override firstUpdated(): void {
    this.titled(msg('You’re offline'));
    this.ready();
  }

  protected override render() {
    return html`<div class="wide">
      <h1>${msg('You’re offline')}</h1>
      <p>${msg('This page isn’t saved on your device yet.')}</p>
    </div>`;
  }
}
