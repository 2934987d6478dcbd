// Product lists fill the width of their page. Measured, because a list with zero width is still in the document.
import type { Page } from 'playwright-core';
import { assert, suite } from '../../fixtures/suite.ts';
import { desktop, phone, type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';

const test = suite<{ shop: ShopInBrowser }>('widths of product lists');
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.after((context) => context.shop?.close());

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

const pages = [
  { name: 'a search that finds nothing', address: '/search?q=zzzz' },
  { name: 'a search whose filters exclude everything', address: '/search?q=dress&min_price=90000' },
  { name: 'a category whose filters exclude everything', address: '/category/Dresses?min_price=90000' },
  { name: 'an unknown product', address: '/product/999999' },
  { name: 'an empty bag', address: '/cart' },
  { name: 'the watch list of a guest', address: '/watchlist' },
  { name: 'home', address: '/' },
] as const;

for (const [size, options] of Object.entries({ phone, desktop: { ...desktop, isMobile: false } })) {
  for (const { name, address } of pages) {
    test(`${name}, ${size}: products are visible`, async ({ shop }) => {
      const { page, context, errors } = await shop.visit(options);
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
}

test('a widget in a grid or flex row of another site fills the available width', async ({ shop }) => {
  const { page } = await shop.visit({ ...desktop, isMobile: false });
  await page.goto('/');
  await page.locator('couture-trending').first().waitFor();
  const widths = await page.evaluate(async () => {
    const hosts = ['display: grid; justify-items: start', 'display: flex; align-items: center'].map(
      (style) => {
        const host = document.createElement('div');
        host.style.cssText = `${style}; width: 800px`;
        host.append(document.createElement('couture-trending'));
        document.body.append(host);
        return host;
      },
    );
    await Promise.all(
      hosts.map(
        (host) => (host.firstElementChild as unknown as { updateComplete: Promise<void> }).updateComplete,
      ),
    );
    return hosts.map((host) => host.firstElementChild!.getBoundingClientRect().width);
  });
  assert.equal(widths, [800, 800]);
});
