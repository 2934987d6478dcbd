// The path below which the runtime serves couture's own pages: '' at the root of a host, or /recs. The document's head
// states it; the service worker finds it in its own address. Everything else in the front end asks here.

const ownBase: string = globalThis.document
  ? (document.querySelector<HTMLMetaElement>('meta[name="couture-base"]')?.content ?? '')
  : (globalThis.location?.pathname ?? '').replace(/\/[^/]*$/, '');

/** `/cart` → `/recs/cart`: the address of a page, file or route of the runtime that serves this page or worker. */
export function own(path: string): string {
  return ownBase + path;
}

/**
 * `couture-cart` → `couture@/recs-cart`: a name in storage, which the shops of an origin share, whatever paths they are below.
 */
export function ownName(name: string): string {
  return ownBase ? name.replace(/^couture/, `couture@${ownBase}`) : name;
}

/** `couture@/recs-cart` → `couture-cart`; the name of another shop's value stays as it is. */
export function plainName(name: string): string {
  const own = `couture@${ownBase}-`;
  return name.startsWith(own) ? `couture-${name.slice(own.length)}` : name;
}

/** @param base URL of the runtime; '' is the one that serves this page or worker */
export function below(base: string, path: string): string {
  return (base || ownBase) + path;
}

/** `/recs/cart` → `/cart`; undefined for a path that belongs to the shop beside couture. */
export function ownPathOf(pathname: string): string | undefined {
  return pathname.startsWith(`${ownBase}/`) ? pathname.slice(ownBase.length) : undefined;
}
