// The address of a page as agents see it: without query and fragment, which may hold tokens and search terms.

/** Maximum length in characters. */
const maxLength = 500;
/** Base for addresses that are only a path; no real host has this name. */
const placeholderBase = 'https://path.invalid';

/** `https://shop/p/7?token=…#x` → `https://shop/p/7`, `/p/7?…` → `/p/7`; undefined if it is not an HTTP address. */
export function pageAddress(address: string): string | undefined {
  const url = URL.canParse(address, placeholderBase) ? new URL(address, placeholderBase) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) return undefined;
  const host = url.host === 'path.invalid' ? '' : url.origin;
  return `${host}${url.pathname}`.slice(0, maxLength);
}
