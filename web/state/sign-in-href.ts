// The link to the sign-in page, with the page to come back to.
import { own } from '../api/own-base.ts';

/** @param url the runtime's `sign_in_url`: its own routes know the way back */
export function signInHref(url: string): string {
  const returns = url === own('/sign-in') || url === own('/demo/sign-in');
  return returns ? `${url}?to=${encodeURIComponent(location.pathname + location.search)}` : url;
}
