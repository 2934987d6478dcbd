// The first view of a product page, measured: rectangles of its parts, and the test of one window size.
import type { Page } from 'playwright-core';
import { assert, type Suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import type { ShopInBrowser } from './shop-in-browser.ts';

interface Seen {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}
type Part = 'h1' | 'line' | 'actions' | 'bar' | 'picture' | 'header';

/** Null: absent or not rendered. */
export function rects(page: Page): Promise<Record<Part, Seen | null>> {
  return page.evaluate(() => {
    const shop = document.querySelector('couture-shop')!.shadowRoot!;
    const root = shop.querySelector('couture-product-page')!.shadowRoot!;
    const of = (element: Element | null) => {
      if (!element?.checkVisibility()) return null;
      const { top, bottom, left, right } = element.getBoundingClientRect();
      return { top, bottom, left, right };
    };
    return {
      h1: of(root.querySelector('h1')),
      line: of(root.querySelector('.line')),
      actions: of(root.querySelector('.actions')),
      bar: of(root.querySelector('.bar')),
      picture: of(root.querySelector('.picture couture-product-picture')),
      header: of(shop.querySelector('couture-shop-header')),
    };
  });
}

export const buyBar = (page: Page, shown: boolean) =>
  page.waitForFunction((wanted) => document.documentElement.hasAttribute('data-buy-bar') === wanted, shown);

export async function scrollTo(page: Page, top: number): Promise<void> {
  await page.evaluate((to) => window.scrollTo({ top: to, behavior: 'instant' }), top);
}

/** Product 6 has a name of one line, product 25 one of two. */
export const cases = [
  { locale: 'en-GB', id: 6 },
  { locale: 'de-DE', id: 25 },
  { locale: 'en-GB', id: 25 },
  { locale: 'de-DE', id: 6 },
] as const;

export interface FirstView {
  readonly width: number;
  readonly height: number;
  readonly cases: ReadonlyArray<(typeof cases)[number]>;
}

export function declareFirstView(
  test: Suite<{ shop: ShopInBrowser }>,
  { width, height, cases }: FirstView,
): void {
  test(`${width} × ${height}: name and price are in view, and the buy bar covers neither`, async ({
    shop,
  }) => {
    for (const { locale, id } of cases) {
      const { page, context, errors } = await shop.visit({ viewport: { width, height }, locale });
      await page.goto(`/product/${id}`);
      await page.locator('couture-product-page .line').waitFor();
      await buyBar(page, true);
      const at = await rects(page);
      const bar = at.bar!;
      assert.ok(at.h1!.top >= at.header!.bottom, 'the name is below the header');
      assert.ok(at.h1!.bottom <= bar.top, `the bar at ${bar.top} covers the name to ${at.h1!.bottom}`);
      assert.ok(at.line!.bottom <= bar.top, `the bar at ${bar.top} covers the price to ${at.line!.bottom}`);
      assert.equal([bar.left, bar.right, bar.bottom], [0, width, height], 'the bar is completely visible');
      assert.ok(bar.bottom - bar.top >= 60 && bar.bottom - bar.top <= 90);
      assert.ok(at.picture!.bottom - at.picture!.top >= 140, 'the picture is more than a strip');
      assert.is(await page.evaluate(() => document.documentElement.scrollWidth), width);
      // When the page's own buttons are in view, the bar is hidden.
      await scrollTo(page, at.actions!.top - height / 3);
      await buyBar(page, false);
      assert.is((await rects(page)).bar, null);
      await page.locator('couture-product-page .description').evaluate((each) => each.scrollIntoView());
      // Until the lists below have come, the page ends before.
      await until(async () => {
        await scrollTo(page, at.actions!.bottom + 400);
        return (await rects(page)).actions!.bottom < 0;
      }, 'the page to be long enough');
      await buyBar(page, true);
      await scrollTo(page, 0);
      await buyBar(page, true);
      assert.equal(errors, []);
      await context.close();
    }
  });
}
