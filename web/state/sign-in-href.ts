// The link to the sign-in page, with the page to come back to.
import { own } from '../api/own-base.ts';

/** @param url the runtime's `sign_in_url`: its own route knows the way back */
export function signInHref(url: string): string {
  const returns = url === own('/sign-in');
  return returns ? `${url}?to=${encodeURIComponent(location.pathname + location.search)}` : url;
}
