// <couture-push-question>: offers notifications once, when they are useful: after a product was saved to the watchlist, and
// after an order. The browser's own question comes only after a "yes"; a "no" is respected for months.
import { localized, msg } from '@lit/localize';
import { html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Push } from '../../push/push.ts';
import { usualTopics } from '../../push/push-toggle.element.ts';
import { troubleWords } from '../../push/trouble-words.ts';
import { sinceNoted } from '../../state/device-clock.ts';
import { saved } from '../../state/saved.ts';
import { buttons, reset } from '../../styles/shared.styles.ts';
import { promptStyles } from './prompt.styles.ts';
import { PromptPlace } from './prompt-place.ts';

/** Milliseconds for which a "no" is respected, and of delay before asking, so that another prompt may come first. */
const noHolds = 90 * 86_400_000;
const asksAfter = 900;

const refused = saved<number>('couture-push-refused', 0, (value) =>
  typeof value === 'number' ? value : undefined,
);

@localized()
@customElement('couture-push-question')
export class PushQuestion extends LitElement {
  static override styles = [reset, buttons, promptStyles];

  @property({ attribute: false }) push!: Push;
  readonly #place = new PromptPlace(
    this,
    'push',
    () => this.about !== undefined,
    () => this.#no(),
  );
  @state() private about: 'order' | 'watch' | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('couture-value-shown', this.#worth);
    addEventListener('couture-page-shown', this.#leave);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('couture-value-shown', this.#worth);
    removeEventListener('couture-page-shown', this.#leave);
  }

  protected override render() {
    if (!this.about || !this.#place.isFree) return nothing;
    return html`<aside aria-label=${msg('Notifications')}>
      <h2>${this.about === 'order' ? msg('Get updates on your order?') : msg('Want to know when it changes?')}</h2>
      <p>
        ${
          this.about === 'order'
            ? msg('We’ll notify you on this device about your order and replies in the chat.')
            : msg('We’ll notify you on this device when the price drops or it’s back in stock.')
        }
      </p>
      <div class="choices">
        <button class="button" @click=${this.#yes}>${msg('Yes, please')}</button>
        <button class="button quiet" @click=${this.#no}>${msg('Not now')}</button>
      </div>
    </aside>`;
  }

  readonly #worth = (event: Event) => {
    const { detail } = event as CustomEvent<unknown>;
    if (detail !== 'order' && detail !== 'watch') return;
    setTimeout(() => void this.#ask(detail), asksAfter);
  };

  async #ask(about: 'order' | 'watch'): Promise<void> {
    await this.push.look();
    if (this.push.state !== 'off' || sinceNoted(refused.read()) < noHolds) return;
    // Do not ask if storage cannot remember a "no".
    if (!refused.write(refused.read())) return;
    const { pathname } = location;
    // One question at a time; this one comes the next time, if the shopper doesn't install the shop.
    if (await document.querySelector('couture-install-prompt')?.comesFirst()) return;
    if (location.pathname === pathname) this.about = about;
  }

  /** The question is about what this page shows. It may come again: leaving it unanswered is no "no". */
  readonly #leave = () => {
    this.about = undefined;
  };

  readonly #yes = async () => {
    this.about = undefined;
    try {
      const on = await this.push.turnOn(usualTopics);
      if (!on) refused.write(Date.now());
      if (on) this.#say(msg('Notifications are on. You can change them in your account.'));
      else if (this.push.state === 'forbidden')
        this.#say(msg('Notifications are blocked. You can allow them in your browser settings.'));
    } catch (error) {
      // The shopper has not refused: the question comes again.
      this.#say(troubleWords(error));
    }
  };

  #say(words: string): void {
    document.querySelector('couture-shop')?.say({ words });
  }

  readonly #no = () => {
    refused.write(Date.now());
    this.about = undefined;
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-push-question': PushQuestion;
  }
}
