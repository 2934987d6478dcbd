// Keeps the chat's button off the controls and sums of the shop's pages: where it would cover one, such as a card's button that adds
// to the bag, it moves above that.
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Milliseconds without scrolling or other changes after which the button rests. */
const rest = 150;
/** Share of a control that may be covered, pixels between a control and the button, and how many controls it moves above at most. */
const bearable = 0.15;
const gap = 8;
const maxSteps = 4;

const controls = 'a, button, input, select, textarea, summary, label, dd, [role="button"]';

type Host = ReactiveControllerHost & HTMLElement & { readonly renderRoot: ParentNode };
type Box = Readonly<Record<'x' | 'y' | 'width' | 'height', number>>;

/** Sets `--couture-chat-clear` on the host. */
export class KeepClear implements ReactiveController {
  readonly #host: Host;
  #leaving = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #observer: ResizeObserver | undefined;

  constructor(host: Host) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    // What other shops' pages have below it is not known.
    if ((this.#host.getRootNode() as Partial<ShadowRoot>).host?.localName !== 'couture-shop') return;
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    for (const type of ['scroll', 'resize', 'couture-page-shown', 'couture-page-ready'])
      addEventListener(type, this.#soon, { signal, passive: true });
    // Lists that arrive late move what is below them.
    if ('ResizeObserver' in globalThis) {
      this.#observer = new ResizeObserver(this.#soon);
      this.#observer.observe(document.body);
    }
    this.#soon();
  }

  hostDisconnected(): void {
    this.#leaving.abort();
    this.#observer?.disconnect();
    clearTimeout(this.#timer);
  }

  hostUpdated(): void {
    if (!this.#leaving.signal.aborted && this.#observer) this.#soon();
  }

  readonly #soon = () => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), rest);
  };

  #look(): void {
    const host = this.#host;
    const button = host.renderRoot.querySelector<HTMLElement>('.launcher');
    if (!button) return;
    // An invitation stands just above the button.
    const isFree = !host.renderRoot.querySelector('.invitation');
    host.style.setProperty('--couture-chat-clear', `${isFree ? this.#rise(button) : 0}px`);
  }

  /** How far to move up; 0 if there is no free place near. */
  #rise({ offsetLeft: x, offsetTop, offsetWidth: width, offsetHeight: height }: HTMLElement): number {
    let y = offsetTop;
    // Nothing is found above the window, either.
    for (let step = 0; step <= maxSteps && y >= 0; step++) {
      const below = coveredBy({ x, y, width, height }, this.#host);
      if (!below) return offsetTop - y;
      y = below.y - gap - height;
    }
    return 0;
  }
}

/** The highest control that the box covers too much of. */
function coveredBy(box: Box, ignored: Element): Box | undefined {
  const found = new Set<Element>();
  for (const right of [0.05, 0.5, 0.95])
    for (const down of [0.05, 0.5, 0.95]) {
      const hit = elementAt(document, box.x + right * box.width, box.y + down * box.height, ignored);
      const control = hit && controlAround(hit);
      if (control) found.add(control);
    }
  const covered = [...found]
    // Of a sum, every letter counts.
    .filter((each) => shareOf(each.getBoundingClientRect(), box) > (each.localName === 'dd' ? 0 : bearable))
    .map((each) => each.getBoundingClientRect());
  return covered.sort((one, other) => one.y - other.y)[0];
}

/** The control that an element is part of, also from within the shadow tree of a picture in a link. */
function controlAround(element: Element): Element | undefined {
  const control = element.closest(controls);
  if (control) return control;
  const { host } = element.getRootNode() as Partial<ShadowRoot>;
  return host && controlAround(host);
}

/** The topmost element at a point, in whichever shadow tree, without one and what it contains. */
function elementAt(root: Document | ShadowRoot, x: number, y: number, ignored: Element): Element | undefined {
  for (const each of root.elementsFromPoint(x, y)) {
    // Firefox and WebKit list what is outside of a shadow tree, too.
    if (each === ignored || each.getRootNode() !== root) continue;
    return (each.shadowRoot && elementAt(each.shadowRoot, x, y, ignored)) ?? each;
  }
  return undefined;
}

/** The share of a control that the box covers. */
function shareOf(control: Box, box: Box): number {
  const across = Math.min(control.x + control.width, box.x + box.width) - Math.max(control.x, box.x);
  const down = Math.min(control.y + control.height, box.y + box.height) - Math.max(control.y, box.y);
  return across > 0 && down > 0 ? (across * down) / (control.width * control.height) : 0;
}
