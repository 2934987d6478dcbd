// What the runtime writes into pages is what the app then shows, at the same places and in the same words; and it is enough
// without scripts.
import { assert, suite } from '../../fixtures/suite.ts';
import { type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';
import { namesOfParts, partsOf, watchHandOver } from '../test-support/written-parts.ts';

const test = suite<{ shop: ShopInBrowser }>('the first paint', { timeout: 120_000 });
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.shop?.close());

const phone = { viewport: { width: 390, height: 664 }, isMobile: true, hasTouch: true };
const wide = { viewport: { width: 1280, height: 800 } };

for (const [locale, size] of [
  ['en-GB', phone],
  ['de-DE', wide],
  ['ar-EG', phone],
] as const)
  for (const path of ['/', '/category/Dresses', '/product/6'])
    test(`${path} in ${locale}: the app shows what was written, where it was`, async ({ shop }) => {
      const options = { ...size, locale };
      const { page: written } = await shop.visit({ ...options, javaScriptEnabled: false });
      await written.goto(path, { waitUntil: 'load' });
      const before = await partsOf(written);
      const { page, errors } = await shop.visit(options);
      await page.goto(path);
      await page.locator('couture-shop[page] couture-chat').waitFor({ state: 'attached' });
      await page.waitForLoadState('networkidle');
      const after = await partsOf(page);
      assert.ok(
        before.h1!.length === 1 && before.pictures!.length > 0,
        'the page has a heading and pictures',
      );
      for (const name of namesOfParts)
        assert.equal(before[name], after[name]!.slice(0, before[name]!.length), name);
      assert.equal(errors, []);
    });

test('the page stays filled from the first paint until the app is there, however late', async ({ shop }) => {
  for (const [path, code] of [
    ['/', 'home-page'],
    ['/category/Dresses', 'category-page'],
    ['/product/6', 'product-page'],
  ]) {
    const { page } = await shop.visit(phone);
    await watchHandOver(page);
    await page.route(new RegExp(`/assets/${code}`), async (route) => {
      await page.locator('couture-shop-header').waitFor();
      await route.continue();
    });
    await page.goto(path!);
    await page.locator(`couture-${code}`).waitFor();
    const { frames, empty } = await page.evaluate(
      () => (globalThis as unknown as { handOver: { frames: number; empty: number } }).handOver,
    );
    assert.ok(frames > 0);
    assert.is(empty, 0, `${path}: frames without a heading or a picture`);
  }
});

test('without scripts there are products, prices and links to all of them', async ({ shop }) => {
  const { page } = await shop.visit({ ...phone, javaScriptEnabled: false });
  await page.goto('/');
  await page.getByRole('heading', { level: 1, name: 'Clothes worth keeping for years' }).waitFor();
  const fonts = await page.evaluate(() => [...document.fonts].map(({ family }) => family).join());
  assert.match(fonts, /Display Fallback.*Sans Fallback/, 'browsers accept the rules of the fallback fonts');
  await page
    .getByRole('link', { name: /^Dresses/ })
    .last()
    .click();
  await page.getByRole('heading', { level: 1, name: 'Dresses' }).waitFor();
  await page.locator('.product-card a').first().click();
  await page.waitForURL(/\/product\//);
  assert.match(await page.locator('.cost').innerText(), /€\d/);
  assert.ok((await page.locator('.description').innerText()).length > 40);
  assert.match(await page.locator('.boot-note').innerText(), /need JavaScript/);
});

test('a focused link of the written page does not lose the focus to the body', async ({ shop }) => {
  const { page } = await shop.visit(wide);
  await page.route(/\/assets\/category-page/, async (route) => {
    await page.locator('.product-card a').first().focus();
    await route.continue();
  });
  await page.goto('/category/Dresses');
  await page.locator('couture-category-page').waitFor();
  assert.is(await page.evaluate(() => document.activeElement?.localName), 'couture-shop');
});
