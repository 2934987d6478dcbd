// <couture-offline-page>
import { html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { PageElement } from '../../page-element.ts';

@customElement('couture-offline-page')
export class OfflinePage extends PageElement {
  protected override firstUpdated(): void {
    this.titled('offline');
    this.ready();
  }

  protected override render() {
    return html`<div class="wide"><h1>offline</h1></div>`;
  }
}
