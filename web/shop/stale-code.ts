// Recovers when the server no longer has the code of this older build.
import { sinceNoted } from '../state/device-clock.ts';

declare global {
  interface WindowEventMap {
    /** A page's code could not be loaded, and the shopper is still there. */
    'couture-load-failed': CustomEvent<unknown>;
  }
}

const reloadedAt = 'couture-reloaded';

/**
 * Reloads the document once: after a new deployment has removed its code from the server, and when a page's code cannot be
 * loaded at all. Not whenever an import fails: Firefox ends imports, too, when the shopper leaves for another page, and
 * a reload would bring them back. Not when offline, which would lose the current page.
 */
export function recoverFromStaleCode(): void {
  addEventListener('vite:preloadError', async () => {
    if (navigator.onLine && (await isRemoved())) reloadOnce();
  });
  addEventListener('couture-load-failed', () => navigator.onLine && reloadOnce());
}

function reloadOnce(): void {
  // In the history entry, which survives a reload even where all storage is blocked.
  const before = Number((history.state as Record<string, unknown> | null)?.[reloadedAt] ?? 0);
  // Within a minute: code that is missing after a reload is missing for good.
  if (sinceNoted(before) < 60_000) return;
  history.replaceState({ ...history.state, [reloadedAt]: Date.now() }, '');
  location.reload();
}

/** Whether the server lacks this document's own script. The service worker has no copy for a HEAD. */
async function isRemoved(): Promise<boolean> {
  // Not the small one that draws the page before the app.
  const script = document.querySelector<HTMLScriptElement>('script[type=module][src]:not([async])');
  if (!script) return false;
  return fetch(script.src, { method: 'HEAD', cache: 'no-store' }).then(
    ({ status }) => status === 404,
    () => false,
  );
}
