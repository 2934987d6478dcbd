// Texts and rectangles of what the runtime writes into a page, and of the same parts of the app.
import type { Page } from 'playwright-core';

/** Part → its selector, in the written page and in the shadow trees of the app. */
const selectors = {
  h1: 'h1',
  brand: '.name:not(.categories *), .boot-name',
  lines: '.hero .line p, .hero .button, .crumbs a, h2',
  names: 'h3 a',
  pictures: '.box',
  prices: '.price',
  ratings: '.rating',
  variants: 'p.variants',
  tiles: '.categories li',
  row: 'header.boot nav a, nav.row a',
} as const;

export const namesOfParts = Object.keys(selectors).filter((name) => name !== 'brand');

/** The visible ones, in document order: text, label, and rounded rectangle. */
export function partsOf(page: Page): Promise<Record<string, string[]>> {
  return page.evaluate(async (asked) => {
    // Until then, fallback fonts have other widths.
    await document.fonts.ready;
    const all = (root: ParentNode, css: string): Element[] =>
      [...root.querySelectorAll('*')].flatMap((each) => [
        ...(each.matches(css) ? [each] : []),
        ...(each.shadowRoot ? all(each.shadowRoot, css) : []),
      ]);
    const isPart = (each: Element) => !each.closest('noscript, dialog') && each.clientHeight !== 1;
    const described = (each: Element) => {
      // A heading is as wide as the lines below it, which may come later.
      const range = document.createRange();
      range.selectNodeContents(each);
      const { x, y, width, height } = (each.localName === 'h1' ? range : each).getBoundingClientRect();
      const label = each.querySelector('[aria-label]')?.getAttribute('aria-label') ?? '';
      const text = each.textContent.replace(/\s+/g, ' ').trim();
      return width === 0
        ? []
        : [`${text} ${label} at ${[x, y, width, height].map((length) => Math.round(length)).join(' ')}`];
    };
    const shop = document.querySelector('couture-shop')!;
    const roots: ParentNode[] = shop.shadowRoot ? [shop.shadowRoot] : [shop];
    return Object.fromEntries(
      Object.entries(asked).map(([name, css]) => [
        name,
        roots
          .flatMap((root) => all(root, css))
          .filter(isPart)
          .flatMap(described),
      ]),
    );
  }, selectors);
}

/** Counts the frames since the first one with a heading, and those that lack a heading or a picture again. */
export async function watchHandOver(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shown = (root: ParentNode, css: string): boolean =>
      [...root.querySelectorAll('*')].some(
        (each) =>
          (each.matches(css) && each.getBoundingClientRect().height > 20) ||
          (each.shadowRoot !== null && shown(each.shadowRoot, css)),
      );
    const counted = { frames: 0, empty: 0 };
    Object.assign(globalThis, { handOver: counted });
    const look = () => {
      const isFilled = shown(document, 'h1') && shown(document, '.box');
      if (isFilled || counted.frames > 0) counted.frames += 1;
      if (!isFilled && counted.frames > 0) counted.empty += 1;
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}
