// <couture-not-found-page>: the page for URLs that the shop does not have.
import { localized, msg } from '@lit/localize';
import { html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { own } from '../../../api/own-base.ts';
import { PageElement } from '../../page-element.ts';

@localized()
@customElement('couture-not-found-page')
export class NotFoundPage extends PageElement {
  protected override firstUpdated(): void {
    this.titled(msg('Page not found'));
    this.ready();
  }

  protected override render() {
    return html`<div class="wide">
      <h1>${msg('Page not found')}</h1>
      <p>${msg('There is no page at this address.')} <a href=${own('/')}>${msg('Go to homepage')}</a></p>
    </div>`;
  }
}
