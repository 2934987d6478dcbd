// Language and direction of embedded elements: where the texts are in another language than the page, the element says so.
import { directionOf } from '../../runtime/contract/direction.ts';
import { getLocale } from '../state/locale.ts';

/** What was written here; attributes that the page wrote stay as they are. */
const written = new WeakMap<HTMLElement, { lang?: string; dir?: string }>();

/** Sets or removes `lang` and `dir`, so that both are true of the element's own texts. */
export function sayLanguage(element: HTMLElement): void {
  const root = element.getRootNode();
  // An element in one of ours inherits both.
  if (root instanceof ShadowRoot && root.host.localName.startsWith('couture-')) return;
  const around = element.parentElement ?? (root instanceof ShadowRoot ? root.host : undefined);
  if (!around) return;
  const locale = getLocale();
  const ofPage = around.closest<HTMLElement>('[lang]')?.lang ?? document.documentElement.lang;
  const direction = directionOf(locale);
  const before = written.get(element) ?? {};
  const wanted = {
    lang: ofPage.toLowerCase().split('-')[0] === locale ? undefined : locale,
    dir: getComputedStyle(around).direction === direction ? undefined : direction,
  };
  const now: { lang?: string; dir?: string } = {};
  for (const name of ['lang', 'dir'] as const) {
    const value = element.getAttribute(name);
    if (value !== null && value !== before[name]) continue;
    const own = wanted[name];
    if (own === undefined) element.removeAttribute(name);
    else if (own !== value) element.setAttribute(name, own);
    if (own !== undefined) now[name] = own;
  }
  written.set(element, now);
}
