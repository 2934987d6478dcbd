// `window.couture`: how the page says who is signed in, and turns on push notifications.
import { useTokens } from '../api/token-source.ts';
import type { PushState } from '../push/push.ts';
import { ownAddress } from './own-address.ts';
import { PagePush, type PushOptions } from './page-push.ts';
import { PageToken, type RenewToken } from './page-token.ts';

/** See couture-widgets.d.ts. */
export interface Couture {
  setToken(token: string | null, api?: string): void;
  onTokenExpired: RenewToken | undefined;
  enablePush(options: PushOptions): Promise<PushState>;
  disablePush(): Promise<void>;
  pushState(): Promise<PushState>;
}

/** What a page may set before this module has loaded. */
interface Early {
  readonly token?: string | null;
  readonly api?: string;
  readonly onTokenExpired?: RenewToken;
  readonly setToken?: unknown;
}

export const couture = made();

function made(): Couture {
  const page = globalThis as unknown as { couture?: Early | Couture };
  const early = page.couture;
  // The module was loaded twice, from two addresses.
  if (typeof early?.setToken === 'function') return early as Couture;
  const runtime = ownAddress?.replace(/\/embed\/[^/]*$/, '') ?? location.origin;
  const tokens = new PageToken([new URL(runtime).origin, location.origin]);
  useTokens(tokens);
  const push = new PagePush(tokens, runtime);
  const api: Couture = {
    setToken: (token, origin) => tokens.set(token, origin),
    get onTokenExpired() {
      return tokens.onExpired;
    },
    set onTokenExpired(renew) {
      tokens.onExpired = renew;
    },
    enablePush: (options) => push.enable(options),
    disablePush: () => push.disable(),
    pushState: () => push.state(),
  };
  page.couture = api;
  const { token, api: origin, onTokenExpired } = (early ?? {}) as Early;
  if (origin) tokens.trust(origin);
  api.onTokenExpired = onTokenExpired;
  if (token !== undefined) start(token);
  // A classic script in the head runs before the rest of it is read.
  else if (document.readyState === 'loading' && !tokenOfPage())
    document.addEventListener('DOMContentLoaded', () => start(tokenOfPage()), { once: true });
  else start(tokenOfPage());
  return api;

  function start(given: string | null | undefined): void {
    try {
      if (given !== undefined) api.setToken(given);
      // Also where the page does not say who is signed in: a guest's subscription is kept up to date, too.
      else push.check();
    } catch (error) {
      // The lists work without a customer.
      console.warn(error);
    }
  }
}

function tokenOfPage(): string | undefined {
  return document.querySelector<HTMLMetaElement>('meta[name="couture-token"]')?.content || undefined;
}
