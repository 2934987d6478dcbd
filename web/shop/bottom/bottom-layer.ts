// The lower edge of the page, which messages, prompts, the buy bar, the chat and its invitation share: one card at a time, above the
// bar, and the chat button moves up.
import { Store } from '../../state/store.ts';

/** In the order of precedence. Prompts wait until messages and the chat's invitation are gone and the chat is closed. */
const cards = ['message', 'chat', 'invitation', 'update', 'install', 'push'] as const;
export type Card = (typeof cards)[number];

class BottomLayer extends Store {
  readonly #wanting = new Set<Card>();
  #measured: Element | undefined;
  readonly #observer = 'ResizeObserver' in globalThis ? new ResizeObserver(() => this.#measure()) : undefined;

  /** The card that may be shown now. */
  get shown(): Card | undefined {
    return cards.find((card) => this.#wanting.has(card));
  }

  /** Asks for the place, or gives it back. */
  want(card: Card, wanted: boolean): void {
    if (wanted === this.#wanting.has(card)) return;
    if (wanted) this.#wanting.add(card);
    else this.#wanting.delete(card);
    this.changed();
  }

  /** Raises the chat button above an element at the lower edge; undefined: there is none. */
  raiseOver(element: Element | undefined): void {
    if (element === this.#measured) return;
    this.#observer?.disconnect();
    this.#measured = element;
    if (element) this.#observer?.observe(element);
    this.#measure();
  }

  /** The end of `raiseOver` for an element that is gone; another may have taken its place. */
  lowerFrom(element: Element): void {
    if (element === this.#measured) this.raiseOver(undefined);
  }

  #measure(): void {
    const height = this.#measured?.isConnected ? this.#measured.getBoundingClientRect().height : 0;
    const { style } = document.documentElement;
    if (height > 0) style.setProperty('--couture-card-height', `${Math.ceil(height) + 12}px`);
    else style.removeProperty('--couture-card-height');
  }
}

export const bottomLayer = new BottomLayer();
