// Removes a customer's data from this device at sign-out, in other tabs and in the worker, too.
import { forgetSaved } from './saved.ts';

/** Notifies everything that holds the customer's data; caches with this suffix hold what only that customer may see. */
export const privateCache = '-private';

export async function purgePrivate(): Promise<void> {
  dispatchEvent(new CustomEvent('couture-purged'));
  try {
    for (const name of await caches.keys()) if (name.endsWith(privateCache)) await caches.delete(name);
  } catch {
    // This browser has no caches.
  }
  forgetSaved('sessionStorage', 'couture-');
}
