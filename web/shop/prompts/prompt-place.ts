// Gives a prompt its turn at the lower edge of the page, and raises the chat button above it.
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { Follow } from '../../state/store.ts';
import { bottomLayer, type Card } from '../bottom/bottom-layer.ts';

interface PromptHost extends ReactiveControllerHost {
  readonly renderRoot: HTMLElement | DocumentFragment;
}

export class PromptPlace implements ReactiveController {
  readonly #host: PromptHost;
  readonly #card: Card;
  readonly #wants: () => boolean;
  #raised: Element | undefined;

  /** @param wants whether the prompt has something to ask */
  constructor(host: PromptHost, card: Card, wants: () => boolean) {
    this.#host = host;
    this.#card = card;
    this.#wants = wants;
    new Follow(host, () => bottomLayer);
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
