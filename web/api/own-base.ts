// The path below which the runtime serves couture's own pages: '' at the root of a host, or /recs. The document's head
// states it; the service worker finds it in its own address. Everything else in the front end asks here.

const ownBase: string = globalThis.document
  ? (document.querySelector<HTMLMetaElement>('meta[name="couture-base"]')?.content ?? '')
  : (globalThis.location?.pathname ?? '').replace(/\/[^/]*$/, '');

/** `/cart` → `/recs/cart`: the address of a page, file or route of the runtime that serves this page or worker. */
export function own(path: string): string {
  return ownBase + path;
}

/** @param base URL of the runtime; '' is the one that serves this page or worker */
export function below(base: string, path: string): string {
  return (base || ownBase) + path;
}

/** `/recs/cart` → `/cart`; undefined for a path that belongs to the shop beside couture. */
export function ownPathOf(pathname: string): string | undefined {
  return pathname.startsWith(`${ownBase}/`) ? pathname.slice(ownBase.length) : undefined;
}
