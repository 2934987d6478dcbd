// Types of the module that pages load.

/** Says who is signed in, on pages of other origins than the runtime's. Also `window.couture`. */
export interface Couture {
  /**
   * Signs the customer in with a token of the shop's login, or out with null. The token stays in memory, and goes to the
   * runtime that the module was loaded from and to the page's own origin.
   * @param api origin of the runtime, where the module was bundled and not loaded from it
   * @throws TypeError for anything but a JWT or null
   */
  setToken(token: string | null, api?: string): void;
  /**
   * Returns a new token, or null if nobody is signed in. Called when there is no token yet, before the token expires, and
   * when the runtime refuses it.
   */
  onTokenExpired: (() => Promise<string | null | undefined> | string | null | undefined) | undefined;
  /**
   * Asks the shopper, registers the worker of the page's origin and subscribes for the customer whose token the page has, or
   * for a guest. Call it from a click. The subscription ends when the customer signs out (`setToken(null)`, or null from
   * `onTokenExpired`) or another signs in.
   * @returns `on`; `off` if the shopper has closed the question; `forbidden` if they declined; `impossible` or `install first`
   * @throws TypeError for a worker of another origin; Error if the runtime refuses or is not reached
   */
  enablePush(options: PushOptions): Promise<PushState>;
  /** Ends the subscription of this browser. */
  disablePush(): Promise<void>;
  /** Whether this browser is subscribed, or could be: for the page's own button. */
  pushState(): Promise<PushState>;
}

export interface PushOptions {
  /**
   * URL of a worker of the page's origin, which then gets a scope of its own, `couture-push/` in its folder; or a registration
   * of the page, whose worker calls `couturePush` and has no other push subscription.
   */
  readonly serviceWorker: string | URL | ServiceWorkerRegistration;
  /** Default: all but `news`. */
  readonly topics?: ReadonlyArray<'orders' | 'prices' | 'stock' | 'news'>;
  /** URL of the runtime, where the module was bundled and not loaded from it. */
  readonly api?: string;
}

/** `install first`: iPhones have notifications only in installed pages. `forbidden`: only the browser's settings change that. */
export type PushState = 'impossible' | 'install first' | 'forbidden' | 'off' | 'on';

/** Importing the module defines the elements `couture-…`; see dist/custom-elements.json for their attributes and events. */
export const couture: Couture;

declare global {
  interface Window {
    couture: Couture;
  }
}
