// Whether the network is reachable, as the browser says and as the last request found.
import { own } from '../api/own-base.ts';
import { timeLimit } from '../api/time-limit.ts';
import { Store } from './store.ts';

/** Milliseconds between two probes while offline. */
const probePause = 4_000;

export class Network extends Store {
  #online = navigator.onLine;
  #probing: ReturnType<typeof setTimeout> | undefined;
  readonly #acts = new Set<() => void>();

  constructor() {
    super();
    addEventListener('online', () => this.#set(true));
    addEventListener('offline', () => this.#set(false));
    const back = () => this.#online && this.#act();
    addEventListener('pageshow', (event) => event.persisted && back());
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && back());
  }

  get online(): boolean {
    return this.#online;
  }

  /** Reports what a request found: in a tunnel the browser claims to be online, and nothing answers. */
  found(reached: boolean): void {
    this.#set(reached);
    // No event fires when it ends.
    if (!reached && navigator.onLine) this.#probing ??= setTimeout(() => void this.probe(), probePause);
  }

  /**
   * Calls back whenever the network may be back: now if it is reachable, when it returns, when the page becomes visible.
   * @param until stops the calls
   */
  whenReachable(act: () => void, until?: AbortSignal): void {
    if (this.#online) act();
    this.#acts.add(act);
    until?.addEventListener('abort', () => this.#acts.delete(act));
  }

  /** Asks the server whether it answers. */
  async probe(): Promise<boolean> {
    clearTimeout(this.#probing);
    this.#probing = undefined;
    const reached = await fetch(own('/healthz'), {
      cache: 'no-store',
      signal: timeLimit(probePause).signal,
    }).then(
      () => true,
      () => false,
    );
    this.found(reached);
    return reached;
  }

  #set(online: boolean): void {
    if (online === this.#online) return;
    this.#online = online;
    this.changed();
    if (online) this.#act();
  }

  #act(): void {
    for (const act of this.#acts) act();
  }
}
