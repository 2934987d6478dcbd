// <couture-not-found-page>: the page for URLs that the shop does not have.
import { localized, msg } from '@lit/localize';
import { html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { own } from '../../../api/own-base.ts';
import '../../../widgets/trending/trending.element.ts';
import { listingStyles } from '../../listing-page.styles.ts';
import { PageElement } from '../../page-element.ts';

@localized()
@customElement('couture-not-found-page')
export class NotFoundPage extends PageElement {
  static override styles = [PageElement.styles, listingStyles];

  protected override firstUpdated(): void {
    this.titled(msg('Page not found'));
    this.ready();
  }

  protected override render() {
    return html`<div class="wide">
      <div class="head"><h1>${msg('Page not found')}</h1></div>
      <div class="state">
        <p>${msg('There is no page at this address.')}</p>
        <a class="button" href=${own('/')}>${msg('Go to homepage')}</a>
      </div>
      <div class="below"><couture-trending></couture-trending></div>
    </div>`;
  }
}
