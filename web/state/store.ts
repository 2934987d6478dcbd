// A value that elements follow: whoever subscribes is told of each change. No framework in it, so it is tested without one.
import type { ReactiveController, ReactiveControllerHost } from 'lit';

export abstract class Store {
  readonly #listeners = new Set<() => void>();

  /** Calls back after each change, until what it returns is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  protected changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Renders an element again whenever the store changes, for as long as the element is on the page. */
export class Follow implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #store: () => Store | undefined;
  #followed: Store | undefined;
  #stop: (() => void) | undefined;

  /** @param store looked at anew when the element connects and updates: a context may come later */
  constructor(host: ReactiveControllerHost, store: () => Store | undefined) {
    this.#host = host;
    this.#store = store;
    host.addController(this);
  }

  hostConnected(): void {
    this.#look();
  }

  hostUpdate(): void {
    this.#look();
  }

  hostDisconnected(): void {
    this.#stop?.();
    this.#followed = undefined;
  }

  #look(): void {
    const store = this.#store();
    if (store === this.#followed) return;
    this.#stop?.();
    this.#followed = store;
    this.#stop = store?.subscribe(() => this.#host.requestUpdate());
  }
}
