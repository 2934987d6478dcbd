// <couture-install-prompt>: offers to install the shop, once it has been useful; on iOS explains how. Remembers a "no".
import { localized, msg } from '@lit/localize';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { icon } from '../../elements/icon.ts';
import { isInstalled } from '../../push/is-installed.ts';
import { sinceNoted } from '../../state/device-clock.ts';
import { saved } from '../../state/saved.ts';
import { buttons, reset } from '../../styles/shared.styles.ts';
import { promptStyles } from './prompt.styles.ts';
import { PromptPlace } from './prompt-place.ts';

/** The event that Chromium fires instead of asking by itself. */
interface InstallEvent extends Event {
  prompt(): Promise<{ outcome: 'accepted' | 'dismissed' }>;
}

declare global {
  interface WindowEventMap {
    beforeinstallprompt: Event;
  }
}

/** Milliseconds for which a "no" is respected. */
const noHolds = 90 * 86_400_000;
/** Milliseconds from the start of a page within which Chromium offers the installation, after a press: it asks for 30 s of use. */
const offersWithin = 31_000;
/** Milliseconds after which a new visit counts as a second one. */
const visitApart = 30 * 60_000;

interface Known {
  readonly refusedAt: number;
  readonly firstVisit: number;
}

const known = saved<Known>('couture-install', { refusedAt: 0, firstVisit: 0 }, (value) => {
  const { refusedAt, firstVisit } = (value ?? {}) as Partial<Known>;
  return typeof refusedAt === 'number' && typeof firstVisit === 'number'
    ? { refusedAt, firstVisit }
    : undefined;
});

@localized()
@customElement('couture-install-prompt')
export class InstallPrompt extends LitElement {
  static override styles = [reset, buttons, promptStyles];

  readonly #place = new PromptPlace(
    this,
    'install',
    () => this.how !== undefined,
    () => this.#refuse(),
  );
  @state() private how: 'prompt' | 'ios' | undefined;
  #offered: InstallEvent | undefined;
  #worthShown = false;
  #whenOffered: Array<() => void> = [];
  /** Whether storage can remember a "no": without it, do not ask. */
  #remembers = false;

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('beforeinstallprompt', this.#offer);
    addEventListener('appinstalled', this.#done);
    addEventListener('couture-value-shown', this.#worth);
    addEventListener('couture-add-to-cart', this.#worth);
    const { firstVisit, refusedAt } = known.read();
    this.#remembers = known.write({ refusedAt, firstVisit: firstVisit || Date.now() });
    if (firstVisit === 0) return;
    if (sinceNoted(firstVisit) > visitApart) this.#worth();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('beforeinstallprompt', this.#offer);
    removeEventListener('appinstalled', this.#done);
    removeEventListener('couture-value-shown', this.#worth);
    removeEventListener('couture-add-to-cart', this.#worth);
  }

  /**
   * Whether the prompt asks, now or when the browser offers the installation in a moment: other questions come afterwards,
   * because browsers leave notifications of installed apps alone. Resolves after half a minute at most.
   */
  async comesFirst(): Promise<boolean> {
    if (this.#mayAsk && !this.how && 'onbeforeinstallprompt' in window) await this.#offerOrTimeout();
    return this.how !== undefined;
  }

  protected override render() {
    if (!this.how || !this.#place.isFree) return nothing;
    return html`<aside aria-label=${msg('Install the shop')}>
      <h2>${msg('Get the shop app')}</h2>
      ${this.how === 'ios' ? this.#ios() : html`<p>${msg('Opens instantly, and shows what you’ve viewed even when you’re offline.')}</p>`}
      <div class="choices">
        ${this.how === 'prompt' ? html`<button class="button" @click=${this.#install}>${msg('Install')}</button>` : nothing}
        <button class="button quiet" @click=${this.#refuse}>${this.how === 'ios' ? msg('Got it') : msg('Not now')}</button>
      </div>
    </aside>`;
  }

  #ios(): TemplateResult {
    return html`<p>
      ${msg('Tap')} ${icon('share', 18)} ${msg('“Share” in your browser’s toolbar, then “Add to Home Screen”.')}
    </p>`;
  }

  get #mayAsk(): boolean {
    return this.#remembers && !isInstalled() && sinceNoted(known.read().refusedAt) >= noHolds;
  }

  #offerOrTimeout(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenOffered.push(resolve);
      setTimeout(resolve, Math.max(0, offersWithin - performance.now()));
    });
  }

  #decide(): void {
    if (!this.#worthShown || !this.#mayAsk) return;
    if (this.#offered) this.how = 'prompt';
    else if (isIos()) this.how = 'ios';
  }

  readonly #offer = (event: Event) => {
    event.preventDefault();
    this.#offered = event as InstallEvent;
    this.#decide();
    for (const resolve of this.#whenOffered.splice(0)) resolve();
  };

  readonly #worth = () => {
    this.#worthShown = true;
    this.#decide();
  };

  readonly #install = async () => {
    const offered = this.#offered;
    this.#offered = undefined;
    this.how = undefined;
    const answer = await offered?.prompt();
    if (answer?.outcome === 'dismissed') this.#refuse();
  };

  readonly #refuse = () => {
    known.write({ ...known.read(), refusedAt: Date.now() });
    this.how = undefined;
  };

  readonly #done = () => {
    this.how = undefined;
  };
}

/** iPads claim to be Macs, but no Mac has a touch screen. */
function isIos(): boolean {
  return (
    /iPhone|iPad|iPod/.test(navigator.userAgent) ||
    (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1)
  );
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-install-prompt': InstallPrompt;
  }
}
