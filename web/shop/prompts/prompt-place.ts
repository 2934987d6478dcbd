// Gives a prompt its turn at the lower edge of the page, raises the chat button above it, closes it with Escape, and gives the
// focus back when it leaves.
import type { LitElement, ReactiveController } from 'lit';
import { KeepFocus } from '../../elements/keep-focus.ts';
import { pressedKey } from '../../elements/pressed-key.ts';
import { Follow } from '../../state/store.ts';
import { bottomLayer, type Card } from '../bottom/bottom-layer.ts';

export class PromptPlace implements ReactiveController {
  readonly #host: LitElement;
  readonly #card: Card;
  readonly #wants: () => boolean;
  #raised: Element | undefined;

  /**
   * @param wants whether the prompt has something to ask
   * @param refuse what its "Not now" does
   */
  constructor(host: LitElement, card: Card, wants: () => boolean, refuse: () => void) {
    this.#host = host;
    this.#card = card;
    this.#wants = wants;
    new Follow(host, () => bottomLayer);
    new KeepFocus(host);
    host.addEventListener('keydown', (event) => pressedKey(event) === 'Escape' && refuse());
    host.addController(this);
  }

  get isFree(): boolean {
    return bottomLayer.shown === this.#card;
  }

  hostUpdate(): void {
    bottomLayer.want(this.#card, this.#wants());
  }

  hostUpdated(): void {
    const aside = this.#host.renderRoot.querySelector('aside') ?? undefined;
    if (aside) bottomLayer.raiseOver(aside);
    else if (this.#raised) bottomLayer.lowerFrom(this.#raised);
    this.#raised = aside;
  }

  hostDisconnected(): void {
    bottomLayer.want(this.#card, false);
    if (this.#raised) bottomLayer.lowerFrom(this.#raised);
  }
}
