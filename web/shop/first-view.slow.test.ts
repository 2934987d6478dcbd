// What is visible of a product page without scrolling, at every size that phones leave for it and in two languages, and the
// position of the buy bar; measured as rectangles.
import { assert, suite } from '../../fixtures/suite.ts';
import { buyBar, cases, declareFirstView, rects, scrollTo } from '../test-support/first-view.ts';
import { type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';

const test = suite<{ shop: ShopInBrowser }>('the first view of a product at every size', {
  timeout: 300_000,
});
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.shop?.close());

for (const size of [
  { width: 390, height: 664 },
  { width: 375, height: 553 },
  { width: 360, height: 640 },
  { width: 320, height: 568 },
  { width: 390, height: 844 },
  // 1280 × 800 at 200 %, and phones in landscape.
  { width: 640, height: 400 },
  { width: 664, height: 390 },
  { width: 568, height: 320 },
])
  declareFirstView(test, { ...size, cases });

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
  // In one jump, neither name nor buttons are ever in the window.
  await scrollTo(page, 100_000);
  await buyBar(page, true);
});

test('beside each other, picture and name begin at the same height, scrolled or not', async ({ shop }) => {
  for (const width of [768, 820, 1024, 1199, 1200, 1280, 1920]) {
    const { page } = await shop.visit({ viewport: { width, height: 1000 }, isMobile: false });
    await page.goto('/product/6');
    await page.locator('couture-product-page .actions').waitFor();
    const tops = await page.evaluate(() => {
      const root = document.querySelector('couture-shop')!.shadowRoot!.querySelector('couture-product-page')!
        .shadowRoot!;
      const top = (name: string) => root.querySelector(name)!.getBoundingClientRect().top;
      return [top('.picture couture-product-picture'), top('h1')].map(Math.round);
    });
    assert.is(tops[0], tops[1], `${width} pixels`);
    await shop.closeWindows();
  }
});

test('on a desktop there is no bar', async ({ shop }) => {
  const { page } = await shop.visit({ viewport: { width: 1280, height: 800 }, isMobile: false });
  await page.goto('/product/6');
  await page.locator('couture-product-page .line').waitFor();
  await page.locator('couture-product-page .more').evaluate((each) => each.scrollIntoView());
  await buyBar(page, true);
  assert.is((await rects(page)).bar, null);
});
