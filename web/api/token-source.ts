// How requests carry the token of the shop's customer. Only pages that embed the widgets have one (embed/page-token.ts);
// couture's own pages are signed in by a cookie that no script can read.
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { ApiError } from './api-error.ts';

export interface TokenSource {
  /** Changes when another customer signs in, or the customer signs out; not when a token is renewed. */
  readonly person: number;
  /** The token for requests to this origin; undefined without one, and for origins that must not get it. */
  current(base: string): Promise<string | undefined>;
  /** The token to send instead of one that the runtime refused; undefined if there is none. */
  renew(base: string, refused: string | undefined, why: ApiError): Promise<string | undefined>;
  /** @param api origin of the runtime, which may get the token from now on */
  set(token: string | null, api?: string): void;
  subscribe(listener: () => void): () => void;
}

let source: TokenSource | undefined;

/** Sets the source of all later requests. */
export function useTokens(given: TokenSource | undefined): void {
  source = given;
}

export function tokenSource(): TokenSource | undefined {
  return source;
}

export interface TokenHost extends ReactiveControllerHost {
  readonly api: string;
  /** undefined: the element was given none. */
  readonly token: string | null | undefined;
}

/** Hands an element's token over to all requests of the page, and updates the element when the customer changes. */
export class FollowToken implements ReactiveController {
  readonly #host: TokenHost;
  #given: string | null | undefined;
  #stop: (() => void) | undefined;

  constructor(host: TokenHost) {
    this.#host = host;
    host.addController(this);
  }

  /** As in TokenSource; 0 on pages without tokens. */
  get person(): number {
    return source?.person ?? 0;
  }

  hostConnected(): void {
    this.#stop = source?.subscribe(() => this.#host.requestUpdate());
  }

  hostUpdate(): void {
    const { token, api } = this.#host;
    if (token === this.#given) return;
    this.#given = token;
    source?.set(token ?? null, api);
  }

  hostDisconnected(): void {
    this.#stop?.();
  }
}
