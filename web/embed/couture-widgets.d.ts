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
}

/** Importing the module defines the elements `couture-…`; see web/custom-elements.json for their attributes and events. */
export const couture: Couture;

declare global {
  interface Window {
    couture: Couture;
  }
}
