// The shelves: what is kept of the shop's data and pictures, how long, and how much of it.
import type { WorkboxPlugin } from 'workbox-core/types.js';
import { CacheExpiration, ExpirationPlugin } from 'workbox-expiration';
import { CacheFirst, NetworkFirst } from 'workbox-strategies';
import { mayKeep } from './may-keep.ts';

/** Names of the caches; the outbox of a page and the offline page read them too. */
export const dataShelf = 'couture-data';
export const pictureShelf = 'couture-pictures';

const day = 86_400;
/** A product with its lists is some six answers of 2 KB; a picture is some 6 KB. All in all some 8 MB at most. */
const bounds = {
  [dataShelf]: { maxEntries: 600, maxAgeSeconds: 14 * day },
  [pictureShelf]: { maxEntries: 600, maxAgeSeconds: 60 * day },
} as const;
/** Bytes; a larger answer is shown and not kept. */
const largest = { [dataShelf]: 200_000, [pictureShelf]: 500_000 } as const;
/** Seconds that the network has before what is kept is shown instead. */
const patience = 4;

/** Never wrong about price or stock while there is a network; without one, what was last seen, and when. */
export function dataStrategy(): NetworkFirst {
  return new NetworkFirst({
    cacheName: dataShelf,
    networkTimeoutSeconds: patience,
    plugins: [keepPublic(dataShelf), bounded(dataShelf)],
  });
}

export function pictureStrategy(): CacheFirst {
  return new CacheFirst({
    cacheName: pictureShelf,
    plugins: [keepPublic(pictureShelf), bounded(pictureShelf)],
  });
}

/** Brings the shelves within their bounds: a worker that was stopped in the middle may have left more. */
export async function pruneShelves(): Promise<void> {
  for (const [name, bound] of Object.entries(bounds)) await new CacheExpiration(name, bound).expireEntries();
}

function bounded(name: keyof typeof bounds): WorkboxPlugin {
  return new ExpirationPlugin({ ...bounds[name], purgeOnQuotaError: true }) as WorkboxPlugin;
}

/** Keeps what is anybody's and not too large, and says of what is kept since when it is. */
function keepPublic(name: keyof typeof largest): WorkboxPlugin {
  return {
    cacheWillUpdate: async ({ response }) => {
      if (!mayKeep(response)) return null;
      const body = await response.clone().blob();
      if (body.size > largest[name]) return null;
      const headers = new Headers(response.headers);
      headers.set('X-Couture-Kept', new Date().toISOString());
      headers.delete('Set-Cookie');
      return new Response(body, { status: 200, headers });
    },
  };
}
