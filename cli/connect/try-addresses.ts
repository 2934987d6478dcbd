// Step 5: do the product pages and pictures answer? A few of each over HTTP, for a bounded time. Never an error: the shop
// may not be reachable from this machine.
import type { Config } from '../../runtime/core/options.ts';
import { publicGet } from '../../runtime/outbound/public-get.ts';
import { ShopAddresses } from '../../runtime/shop/shop-addresses.ts';
import type { SampledProduct } from '../../sql/source/shop-profile.ts';

export interface TriedAddresses {
  readonly what: 'pages' | 'pictures';
  readonly tried: number;
  readonly answered: number;
  /** One that answered, or the first. */
  readonly example: string | undefined;
  /** Whether they are at the URLs that the settings give, rather than in the view as they are. */
  readonly resolved: boolean;
  /** Why one did not answer: `404`, `no answer within 4 s`. */
  readonly reason: string | undefined;
}

type AddressSettings = Pick<Config, 'shopUrl' | 'mediaUrl' | 'productUrl'>;

/** Milliseconds that a page or picture may take. */
const answerTimeout = 4_000;

/** Tries the addresses of these products. Without a shop URL, relative ones cannot be tried and are left out. */
export async function tryAddresses(
  products: readonly SampledProduct[],
  settings: AddressSettings,
  signal: AbortSignal,
): Promise<TriedAddresses[]> {
  const addresses = new ShopAddresses(settings);
  // The operator names these hosts; any other that the data names must have a public address.
  const named = [settings.shopUrl, settings.mediaUrl].flatMap((url) => (url ? [new URL(url).host] : []));
  const absolute = (url: string | null | undefined) => (url && /^https?:/i.test(url) ? [url] : []);
  const pages = products.flatMap(({ id, url }) => absolute(addresses.stated(url, id)));
  const pictures = products.flatMap(({ image_url: url }) => absolute(addresses.picture(url)));
  return Promise.all([tryAll('pages', pages, named, signal), tryAll('pictures', pictures, named, signal)]);
}

async function tryAll(
  what: TriedAddresses['what'],
  urls: readonly string[],
  named: readonly string[],
  signal: AbortSignal,
): Promise<TriedAddresses> {
  const results = await Promise.all(urls.map((url) => tryOne(new URL(url), named, signal)));
  const good = results.flatMap((result, at) => (result === undefined ? [urls[at]!] : []));
  return {
    what,
    tried: urls.length,
    answered: good.length,
    example: good[0] ?? urls[0],
    resolved: urls.some((url) => named.includes(new URL(url).host)),
    reason: results.find((result) => result !== undefined),
  };
}

/** @returns undefined if it answers, or why not */
async function tryOne(url: URL, named: readonly string[], signal: AbortSignal): Promise<string | undefined> {
  signal.throwIfAborted();
  const late = AbortSignal.timeout(answerTimeout);
  try {
    const anywhere = named.includes(url.host);
    // A redirect is an answer; following it could lead to another host.
    const response = await publicGet(url, { signal: AbortSignal.any([signal, late]), anywhere });
    response.on('error', () => {}).destroy();
    return response.statusCode! < 400 ? undefined : String(response.statusCode);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (late.aborted) return `no answer within ${answerTimeout / 1_000} s`;
    const { code, message } = error as NodeJS.ErrnoException;
    return code ?? message;
  }
}
