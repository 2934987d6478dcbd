// <couture-shop-message>: a message for a moment, at the lower edge; of products added to the bag also its subtotal and the way
// to the checkout.
import { localized, msg } from '@lit/localize';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { own } from '../../api/own-base.ts';
import { pressEnded } from '../../elements/hold-renders.ts';
import { icon } from '../../elements/icon.ts';
import { KeepFocus } from '../../elements/keep-focus.ts';
import type { SayDetail } from '../page-element.ts';
import { bottomLayer } from './bottom-layer.ts';
import { messageStyles } from './shop-message.styles.ts';

/** Milliseconds for which a message is shown, and one with the content of the bag. */
const stands = 6_000;
const bagStands = 12_000;
/** Milliseconds for which a message waits for the code that shows the bag; later, it is shown as words alone. */
const bagComesWithin = 1_000;

@localized()
@customElement('couture-shop-message')
export class ShopMessage extends LitElement {
  static override styles = messageStyles;

  @state() private said: SayDetail | undefined;
  @state() private underChat = false;
  @state() private hasBag = false;
  /** What is shown, or will be in a moment. */
  #latest: SayDetail | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #leaving = new AbortController();

  constructor() {
    super();
    new KeepFocus(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const chat = (event: Event) => {
      this.underChat = (event as CustomEvent<boolean>).detail;
      bottomLayer.want('chat', this.underChat);
    };
    addEventListener('couture-chat-toggled', chat, { signal: this.#leaving.signal });
    const invitation = ({ detail }: CustomEvent<boolean>) => bottomLayer.want('invitation', detail);
    addEventListener('couture-chat-invites', invitation, { signal: this.#leaving.signal });
    addEventListener('pointerdown', this.#pressed, { signal: this.#leaving.signal });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leaving.abort();
    clearTimeout(this.#timer);
  }

  /** A message keeps its form while it is shown: the shopper may be about to press its link. */
  async show(said: SayDetail): Promise<void> {
    this.#latest = said;
    // Before anything is shown: no prompt appears for the moment in between.
    bottomLayer.want('message', true);
    const hasBag = said.added !== undefined && (await hasBagCard());
    if (this.#latest !== said) return;
    this.hasBag = hasBag;
    this.said = said;
    this.#wait();
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.#latest = undefined;
    this.said = undefined;
    bottomLayer.want('message', false);
  }

  /** Hides what belongs to the page that the shopper leaves. */
  leavePage(): void {
    if (this.#latest?.added) this.hide();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { said } = this;
    if (!said) return nothing;
    const bag = said.added && this.hasBag ? said.added : undefined;
    const [pause, go] = [() => clearTimeout(this.#timer), () => this.#wait()];
    return html`<div
      class="message ${bag ? 'bag' : ''} ${this.underChat ? 'under-chat' : ''}"
      @focusin=${pause}
      @focusout=${go}
      @pointermove=${(event: PointerEvent) => event.pointerType === 'mouse' && pause()}
      @pointerleave=${go}
    >
      <div class="line">
        <p>${said.words}</p>
        ${said.undo ? html`<button class="text-button" @click=${() => this.#undo(said)}>${msg('Undo')}</button>` : nothing}
        ${said.added && !bag ? html`<a href=${own('/cart')}>${msg('View bag')}</a>` : nothing}
        ${bag ? html`<button class="tool" aria-label=${msg('Close')} @click=${() => this.hide()}>${icon('close', 18)}</button>` : nothing}
      </div>
      ${bag ? html`<couture-added-to-bag .products=${bag}></couture-added-to-bag>` : nothing}
    </div>`;
  }

  protected override updated(): void {
    // On wider screens messages are not where the chat button is.
    const narrow = matchMedia('(max-width: 47.99rem)').matches && !this.underChat;
    const message = narrow ? this.renderRoot.querySelector('.message') : null;
    if (message) bottomLayer.raiseOver(message);
    else if (bottomLayer.shown === undefined) bottomLayer.raiseOver(undefined);
  }

  /** Hides the bag at the first press outside it: it covers what the shopper does next. */
  readonly #pressed = async (event: PointerEvent) => {
    const { said } = this;
    if (!said?.added || event.composedPath().includes(this)) return;
    await pressEnded();
    if (this.said === said && this.#latest === said) this.hide();
  };

  #wait(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      async () => {
        await pressEnded();
        this.hide();
      },
      this.said?.added ? bagStands : stands,
    );
  }

  #undo(said: SayDetail): void {
    said.undo?.();
    this.hide();
  }
}

/** Whether the bag can be shown: offline, before its code was ever loaded, it can't. */
function hasBagCard(): Promise<boolean> {
  const loaded = import('./added-to-bag.element.ts').then(
    () => true,
    () => false,
  );
  return Promise.race([
    loaded,
    new Promise<boolean>((resolve) => setTimeout(resolve, bagComesWithin, false)),
  ]);
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-shop-message': ShopMessage;
  }
}
