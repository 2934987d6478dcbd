// Media queries that change while the page is shown.

/** Calls back when a media query begins or ceases to apply. A polyfill without events, which some pages bring, never calls. */
export function whenMediaChanges(query: string, act: () => void, until: AbortSignal): void {
  matchMedia(query).addEventListener?.('change', act, { signal: until });
}
