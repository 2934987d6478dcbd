// Pictures of the products that a page shows, as data: addresses, so that the page needs nothing from anywhere.
import type { ShopAddresses } from '../../../../runtime/shop/shop-addresses.ts';
import { openPool } from '../../../../sql/pool.ts';
import { samplePicture } from '../../../../sql/store/sample/sample-pictures.ts';

/** Larger pictures would make the page one that nobody sends. */
const mostBytes = 200_000;
/** Milliseconds that one may take to come. */
const patience = 4_000;

/**
 * Address as the shop writes it → data: address; what cannot be had is left out, and shown by its first letter. Addresses of the web are
 * fetched, those of the sample shop's drawings read from the database.
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
    const limit = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
    const response = await fetch(address, { signal: limit, redirect: 'error' });
    const type = /^image\/(png|jpeg|webp|gif|svg\+xml)/.exec(response.headers.get('content-type') ?? '')?.[0];
    if (!response.ok || !type || Number(response.headers.get('content-length') ?? 0) > mostBytes) {
      await response.body?.cancel();
      return undefined;
    }
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const part of response.body ?? []) {
      length += part.byteLength;
      if (length > mostBytes) return undefined;
      parts.push(part);
    }
    return dataOf(type, Buffer.concat(parts));
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
