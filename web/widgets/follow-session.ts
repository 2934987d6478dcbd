// Updates a widget when another customer is signed in on couture's own pages, for example in another tab.
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Session } from '../state/session.ts';

export class FollowSession implements ReactiveController {
  /** Changes with the customer; not when the session becomes known, since the server knew it before. */
  person = 0;
  readonly #host: ReactiveControllerHost;
  readonly #session: () => Session | undefined;
  #followed: Session | undefined;
  #stop: (() => void) | undefined;
  #sub: string | undefined;
  #isKnown = false;

  /** @param session called before each update: a context may arrive later */
  constructor(host: ReactiveControllerHost, session: () => Session | undefined) {
    this.#host = host;
    this.#session = session;
    host.addController(this);
  }

  hostUpdate(): void {
    const session = this.#session();
    if (session !== this.#followed) {
      this.#stop?.();
      this.#followed = session;
      this.#stop = session?.subscribe(() => this.#look());
    }
    this.#note();
  }

  hostConnected(): void {
    // The element was moved.
    this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#stop?.();
    this.#followed = undefined;
  }

  #look(): void {
    if (this.#note()) this.#host.requestUpdate();
  }

  /** @returns whether it is another customer */
  #note(): boolean {
    const session = this.#session();
    if (!session || session.state === 'unknown') return false;
    const changed = this.#isKnown && session.sub !== this.#sub;
    this.#isKnown = true;
    this.#sub = session.sub;
    if (changed) this.person += 1;
    return changed;
  }
}
