// Whether the network is there, as the browser says and as the last request found.
import { Store } from './store.ts';

export class Network extends Store {
  #online = navigator.onLine;

  constructor() {
    super();
    addEventListener('online', () => this.#set(true));
    addEventListener('offline', () => this.#set(false));
  }

  get online(): boolean {
    return this.#online;
  }

  /**
   * Calls back whenever there may be a network again: now if there is one, when it comes, when the page is looked at.
   * @param until ends it
   */
  whenReachable(act: () => void, until?: AbortSignal): void {
    if (this.#online) act();
    const options = until ? { signal: until } : {};
    addEventListener('online', act, options);
    addEventListener('pageshow', (event) => event.persisted && this.#online && act(), options);
    document.addEventListener(
      'visibilitychange',
      () => {
        if (document.visibilityState === 'visible' && this.#online) act();
      },
      options,
    );
  }

  #set(online: boolean): void {
    if (online === this.#online) return;
    this.#online = online;
    this.changed();
  }
}
