// The page that a shopper is on, as agents see it: without query and hash, a path of this shop or the URL of another one.

const maxLength = 2_000;

/** @param base origin of the runtime; '' is the page's own */
export function reportedPage(base: string): string {
  return ((base && location.origin) + location.pathname).slice(0, maxLength);
}
