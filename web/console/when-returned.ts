// Calls back when the agent returns to the window: what another tab did meanwhile may concern this one.
import type { ReactiveController, ReactiveControllerHost } from 'lit';

export class WhenReturned implements ReactiveController {
  readonly #act: () => Promise<void> | false | undefined;
  #acting: Promise<void> | undefined;
  #leaving = new AbortController();

  /** @param act not called again before it has ended: a return is often a change of focus and of visibility */
  constructor(host: ReactiveControllerHost, act: () => Promise<void> | false | undefined) {
    this.#act = act;
    host.addController(this);
  }

  hostConnected(): void {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    const look = () => {
      if (document.visibilityState !== 'visible') return;
      this.#acting ??= (this.#act() || undefined)?.finally(() => (this.#acting = undefined));
    };
    addEventListener('focus', look, { signal });
    document.addEventListener('visibilitychange', look, { signal });
  }

  hostDisconnected(): void {
    this.#leaving.abort();
  }
}
