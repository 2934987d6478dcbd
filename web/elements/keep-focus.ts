// Moves the focus on when a render removes the focused element: it never falls to the body, where keys go nowhere, a phone
// closes its keyboard and a screen reader starts again at the top.
import type { LitElement, ReactiveController } from 'lit';

export class KeepFocus implements ReactiveController {
  readonly #host: LitElement;
  readonly #next: string;
  #before: Element | null = null;

  /** @param next selectors of what may take the focus, in this order */
  constructor(host: LitElement, ...next: readonly string[]) {
    this.#host = host;
    this.#next = next.join('\n');
    host.addController(this);
  }

  hostUpdate(): void {
    this.#before = this.#host.shadowRoot?.activeElement ?? null;
  }

  hostUpdated(): void {
    if (!this.#before || this.#before.isConnected) return;
    this.#before = null;
    void this.#host.updateComplete.then(() => this.#move());
  }

  async #move(): Promise<void> {
    for (const selector of this.#next.split('\n')) {
      const found = this.#host.renderRoot.querySelector<HTMLElement>(selector);
      if (!found) continue;
      await (found as Partial<LitElement>).updateComplete;
      // The shopper, or the code that caused the render, may have moved it since.
      if (document.activeElement === document.body) found.focus();
      return;
    }
  }
}
