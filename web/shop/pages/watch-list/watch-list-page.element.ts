// <couture-watch-list-page>
import { html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { PageElement } from '../../page-element.ts';

@customElement('couture-watch-list-page')
export class WatchListPage extends PageElement {
  protected override firstUpdated(): void {
    this.titled('watch-list');
    this.ready();
  }

  protected override render() {
    return html`<div class="wide"><h1>watch-list</h1></div>`;
  }
}
