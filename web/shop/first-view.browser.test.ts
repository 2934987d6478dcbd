// What is visible of a product page without scrolling, at the viewport sizes of real phones, and the position of the buy
// bar; measured as rectangles.
import type { Page } from 'playwright-core';
import { assert, suite } from '../../fixtures/suite.ts';
import { type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';

const test = suite<{ shop: ShopInBrowser }>('the first view of a product');
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.after((context) => context.shop?.close());

interface Seen {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}
type Part = 'h1' | 'line' | 'actions' | 'bar' | 'picture' | 'header';

/** Null: absent or not rendered. */
function rects(page: Page): Promise<Record<Part, Seen | null>> {
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

const buyBar = (page: Page, shown: boolean) =>
  page.waitForFunction((wanted) => document.documentElement.hasAttribute('data-buy-bar') === wanted, shown);

async function scrollTo(page: Page, top: number): Promise<void> {
  await page.evaluate((to) => window.scrollTo(0, to), top);
}

const sizes = [
  { width: 390, height: 664 },
  { width: 375, height: 553 },
  { width: 360, height: 640 },
  { width: 320, height: 568 },
  { width: 390, height: 844 },
  // 1280 × 800 at 200 %, and phones in landscape.
  { width: 640, height: 400 },
  { width: 664, height: 390 },
  { width: 568, height: 320 },
];

for (const { width, height } of sizes) {
  test(`${width} × ${height}: name and price are in view, and the buy bar covers neither`, async ({
    shop,
  }) => {
    for (const locale of ['en-GB', 'de-DE']) {
      // A name of one line, and one of two.
      for (const id of [6, 25]) {
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
        await scrollTo(page, at.actions!.bottom + 400);
        await buyBar(page, true);
        await scrollTo(page, 0);
        await buyBar(page, true);
        assert.equal(errors, []);
        await context.close();
      }
    }
  });
}

test('the bar adds to the bag, moves the chat and the message up, and disappears with the page', async ({
  shop,
}) => {
  const { page } = await shop.visit({ viewport: { width: 390, height: 664 } });
  await page.goto('/product/6');
  await buyBar(page, true);
  const chat = page.locator('couture-chat').getByRole('button').first();
  await chat.waitFor();
  await page.locator('couture-product-page .bar button').click();
  await page.getByRole('link', { name: 'Bag, 1 item' }).waitFor();
  const message = page.locator('couture-shop .message');
  await message.getByText('Added to bag:').waitFor();
  await message.evaluate((each) => Promise.all(each.getAnimations().map((animation) => animation.finished)));
  const bar = (await page.locator('couture-product-page .bar').boundingBox())!;
  for (const [name, box] of [
    ['chat', await chat.boundingBox()],
    ['message', await message.boundingBox()],
  ] as const)
    assert.ok(box!.y + box!.height <= bar.y, `the ${name} is covered by the bar`);
  await message.getByRole('link', { name: 'View bag' }).click();
  await page.getByRole('heading', { level: 1, name: 'Your bag' }).waitFor();
  await buyBar(page, false);
});

test('very large text: if name and price do not fit above the bar, there is no bar', async ({ shop }) => {
  const { page } = await shop.visit({ viewport: { width: 320, height: 568 } });
  await page.addInitScript(() =>
    addEventListener('DOMContentLoaded', () => (document.documentElement.style.fontSize = '36px')),
  );
  await page.goto('/product/25');
  await page.locator('couture-product-page .line').waitFor();
  await page.locator('couture-bought-together').waitFor({ state: 'attached' });
  const { line, bar } = await rects(page);
  assert.ok(line!.bottom > 568 - 5 * 36, 'the price is low enough to be covered');
  assert.is(bar, null);
});

test('on a desktop there is no bar', async ({ shop }) => {
  const { page } = await shop.visit({ viewport: { width: 1280, height: 800 }, isMobile: false });
  await page.goto('/product/6');
  await page.locator('couture-product-page .line').waitFor();
  await page.locator('couture-product-page .more').evaluate((each) => each.scrollIntoView());
  await buyBar(page, true);
  assert.is((await rects(page)).bar, null);
});
