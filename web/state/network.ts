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

  /** Calls back whenever there may be a network again: now if there is one, when it comes, when the page is looked at. */
  whenReachable(act: () => void): void {
    if (this.#online) act();
    addEventListener('online', act);
    addEventListener('pageshow', (event) => event.persisted && this.#online && act());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible' && this.#online) act();
    });
  }

  #set(online: boolean): void {
    if (online === this.#online) return;
    this.#online = online;
    this.changed();
  }
}
