// Product pictures as data: URLs, so that the HTML report is self-contained.
import type { ShopAddresses } from '../../../../runtime/shop/shop-addresses.ts';
import { openPool } from '../../../../sql/pool.ts';
import { samplePicture } from '../../../../sql/store/sample/sample-pictures.ts';

/** Skip larger pictures: the report should stay small enough to send by e-mail. */
const maxBytes = 200_000;
const timeoutMs = 4_000;

/**
 * Maps picture URLs, as the shop stores them, to data: URLs. Fetches web URLs and reads the sample shop's drawings from the
 * database. Leaves out pictures that cannot be read; the report shows the first letter of the product name instead.
 */
export async function embedPictures(
  addresses: Iterable<string>,
  databaseUrl: string | undefined,
  shop: ShopAddresses,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(addresses)].filter(Boolean);
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
            : await fetched(place, signal);
        if (picture) found.set(address, picture);
      }),
    );
  } finally {
    await pool?.end();
  }
  return found;
}

function dataOf(type: string, content: string | Buffer | undefined): string | undefined {
  return content === undefined ? undefined : `data:${type};base64,${Buffer.from(content).toString('base64')}`;
}

async function fetched(address: string, signal: AbortSignal): Promise<string | undefined> {
  if (!/^https?:\/\//i.test(address)) return undefined;
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const response = await fetch(address, { signal: limit, redirect: 'error' });
    const type = /^image\/(png|jpeg|webp|gif|svg\+xml)/.exec(response.headers.get('content-type') ?? '')?.[0];
    if (!response.ok || !type || Number(response.headers.get('content-length') ?? 0) > maxBytes) {
      await response.body?.cancel();
      return undefined;
    }
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const part of response.body ?? []) {
      length += part.byteLength;
      if (length > maxBytes) return undefined;
      parts.push(part);
    }
    return dataOf(type, Buffer.concat(parts));
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
