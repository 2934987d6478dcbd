// The link to the sign-in page, with the page to come back to.

/** @param url the runtime's `sign_in_url`: its own route knows the way back */
export function signInHref(url: string): string {
  return url === '/sign-in' ? `${url}?to=${encodeURIComponent(location.pathname + location.search)}` : url;
}
