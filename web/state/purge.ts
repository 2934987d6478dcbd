// What a person leaves on this device is removed when they sign out, also by other tabs and by the worker.
import { forgetSaved } from './saved.ts';

/** Tells whoever keeps something of the person; caches whose name ends so hold what only they may see. */
export const privateCache = '-private';

export async function purgePrivate(): Promise<void> {
  dispatchEvent(new CustomEvent('couture-purged'));
  try {
    for (const name of await caches.keys()) if (name.endsWith(privateCache)) await caches.delete(name);
  } catch {
    // No caches here.
  }
  forgetSaved('sessionStorage', 'couture-');
}
