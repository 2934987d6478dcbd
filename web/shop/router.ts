// URLs → pages, without reloading the document. Links stay links: new tabs, downloads, other origins and pages outside the
// base path are left to the browser.
import { ownPathOf } from '../api/own-base.ts';

export interface Place {
  /** The URL's path, with the base path. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly hash: string;
  /** Decoded parameters of the path. */
  readonly params: Readonly<Record<string, string>>;
}

export interface Route {
  /** Pattern of the path below the base path, with named groups for the parameters. */
  readonly path: RegExp;
  /** Loads the page's code. */
  readonly load: () => Promise<unknown>;
  /** The page's element. */
  readonly element: string;
}

export interface Visit {
  readonly route: Route;
  readonly place: Place;
  /** `back` also means forward: the page was visited before. */
  readonly kind: 'first' | 'link' | 'back' | 'replace';
  /** Scroll position when the page was left; 0 for a new page. */
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
   * @param none the page for URLs without a route
   * @param show renders a visit
   */
  constructor(routes: readonly Route[], none: Route, show: (visit: Visit) => void) {
    this.#routes = routes;
    this.#none = none;
    this.#show = show;
  }

  /** Takes over links and the back button, and shows the page of the current URL. */
  start(): void {
    history.scrollRestoration = 'manual';
    this.#key = (history.state as Entry | null)?.couture ?? newKey();
    history.replaceState({ ...(history.state ?? {}), couture: this.#key }, '');
    document.addEventListener('click', (event) => this.#click(event));
    addEventListener('popstate', (event) => this.#popped(event));
    addEventListener('pagehide', () => this.#remember());
    this.#visit('first', scrollOf(this.#key));
  }

  /** Navigates to a URL: of this shop, or of any other page. */
  go(url: string, { replace = false } = {}): void {
    const to = new URL(url, location.href);
    if (to.origin !== location.origin || ownPathOf(to.pathname) === undefined) {
      location.assign(to);
      return;
    }
    this.#remember();
    const same = to.href === location.href;
    if (!replace && !same) this.#key = newKey();
    history[replace || same ? 'replaceState' : 'pushState']({ couture: this.#key }, '', to);
    this.#visit(replace ? 'replace' : 'link', 0);
  }

  /** The route of a URL and its parameters. */
  match(url: URL): { route: Route; place: Place } {
    const place = { path: url.pathname, query: url.searchParams, hash: url.hash };
    const path = ownPathOf(url.pathname) ?? '';
    for (const route of this.#routes) {
      const found = route.path.exec(path);
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
    // The server's own pages are outside the shop, and so are those of a shop beside the base path.
    const path = ownPathOf(to.pathname);
    if (
      path === undefined ||
      /^\/(accessibility|api|demo|pictures|console|embed)(\/|$)/.test(path) ||
      // A file, and not a product or a category with a dot in its name.
      (/\.\w+$/.test(path) && !this.#routes.some((route) => route.path.test(path)))
    )
      return;
    if (to.pathname === location.pathname && to.search === location.search && to.hash) return;
    event.preventDefault();
    this.go(to.href);
  }

  #popped(event: PopStateEvent): void {
    // A link within the same page.
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
      // Without it, "back" starts at the top.
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

/** Undefined if a part cannot be decoded: such a URL has no page. */
function decoded(groups: Record<string, string | undefined>): Record<string, string> | undefined {
  try {
    return Object.fromEntries(
      Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value ?? '')]),
    );
  } catch {
    return undefined;
  }
}
