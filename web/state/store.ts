// A store that notifies its subscribers of each change. Stores need no framework, so their tests need none.
import type { ReactiveController, ReactiveControllerHost } from 'lit';

export abstract class Store {
  readonly #listeners = new Set<() => void>();

  /** Calls back after each change, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  protected changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Re-renders an element whenever the store changes, while the element is on the page. */
export class Follow implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #store: () => Store | undefined;
  #followed: Store | undefined;
  #stop: (() => void) | undefined;

  /** @param store called when the element connects and before each update: a context may arrive later */
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
