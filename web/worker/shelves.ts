// The caches of the shop's data and pictures: what is kept, for how long, and how much.
import type { WorkboxPlugin } from 'workbox-core/types.js';
import { CacheExpiration, ExpirationPlugin } from 'workbox-expiration';
import { CacheFirst, NetworkFirst } from 'workbox-strategies';
import { ownName } from '../api/own-base.ts';
import { keptCopy, mayKeep } from './may-keep.ts';

/** Names of the caches; the offline page reads them, too. */
export const dataShelf = ownName('couture-data');
export const pictureShelf = ownName('couture-pictures');

const day = 86_400;
/** A product with its lists is about six answers of 2 KB; a picture is about 6 KB. At most about 8 MB in total. */
const bounds: Readonly<Record<string, { maxEntries: number; maxAgeSeconds: number }>> = {
  [dataShelf]: { maxEntries: 600, maxAgeSeconds: 14 * day },
  [pictureShelf]: { maxEntries: 600, maxAgeSeconds: 60 * day },
};
/** Bytes; larger answers are not cached. */
const largest: Readonly<Record<string, number>> = { [dataShelf]: 200_000, [pictureShelf]: 500_000 };
/** Seconds before the cached answer replaces the network's. */
const patience = 4;

/** Network first, so prices and stock are right while online; offline the last answer, with its date. */
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

/** Trims the caches to their limits: a worker that was stopped midway may have left more. */
export async function pruneShelves(): Promise<void> {
  for (const [name, bound] of Object.entries(bounds)) await new CacheExpiration(name, bound).expireEntries();
}

/** Removes the caches and the record of what they held. */
export async function clearShelves(): Promise<void> {
  for (const [name, bound] of Object.entries(bounds)) {
    await caches.delete(name);
    await new CacheExpiration(name, bound).delete();
  }
}

function bounded(name: string): WorkboxPlugin {
  return new ExpirationPlugin({ ...bounds[name], purgeOnQuotaError: true }) as WorkboxPlugin;
}

/** Caches public answers that are not too large, and marks cached answers with their date. */
function keepPublic(name: string): WorkboxPlugin {
  return {
    cacheWillUpdate: async ({ response }) => {
      if (!mayKeep(response, name === dataShelf ? 'data' : 'pictures')) return null;
      const body = await response.clone().blob();
      if (body.size > largest[name]!) return null;
      return keptCopy(response, body);
    },
  };
}
