// What the worker may cache: an allow list of public GETs, and answers that are the same for everybody. Pure functions, so
// tests need no browser.
import { ownPathOf } from '../api/own-base.ts';

export type Shelf = 'pages' | 'data' | 'pictures';

/** Paths whose answers may be public; answers that vary by customer say so themselves. */
const publicData =
  /^\/api\/(?:products(?:\/[^/]+)?|categories|shop|recommendations\/(?:similar|bought-together|bundle|you-may-like)\/[^/]+|recommendations\/trending)\/?$/;
const pictures = /^\/pictures\/[^/]+$/;

/** The cache of a request; undefined: the worker leaves it to the network. */
export function shelfOf(
  request: Pick<Request, 'method' | 'url' | 'headers'>,
  origin: string,
): Shelf | undefined {
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== origin) return undefined;
  if (request.headers.has('Authorization') || request.headers.has('Range')) return undefined;
  const path = ownPathOf(url.pathname);
  if (path === undefined) return undefined;
  if (publicData.test(path)) return 'data';
  if (pictures.test(path)) return 'pictures';
  return undefined;
}

/** Content types of a cache: the sign-in page of a public Wi-Fi and the notice of a proxy come with the status 200, too. */
const typesOf: Readonly<Record<Shelf, RegExp>> = {
  pages: /^text\/html\b/,
  data: /\bjson\b/,
  pictures: /^image\//,
};

/** Whether an answer may be cached: complete, public, the same for everybody, and of the type that was asked for. */
export function mayKeep(
  response: Pick<Response, 'status' | 'type' | 'headers' | 'redirected'>,
  shelf: Shelf,
): boolean {
  if (response.status !== 200 || response.redirected) return false;
  if (!typesOf[shelf].test(response.headers.get('Content-Type') ?? '')) return false;
  if (response.type !== 'basic' && response.type !== 'default') return false;
  const control = words(response.headers.get('Cache-Control'));
  if (control.includes('no-store') || control.includes('private')) return false;
  if (words(response.headers.get('Vary')).includes('*')) return false;
  // An answer that might vary by customer must say that it is public.
  const varies = words(response.headers.get('Vary'));
  const personal = varies.includes('cookie') || varies.includes('authorization');
  return personal ? control.includes('public') : true;
}

/**
 * The copy to keep. Its date is the device's own: caches compare it with this device's clock, and a clock that is weeks ahead of
 * the server's would make everything too old at once.
 */
export function keptCopy({ headers }: Pick<Response, 'headers'>, body: Blob, now = new Date()): Response {
  const own = new Headers(headers);
  own.set('X-Couture-Kept', now.toISOString());
  own.set('Date', now.toUTCString());
  own.delete('Set-Cookie');
  return new Response(body, { status: 200, headers: own });
}

/** Whether the URL is a page that the shell can render. */
export function isShopPage({ pathname, search }: Pick<URL, 'pathname' | 'search'>): boolean {
  const path = ownPathOf(pathname);
  return path !== undefined && !notTheShop.some((pattern) => pattern.test(path + search));
}

/** Whether the URL is a page that only the server has, and people open. */
export function isServerPage({ pathname }: Pick<URL, 'pathname'>): boolean {
  return /^\/(?:sign-in|demo\/sign-in|accessibility|console)\/?$/.test(ownPathOf(pathname) ?? '');
}

/** Pages outside the shop: the server's own, and entry points outside the worker's scope. */
const notTheShop = [
  /^\/accessibility(?:[/?]|$)/,
  /^\/api(?:\/|$)/,
  /^\/demo(?:\/|$)/,
  /^\/sign-in(?:[/?]|$)/,
  /^\/pictures(?:\/|$)/,
  /^\/console(?:\/|$|\.html)/,
  /^\/embed(?:\/|$)/,
  /^\/stories(?:\.html)?$/,
  /^\/(?:healthz|readyz|metrics)$/,
  // Files; a product or a category may have a dot in its name.
  /^(?!\/(?:products?|category)\/[^/?]+\/?(?:\?|$)).*\/[^/?]+\.[a-z0-9]+$/i,
];

function words(header: string | null): string[] {
  return (header ?? '').split(',').map((word) => word.trim().toLowerCase());
}
