// Lists of products on the pages that show them, measured: width, cards in view, headings of one line.
import type { Page } from 'playwright-core';
import { assert, type Suite } from '../../fixtures/suite.ts';
import type { ShopInBrowser } from './shop-in-browser.ts';
import { devices } from './shop-pages.ts';

interface Measured {
  readonly name: string;
  readonly width: number;
  /** Width of the narrowest card, and number of cards at least partly within the window. */
  readonly narrowest: number;
  readonly within: number;
  readonly headingLines: number;
}

/** Every widget of the page, and the available width. */
function measure(page: Page): Promise<{ room: number; scrolls: boolean; widgets: Measured[] }> {
  return page.evaluate(() => {
    const shop = document.querySelector('couture-shop')!.shadowRoot!;
    const root = shop.querySelector('main')!.firstElementChild!.shadowRoot!;
    const wide = root.querySelector('.wide')!;
    const { paddingInlineStart, paddingInlineEnd } = getComputedStyle(wide);
    const room =
      wide.getBoundingClientRect().width -
      Number.parseFloat(paddingInlineStart) -
      Number.parseFloat(paddingInlineEnd);
    const widgets = [...root.querySelectorAll('*')]
      .filter((each) => each.localName.startsWith('couture-') && each.shadowRoot?.querySelector('section'))
      .map((widget) => {
        const inside = widget.shadowRoot!;
        const cards = [...inside.querySelectorAll('couture-product-card')].map((card) =>
          card.getBoundingClientRect(),
        );
        const heading = inside.querySelector('h2')!;
        const line = Number.parseFloat(getComputedStyle(heading).lineHeight);
        return {
          name: widget.localName,
          width: widget.getBoundingClientRect().width,
          narrowest: Math.min(...cards.map((card) => card.width)),
          within: cards.filter((card) => card.left < innerWidth && card.right > 0).length,
          headingLines: Math.round(heading.getBoundingClientRect().height / line),
        };
      });
    return { room, scrolls: document.documentElement.scrollWidth > innerWidth, widgets };
  });
}

export const listPages = [
  { name: 'a search that finds nothing', address: '/search?q=zzzz' },
  { name: 'a search whose filters exclude everything', address: '/search?q=dress&min_price=90000' },
  { name: 'a category whose filters exclude everything', address: '/category/Dresses?min_price=90000' },
  { name: 'an unknown product', address: '/product/999999' },
  { name: 'an empty bag', address: '/cart' },
  { name: 'the watch list of a guest', address: '/watchlist' },
  { name: 'home', address: '/' },
] as const;

export function declareWidgetWidths(
  test: Suite<{ shop: ShopInBrowser }>,
  device: keyof typeof devices,
  { name, address }: (typeof listPages)[number],
): void {
  test(`${name}, ${device}: products are visible`, async ({ shop }) => {
    const { page, context, errors } = await shop.visit(devices[device]);
    await page.goto(address);
    await page.locator('couture-trending couture-product-card').first().waitFor({ state: 'attached' });
    const { room, scrolls, widgets } = await measure(page);
    assert.not.ok(scrolls, 'the page scrolls sideways');
    assert.ok(widgets.length > 0);
    for (const { name: widget, width, narrowest, within, headingLines } of widgets) {
      assert.ok(Math.abs(width - room) < 2, `${widget} is ${width} px wide, but ${room} px are available`);
      assert.ok(narrowest > 120, `a card of ${widget} is ${narrowest} px wide`);
      assert.ok(within >= 2, `${within} cards of ${widget} are in the window`);
      assert.is(headingLines, 1, `the heading of ${widget} wraps`);
    }
    assert.equal(errors, []);
    await context.close();
  });
}
