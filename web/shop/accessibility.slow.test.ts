// axe, width and buttons on every page of the shop, light on a phone and dark at a desk; also with open filters, search and
// menu.
import { assert, suite } from '../../fixtures/suite.ts';
import { axeFindings, hiddenStops, smallTargetsOf, tooWide } from '../test-support/accessibility.ts';
import { letsAxeIn, violations } from '../test-support/axe.ts';
import { desktop, phone, type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';
import { pages, settled } from '../test-support/shop-pages.ts';

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

test('axe finds nothing on the accessibility statement, in any language', async ({ shop }) => {
  const found: string[] = [];
  for (const [lang, colorScheme] of [
    ['en', 'light'],
    ['de', 'dark'],
    ['ar', 'light'],
  ] as const) {
    const { page } = await shop.visit({ viewport: { width: 320, height: 664 }, ...letsAxeIn, colorScheme });
    await page.goto(`/accessibility?lang=${lang}`);
    assert.is(await page.locator('html').getAttribute('lang'), lang);
    found.push(...(await violations(page)).map((each) => `${lang}: ${each}`));
    assert.is(await page.evaluate(() => document.documentElement.scrollWidth), 320);
  }
  assert.equal(found, []);
});

test('the focus is never hidden, forwards and backwards by keyboard', async ({ shop }) => {
  const hidden: string[] = [];
  for (const device of [desktop, phone]) {
    const { page } = await shop.visit({ ...device, reducedMotion: 'reduce' });
    for (const path of ['/', '/product/6', '/category/Dresses']) {
      await page.goto(path);
      await settled(page);
      for (const key of ['Tab', 'Shift+Tab'])
        hidden.push(...(await hiddenStops(page, key, 40)).map((each) => `${path} ${key}: ${each}`));
    }
  }
  assert.equal(hidden, []);
});

test('no page is wider than its window, at 320 px and from right to left', async ({ shop }) => {
  assert.equal(await tooWide(shop, pages), []);
});

test('no page is wider than 390 or 320 px in German or in Arabic', async ({ shop }) => {
  for (const locale of ['de-DE', 'ar-EG'])
    assert.equal(await tooWide(shop, pages, { widths: [390, 320], locale }), []);
});

test('all that can be pressed has the minimum target size', async ({ shop }) => {
  assert.equal(await smallTargetsOf(shop, pages), []);
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
