// axe, width and buttons on every page of the shop, light and dark, on a phone and at a desk.
import { assert, suite } from '../../fixtures/suite.ts';
import { axeFindings, smallButtons, tooWide } from '../test-support/accessibility.ts';
import { type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';
import { pages } from '../test-support/shop-pages.ts';

const test = suite<{ shop: ShopInBrowser }>('every page, accessible to all', { timeout: 600_000 });
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.shop?.close());

for (const [device, colorScheme] of [
  ['phone', 'light'],
  ['desk', 'dark'],
] as const) {
  test(`axe finds nothing on any page, ${device}, ${colorScheme}`, async ({ shop }) => {
    const found = await axeFindings(shop, {
      device,
      colorScheme,
      pages,
      filled: ['/cart', '/checkout'],
      signedIn: ['/', '/product/6', '/watchlist', '/account'],
    });
    assert.equal(found, []);
  });
}

test('no page is wider than its window, at 320 px and from right to left', async ({ shop }) => {
  assert.equal(await tooWide(shop, pages), []);
});

test('buttons meet the minimum target size', async ({ shop }) => {
  assert.equal(await smallButtons(shop, ['/', '/category/Dresses', '/product/6', '/cart']), []);
});
