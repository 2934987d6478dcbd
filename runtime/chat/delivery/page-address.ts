// The address of a page as agents may see it: without query and fragment, in which shops carry tokens and searches.

/** Characters that are kept. */
const maxLength = 500;
/** Of paths alone; no host has this name. */
const placeholderBase = 'https://path.invalid';

/** `https://shop/p/7?token=…#x` → `https://shop/p/7`, `/p/7?…` → `/p/7`; undefined for what no page of a shop has. */
export function pageAddress(address: string): string | undefined {
  const url = URL.canParse(address, placeholderBase) ? new URL(address, placeholderBase) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) return undefined;
  const host = url.host === 'path.invalid' ? '' : url.origin;
  return `${host}${url.pathname}`.slice(0, maxLength);
}
