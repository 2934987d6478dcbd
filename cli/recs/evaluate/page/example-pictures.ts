// Product pictures as data: URLs, so that the HTML report is self-contained.
import { publicGet } from '../../../../runtime/outbound/public-get.ts';
import type { ShopAddresses } from '../../../../runtime/shop/shop-addresses.ts';
import { openPool } from '../../../../sql/pool.ts';
import { samplePicture } from '../../../../sql/store/sample/sample-pictures.ts';

/** Skip larger pictures: the report should stay small enough to send by e-mail. */
const maxBytes = 200_000;
const timeoutMs = 4_000;

/**
 * Maps picture URLs, as the shop stores them, to data: URLs. Fetches web URLs and reads the sample shop's drawings from the
 * database. Leaves out pictures that cannot be read; the report shows the first letter of the product name instead. A whole
 * URL may come from a supplier's feed, so it must lead to a public address, unless it is one of the shop's own media URL.
 */
export async function embedPictures(
  addresses: Iterable<string>,
  databaseUrl: string | undefined,
  shop: ShopAddresses,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(addresses)].filter(Boolean);
  const own = originOf(shop.picture('/') ?? '');
  const pool = databaseUrl === undefined ? undefined : openPool(databaseUrl, { max: 2 });
  const found = new Map<string, string>();
  try {
    await Promise.all(
      wanted.map(async (address) => {
        const place = shop.picture(address) ?? '';
        const drawing = /^\/pictures\/(\d{1,18})\.svg$/.exec(place)?.[1];
        const picture =
          drawing && pool
            ? dataOf('image/svg+xml', await samplePicture(pool, drawing))
            : await fetched(place, signal, { anywhere: own !== undefined && originOf(place) === own });
        if (picture) found.set(address, picture);
      }),
    );
  } finally {
    await pool?.end();
  }
  return found;
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}

function dataOf(type: string, content: string | Buffer | undefined): string | undefined {
  return content === undefined ? undefined : `data:${type};base64,${Buffer.from(content).toString('base64')}`;
}

async function fetched(
  address: string,
  signal: AbortSignal,
  { anywhere }: { anywhere: boolean },
): Promise<string | undefined> {
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return undefined;
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const { type = '', content } = await download(new URL(address), limit, anywhere);
    const picture = /^image\/(png|jpeg|webp|gif|svg\+xml)/.exec(type)?.[0];
    return picture && dataOf(picture, content);
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

interface Download {
  readonly type: string | undefined;
  readonly content: Buffer | undefined;
}

/** Without redirects, up to the maximum size. */
async function download(url: URL, signal: AbortSignal, anywhere: boolean): Promise<Download> {
  const response = await publicGet(url, { signal, anywhere });
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > maxBytes) throw new Error('the picture is too large');
    parts.push(part);
  }
  const content = response.statusCode === 200 ? Buffer.concat(parts) : undefined;
  return { type: response.headers['content-type'], content };
}
