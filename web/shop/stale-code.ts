// Comes back from code of an older build that the server has no more.

declare global {
  interface WindowEventMap {
    /** Code of a page could not be loaded. */
    'couture-load-failed': CustomEvent<unknown>;
  }
}

const reloadedAt = 'couture-reloaded';

/**
 * A page's code is gone from the server, since a newer shop was deployed: the document is loaded anew, once. Not without
 * a network, where that would lose the page that is there.
 */
export function recoverFromStaleCode(): void {
  const recover = (event: Event) => {
    if (!navigator.onLine) return;
    // In the entry of the history, which a reload keeps even where all storage is blocked.
    const before = Number((history.state as Record<string, unknown> | null)?.[reloadedAt] ?? 0);
    // A minute: what is missing after a reload is missing for good.
    if (Date.now() - before < 60_000) return;
    event.preventDefault();
    history.replaceState({ ...history.state, [reloadedAt]: Date.now() }, '');
    location.reload();
  };
  addEventListener('vite:preloadError', recover);
  addEventListener('couture-load-failed', recover);
}
