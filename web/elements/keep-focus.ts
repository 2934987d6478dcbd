// Moves the focus on when a render removes the focused element: it never falls to the body, where keys go nowhere, a phone
// closes its keyboard and a screen reader starts again at the top.
import type { LitElement, ReactiveController } from 'lit';

declare global {
  interface WindowEventMap {
    /** The focused element is gone, and so is the one that had the focus before: the page takes it. */
    'couture-focus-lost': Event;
  }
}

export class KeepFocus implements ReactiveController {
  readonly #host: LitElement;
  readonly #next: readonly string[];
  #before: Element | null = null;
  #outside: HTMLElement | undefined;

  /** @param next selectors of what may take the focus, in this order; then the element that had it before this one */
  constructor(host: LitElement, ...next: readonly string[]) {
    this.#host = host;
    this.#next = next;
    host.addController(this);
  }

  hostUpdate(): void {
    this.#before = this.#host.shadowRoot?.activeElement ?? null;
    if (!this.#before) this.#outside = focused();
  }

  hostUpdated(): void {
    const before = this.#before;
    this.#before = null;
    // Browsers take the focus from a button that is disabled, too.
    if (before && (!before.isConnected || before.matches(':disabled')))
      void this.#host.updateComplete.then(() => this.#move());
  }

  async #move(): Promise<void> {
    const { renderRoot } = this.#host;
    for (const found of this.#next.flatMap((selector) => [
      ...renderRoot.querySelectorAll<HTMLElement>(selector),
    ])) {
      await (found as Partial<LitElement>).updateComplete;
      // The shopper, or the code that caused the render, may have moved it since.
      if (isPlaced()) return;
      // Headings take the focus from code alone, and what is hidden at this width takes none.
      if (found.tabIndex < 0 && !found.localName.includes('-')) found.tabIndex = -1;
      found.focus({ preventScroll: found.tabIndex < 0 });
    }
    if (isPlaced()) return;
    this.#outside?.focus({ preventScroll: true });
    if (!isPlaced()) dispatchEvent(new Event('couture-focus-lost'));
  }
}

function isPlaced(): boolean {
  return focused()?.matches(':not(:disabled)') ?? false;
}

/** The focused element, in any shadow root. */
function focused(): HTMLElement | undefined {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element && element !== document.body ? (element as HTMLElement) : undefined;
}
