// The chat panel on phones, where it covers the page: modal for keyboards and screen readers, as high as the keyboard leaves
// it, and out of the way when a link in it leads somewhere.
import type { LitElement, ReactiveController } from 'lit';
import { pressedKey } from '../elements/pressed-key.ts';
import { whenMediaChanges } from '../elements/when-media-changes.ts';

/** As in chat.styles.ts. */
const narrow = '(max-width: 40rem)';
const focusable =
  'a[href], button:not([disabled]), input:not([disabled]), textarea:not([disabled]), [tabindex="0"]';

/**
 * Whether a panel that was open may open with this page: on phones only after a reload, since it would cover the page that
 * somebody has just chosen.
 */
export function mayOpenAgain(): boolean {
  if (!matchMedia(narrow).matches) return true;
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  return navigation?.type === 'reload';
}

interface ChatHost extends LitElement {
  open: boolean;
  toggle(open?: boolean): void;
}

export class FullScreen implements ReactiveController {
  readonly #host: ChatHost;
  #leaving = new AbortController();

  constructor(host: ChatHost) {
    this.#host = host;
    host.addController(this);
    host.addEventListener('keydown', (event) => pressedKey(event) === 'Tab' && this.#turn(event));
    host.addEventListener('click', (event) => {
      const isLink = event
        .composedPath()
        .some(
          (each) => each instanceof HTMLAnchorElement && each.href !== '' && !each.target && !each.download,
        );
      // After the router, which gets the click later.
      if (isLink && this.#isOn) setTimeout(() => host.toggle(false));
    });
  }

  hostConnected(): void {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    const fit = () => this.hostUpdated();
    for (const type of ['resize', 'scroll'])
      globalThis.visualViewport?.addEventListener(type, fit, { signal });
    whenMediaChanges(narrow, fit, signal);
  }

  hostDisconnected(): void {
    this.#leaving.abort();
  }

  hostUpdated(): void {
    const panel = this.#host.renderRoot?.querySelector<HTMLElement>('section');
    if (!panel) return;
    const { visualViewport } = globalThis;
    const fits = this.#isOn && visualViewport;
    // Lengths of a zoomed page are multiplied by its zoom.
    const { currentCSSZoom: zoom = 1 } = panel as { currentCSSZoom?: number };
    panel.style.height = fits ? `${visualViewport.height / zoom}px` : '';
    panel.style.insetBlockStart = fits ? `${visualViewport.offsetTop / zoom}px` : '';
    panel.setAttribute('aria-modal', String(this.#isOn));
  }

  get #isOn(): boolean {
    return this.#host.open && matchMedia(narrow).matches;
  }

  /** Keeps the focus in the panel: after its last field comes its first. */
  #turn(event: KeyboardEvent): void {
    if (!this.#isOn) return;
    const all = within(this.#host.renderRoot.querySelector('section')!);
    const from = event.composedPath()[0];
    const [edge, next] = event.shiftKey ? [all[0], all.at(-1)] : [all.at(-1), all[0]];
    if (from !== edge) return;
    event.preventDefault();
    next?.focus();
  }
}

/** What takes the focus in an element and the shadow roots below it, in order. */
function within(root: ParentNode): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>('*')].flatMap((each) => [
    ...(each.matches(focusable) && each.checkVisibility?.() !== false ? [each] : []),
    ...(each.shadowRoot ? within(each.shadowRoot) : []),
  ]);
}
