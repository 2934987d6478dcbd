// <couture-elsewhere-page>: in place of a page that only the server has, such as the sign-in, while there is no network. It
// opens the page when the server answers again.
import { localized, msg } from '@lit/localize';
import { html } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { own } from '../../../api/own-base.ts';
import { listingStyles } from '../../listing-page.styles.ts';
import { PageElement } from '../../page-element.ts';

@localized()
@customElement('couture-elsewhere-page')
export class ElsewherePage extends PageElement {
  static override styles = [PageElement.styles, listingStyles];

  /** Whether the server has answered, and has no such page. */
  @state() private isMissing = false;

  protected override firstUpdated(): void {
    this.titled(msg('You’re offline'));
    this.ready();
    void this.#open();
  }

  protected override render() {
    if (this.isMissing) return html`<couture-not-found-page .place=${this.place}></couture-not-found-page>`;
    return html`<div class="wide">
      <div class="head"><h1>${msg('You’re offline')}</h1></div>
      <div class="state" role="status">
        <p>${msg('This page needs a connection. It opens by itself when you’re back online.')}</p>
        <p>
          <button class="button" @click=${() => location.reload()}>${msg('Try again')}</button>
          <a class="button quiet" href=${own('/offline')}>${msg('See what’s available offline')}</a>
        </p>
      </div>
    </div>`;
  }

  async #open(): Promise<void> {
    if (!(await this.network.probe())) this.whenReachable(() => location.reload());
    else if (!wasReloaded()) location.reload();
    else {
      // The server itself has answered with the shell: in this shop there is no such page.
      await import('../not-found/not-found-page.element.ts');
      this.isMissing = true;
    }
  }
}

/** Whether this document comes from a reload: another one would be in vain. */
function wasReloaded(): boolean {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  return navigation?.type === 'reload';
}
