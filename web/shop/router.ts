// Addresses → pages, without loading the document anew. Links stay links: what a browser would do otherwise with them
// (a new tab, a download, another origin) it does.

export interface Place {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly hash: string;
  /** Decoded parts of the path that the route names. */
  readonly params: Readonly<Record<string, string>>;
}

export interface Route {
  /** With named groups for its parameters. */
  readonly path: RegExp;
  /** Loads the page's code. */
  readonly load: () => Promise<unknown>;
  /** The page's element. */
  readonly element: string;
}

export interface Visit {
  readonly route: Route;
  readonly place: Place;
  /** `back` also stands for forward: the page was there before. */
  readonly kind: 'first' | 'link' | 'back' | 'replace';
  /** Where the page was scrolled to when it was left; 0 for a new one. */
  readonly scroll: number;
}

interface Entry {
  readonly couture: string;
}

export class Router {
  readonly #routes: readonly Route[];
  readonly #none: Route;
  readonly #show: (visit: Visit) => void;
  #key = '';
  #shown = '';

  /**
   * @param none the page for addresses that no route has
   * @param show draws a visit
   */
  constructor(routes: readonly Route[], none: Route, show: (visit: Visit) => void) {
    this.#routes = routes;
    this.#none = none;
    this.#show = show;
  }

  /** Takes over links and the back button, and shows where the document was opened. */
  start(): void {
    history.scrollRestoration = 'manual';
    this.#key = (history.state as Entry | null)?.couture ?? newKey();
    history.replaceState({ ...(history.state ?? {}), couture: this.#key }, '');
    document.addEventListener('click', (event) => this.#click(event));
    addEventListener('popstate', (event) => this.#popped(event));
    addEventListener('pagehide', () => this.#remember());
    this.#visit('first', scrollOf(this.#key));
  }

  /** Goes to an address of this shop. */
  go(url: string, { replace = false } = {}): void {
    const to = new URL(url, location.href);
    if (to.origin !== location.origin) {
      location.assign(to);
      return;
    }
    this.#remember();
    const same = to.href === location.href;
    if (!replace && !same) this.#key = newKey();
    history[replace || same ? 'replaceState' : 'pushState']({ couture: this.#key }, '', to);
    this.#visit(replace ? 'replace' : 'link', 0);
  }

  /** The route of an address and what is in it. */
  match(url: URL): { route: Route; place: Place } {
    const place = { path: url.pathname, query: url.searchParams, hash: url.hash };
    for (const route of this.#routes) {
      const found = route.path.exec(url.pathname);
      const params = found && decoded(found.groups ?? {});
      if (params) return { route, place: { ...place, params } };
    }
    return { route: this.#none, place: { ...place, params: {} } };
  }

  #click(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.composedPath().find((each) => each instanceof HTMLAnchorElement);
    if (!link?.href || (link.target && link.target !== '_self') || link.hasAttribute('download')) return;
    const to = new URL(link.href);
    if (to.origin !== location.origin || link.rel.includes('external')) return;
    // Pages that are none of the shop's: the server's own.
    if (/^\/(api|demo|pictures|console|embed)(\/|$)/.test(to.pathname) || /\.\w+$/.test(to.pathname)) return;
    if (to.pathname === location.pathname && to.search === location.search && to.hash) return;
    event.preventDefault();
    this.go(to.href);
  }

  #popped(event: PopStateEvent): void {
    // A link to a place on the same page.
    if (location.pathname + location.search === this.#shown && !(event.state as Entry | null)?.couture)
      return;
    this.#remember();
    this.#key = (event.state as Entry | null)?.couture ?? newKey();
    this.#visit('back', scrollOf(this.#key));
  }

  #visit(kind: Visit['kind'], scroll: number): void {
    this.#shown = location.pathname + location.search;
    this.#show({ ...this.match(new URL(location.href)), kind, scroll });
  }

  #remember(): void {
    try {
      sessionStorage.setItem(`couture-scroll-${this.#key}`, String(Math.round(scrollY)));
    } catch {
      // Without it, going back starts at the top.
    }
  }
}

function scrollOf(key: string): number {
  try {
    return Number(sessionStorage.getItem(`couture-scroll-${key}`)) || 0;
  } catch {
    return 0;
  }
}

function newKey(): string {
  return Math.random().toString(36).slice(2);
}

/** Undefined where a part is no text: such an address is none of ours. */
function decoded(groups: Record<string, string | undefined>): Record<string, string> | undefined {
  try {
    return Object.fromEntries(
      Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value ?? '')]),
    );
  } catch {
    return undefined;
  }
}
