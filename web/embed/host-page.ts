// Embedded elements in the page of another shop, whatever its styles and scripts do: they keep their sizes, their text, their
// colours and the keys typed into them, and survive a move into another document.
import { LOCALE_STATUS_EVENT } from '@lit/localize';
import { LitElement, type ReactiveController } from 'lit';
import type { ShopBrand } from '../../runtime/contract/shop.ts';
import { type HostPage, useHostPage } from '../elements/host-page.ts';
import { whenMediaChanges } from '../elements/when-media-changes.ts';
import { sayLanguage } from './own-language.ts';
import { coloursFor } from './page-colours.ts';
import { runtimeFacts } from './runtime-facts.ts';

/** Typing into a field of an element is no shortcut of the page, which sees only the element as target. */
const ofFields = ['keydown', 'keypress', 'keyup', 'beforeinput', 'input', 'paste', 'cut', 'copy'] as const;

/** What the element would inherit, or get from a rule for all elements; `font` and `color` come from the tokens. */
const text = `
  font: var(--couture-text, 400 var(--couture-rem) / 1.55 system-ui, sans-serif) !important;
  color: var(--couture-ink) !important;
  -webkit-text-fill-color: currentcolor !important;
  font-synthesis: weight style !important;
  letter-spacing: normal !important;
  word-spacing: normal !important;
  text-transform: none !important;
  text-indent: 0 !important;
  text-align: start !important;
  text-shadow: none !important;
  white-space: normal !important;
  word-break: normal !important;
  overflow-wrap: normal !important;
  writing-mode: horizontal-tb !important;
  cursor: auto !important;
  transition-property: opacity, transform !important;
  pointer-events: auto !important;
`;

/** Safari before 16.4 has no style sheets of one's own; lit falls back to the same elements there. */
const constructs = 'adoptedStyleSheets' in Document.prototype;

class Joined implements ReactiveController {
  readonly #element: LitElement;
  #styles = '';
  #write: ((styles: string) => void) | undefined;
  /** The document that the styles were made for. */
  #sheetOf: Document | undefined;
  #leaving = new AbortController();
  #changes: MutationObserver | undefined;
  /** The runtime whose brand the element has; undefined: not asked yet. */
  #brandOf: string | undefined;
  #brand: ShopBrand | undefined;

  constructor(element: LitElement) {
    this.#element = element;
    element.addController(this);
    for (const type of ofFields) {
      element.addEventListener(type, release, true);
      element.addEventListener(type, keep);
    }
  }

  hostConnected(): void {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    const look = () => this.#look();
    // Themes switch their colours by a class or an attribute, some of them slowly.
    const page = this.#element.ownerDocument;
    this.#changes = new MutationObserver(look);
    for (const each of [page.documentElement, page.body])
      if (each) this.#changes.observe(each, { attributes: true });
    whenMediaChanges('(prefers-color-scheme: dark)', look, signal);
    addEventListener('load', look, { signal });
    // Languages load after the first render.
    addEventListener(LOCALE_STATUS_EVENT, look, { signal });
    page.addEventListener('transitionend', ({ target }) => target === page.body && look(), { signal });
    look();
  }

  hostDisconnected(): void {
    this.#leaving.abort();
    this.#changes?.disconnect();
  }

  hostUpdated(): void {
    void this.#learn();
    const { shadowRoot, ownerDocument } = this.#element;
    if (!shadowRoot || this.#sheetOf === ownerDocument) return;
    this.#sheetOf = ownerDocument;
    if (constructs) {
      const sheet = sheetFor(ownerDocument, this.#styles);
      shadowRoot.adoptedStyleSheets = [...shadowRoot.adoptedStyleSheets, sheet];
      this.#write = (styles) => sheet.replaceSync(styles);
    } else {
      const sheet = ownerDocument.createElement('style');
      shadowRoot.append(sheet);
      this.#write = (styles) => (sheet.textContent = styles);
      this.#write(this.#styles);
    }
  }

  /** Takes the colours and fonts of the shop, once the element knows its runtime. */
  async #learn(): Promise<void> {
    const { api = '' } = this.#element as { api?: string };
    if (this.#brandOf === api) return;
    this.#brandOf = api;
    try {
      const { brand } = await runtimeFacts(api);
      if (!brand || this.#brandOf !== api) return;
      this.#brand = brand;
      this.#look();
    } catch {
      // Couture's own look; the element says itself if the runtime is out of reach.
    }
  }

  #look(): void {
    sayLanguage(this.#element);
    // Themes hide what is empty; the content is in the shadow root. Only where they do: frameworks compare what they wrote.
    if (this.#element.matches(':empty') && getComputedStyle(this.#element).display === 'none')
      this.#element.append(' ');
    const ownPaper = this.#element.localName === 'couture-chat';
    this.#styles = `:host {
      --couture-rem: ${ownSize()};
      --couture-mirror: ${getComputedStyle(this.#element).direction === 'rtl' ? -1 : 1};
      ${coloursFor(this.#element, ownPaper, this.#brand?.colors)}
      ${fontsFor(this.#element, this.#brand?.font_family)}
      ${text}
    }`;
    this.#write?.(this.#styles);
  }
}

function keep(event: Event): void {
  if (isTyped(event)) event.stopPropagation();
}

/** Whether the event belongs to a text field, and not to a shortcut of the page. */
function isTyped(event: Event): boolean {
  const field = event.composedPath()[0];
  const isText =
    field instanceof HTMLTextAreaElement ||
    (field instanceof HTMLInputElement && !/^(?:button|checkbox|radio|submit|file)$/.test(field.type));
  const { ctrlKey, metaKey, altKey } = event as KeyboardEvent;
  // A shortcut with a modifier is meant for the page; AltGr (Ctrl+Alt) types a character.
  const isShortcut = event instanceof KeyboardEvent && (metaKey || (ctrlKey && !altKey));
  return isText && !isShortcut;
}

/**
 * Pages that listen in the capture phase see keys before the element does. For keys typed into a field, those handlers find the
 * field as the target, as in the page itself, and cannot keep the letter from being typed.
 */
function claim(event: Event): void {
  const [field] = event.composedPath();
  if (field === event.target || !isTyped(event)) return;
  // True once a listener has stopped the event.
  const isStopped = event.cancelBubble;
  const own = { target: field, preventDefault: () => {}, returnValue: true, composed: !isStopped };
  for (const [name, value] of Object.entries(own))
    Object.defineProperty(event, name, { value, writable: true, configurable: true });
  if (isStopped) handOver(event, field!);
}

/** Pages that stop every event at the window: the field gets a copy, which leaves the shadow root of the field for no other listener. */
function handOver(event: Event, field: EventTarget): void {
  const copy = new (event.constructor as typeof Event)(event.type, event);
  if (!field.dispatchEvent(copy)) Event.prototype.preventDefault.call(event);
}

/** The element's own handlers get the event as it is. */
function release(event: Event): void {
  for (const name of ['target', 'preventDefault', 'returnValue', 'composed'])
    if (Object.hasOwn(event, name)) Reflect.deleteProperty(event, name);
}

/** The tokens of type for the shop's fonts, as in styles/tokens.css but for the size of headings, except those that the page sets. */
function fontsFor(element: Element, family: string | null | undefined): string {
  if (!family) return '';
  const around = getComputedStyle(element.parentElement ?? document.documentElement);
  const rem = (size: number) => `calc(${size} * var(--couture-rem))`;
  const tokens = {
    sans: family,
    display: family,
    text: `400 ${rem(1)} / 1.55 var(--couture-sans)`,
    small: `400 ${rem(0.875)} / 1.45 var(--couture-sans)`,
    label: `500 ${rem(0.8125)} / 1.3 var(--couture-sans)`,
    heading: `400 ${rem(1.75)} / 1.12 var(--couture-display)`,
  };
  return Object.entries(tokens)
    .filter(([name]) => around.getPropertyValue(`--couture-${name}`).trim() === '')
    .map(([name, value]) => `--couture-${name}: ${value};`)
    .join('\n');
}

let size: string | undefined;

/** The reader's text size, which the page's own font sizes do not change: `medium`, in pixels. */
function ownSize(): string {
  if (size) return size;
  const probe = document.createElement('span');
  probe.style.cssText =
    'all: initial !important; font: medium sans-serif !important; position: absolute !important';
  document.documentElement.append(probe);
  size = getComputedStyle(probe).fontSize;
  probe.remove();
  return size;
}

/** Shows the box in the top layer, above all z-indexes and outside of transformed ancestors. */
function lift(box: HTMLElement): void {
  if (typeof box.showPopover !== 'function' || !box.isConnected || box.matches(':popover-open, :modal'))
    return;
  box.popover = 'manual';
  box.showPopover();
}

const page: HostPage = {
  join: (element) => void new Joined(element),
  lift,
  invites: async (api) => (await runtimeFacts(api)).chat_invites ?? false,
};

/** A document that adopts an element drops its constructed style sheets, and takes none of another document's. */
function adopted(this: LitElement): void {
  const own = this as unknown as { renderRoot?: ShadowRoot };
  own.renderRoot ??= this.attachShadow({ mode: 'open' });
  if (!constructs) return;
  const { elementStyles } = this.constructor as typeof LitElement;
  own.renderRoot.adoptedStyleSheets = elementStyles.map((style) =>
    sheetFor(this.ownerDocument, 'cssText' in style ? style.cssText : ''),
  );
  this.requestUpdate();
}

function sheetFor(page: Document, text: string): CSSStyleSheet {
  const sheet = new (page.defaultView ?? window).CSSStyleSheet();
  sheet.replaceSync(text);
  return sheet;
}

useHostPage(page);
for (const type of ofFields) addEventListener(type, claim, true);
Object.assign(LitElement.prototype, { adoptedCallback: adopted });
