// Runs axe on pages of the shop with open filters, search and menu, light on a phone and dark on a desktop; also checks
// motion, width and direction, which axe does not. accessibility.slow.test.ts covers every page on both.
import { assert, suite } from '../../fixtures/suite.ts';
import { axeFindings, smallButtons, tooWide } from '../test-support/accessibility.ts';
import { type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';
import { settled } from '../test-support/shop-pages.ts';

const test = suite<{ shop: ShopInBrowser }>('accessible to all', { timeout: 300_000 });
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.shop?.close());

test('axe finds nothing on a phone, light: home, product, checkout, filters, search, menu', async ({
  shop,
}) => {
  const found = await axeFindings(shop, {
    device: 'phone',
    colorScheme: 'light',
    pages: ['/', '/product/6'],
    filled: ['/cart', '/checkout'],
    signedIn: [],
  });
  assert.equal(found, []);
});

test('axe finds nothing at a desk, dark: search, missing page, watch list, account, filters', async ({
  shop,
}) => {
  const found = await axeFindings(shop, {
    device: 'desk',
    colorScheme: 'dark',
    pages: ['/search?q=zzzz', '/product/999999'],
    filled: [],
    signedIn: ['/watchlist', '/account'],
  });
  assert.equal(found, []);
});

test('no page is wider than its window, at 320 px and from right to left', async ({ shop }) => {
  assert.equal(await tooWide(shop, ['/', '/category/Dresses', '/product/6', '/cart', '/checkout']), []);
});

test('buttons meet the minimum target size', async ({ shop }) => {
  assert.equal(await smallButtons(shop, ['/category/Dresses', '/product/6', '/cart']), []);
});

test('nothing moves when the reader prefers reduced motion', async ({ shop }) => {
  const { page } = await shop.visit({ reducedMotion: 'reduce' });
  await page.goto('/');
  await settled(page);
  await page.getByRole('button', { name: 'Menu' }).click();
  const moving = () =>
    document.getAnimations().filter((each) => Number(each.effect?.getTiming().duration) > 20).length;
  assert.is(await page.evaluate(moving), 0);
});
