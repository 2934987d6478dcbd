// Recovers when the server no longer has the code of this older build.

declare global {
  interface WindowEventMap {
    /** A page's code could not be loaded. */
    'couture-load-failed': CustomEvent<unknown>;
  }
}

const reloadedAt = 'couture-reloaded';

/**
 * Reloads the document once after a new deployment has removed a page's code from the server. Not when offline, which
 * would lose the current page.
 */
export function recoverFromStaleCode(): void {
  const recover = (event: Event) => {
    if (!navigator.onLine) return;
    // In the history entry, which survives a reload even where all storage is blocked.
    const before = Number((history.state as Record<string, unknown> | null)?.[reloadedAt] ?? 0);
    // Within a minute: code that is missing after a reload is missing for good.
    if (Date.now() - before < 60_000) return;
    event.preventDefault();
    history.replaceState({ ...history.state, [reloadedAt]: Date.now() }, '');
    location.reload();
  };
  addEventListener('vite:preloadError', recover);
  addEventListener('couture-load-failed', recover);
}
