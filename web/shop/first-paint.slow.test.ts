// What the runtime writes into pages is what the app then shows, at the same places and in the same words; and it is enough
// without scripts.

import type { Page } from 'playwright-core';
import { queryDatabase } from '../../fixtures/database.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';
import { fillBagUnread } from '../test-support/shop-pages.ts';
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
  for (const path of ['/', '/category/Dresses', '/search?q=dress', '/product/6'])
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

for (const locale of ['en-GB', 'de-DE', 'ar-EG'])
  test(`bag and checkout in ${locale} arrive with the heading that the app then shows`, async ({ shop }) => {
    const options = { ...phone, locale };
    const { page: written } = await shop.visit({ ...options, javaScriptEnabled: false });
    const { page, errors } = await shop.visit(options);
    await page.goto('/product/20');
    await page.locator('couture-product-page .actions button').first().click();
    await page.waitForFunction(() => localStorage.getItem('couture-cart')?.includes('quantity'));
    for (const path of ['/cart', '/checkout']) {
      await written.goto(path, { waitUntil: 'load' });
      const { h1: before } = await partsOf(written);
      await page.goto(path);
      await page.locator('couture-shop[page]').waitFor();
      assert.is(before!.length, 1);
      assert.equal((await partsOf(page)).h1, before, path);
      const notes = (shown: Page) => shown.locator('p.muted').first().innerText();
      if (path === '/checkout') assert.is(await notes(page), await notes(written));
    }
    assert.equal(errors, []);
  });

for (const locale of ['en-GB', 'ar-EG'])
  test(`the bag in ${locale} is there before the app, where the app then draws it`, async ({ shop }) => {
    const { page, errors } = await shop.visit({ ...phone, locale });
    await fillBagUnread(page);
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    await page.route(/\/assets\/base-/, async (route) => {
      await released;
      await route.continue();
    });
    let asked = 0;
    page.on('request', (request) => (asked += Number(request.url().endsWith('/for-cart'))));
    const going = page.goto('/cart');
    await page.locator('main.boot .widget .list img').first().waitFor();
    const names = (shown: string) => page.locator(`${shown} .line .name`).allInnerTexts();
    const [before, namesBefore] = [await partsOf(page), await names('main.boot')];
    assert.is(namesBefore.length, 2);
    assert.is(asked, 1);
    release();
    await going;
    const app = page.locator('couture-cart-page');
    await app.locator('couture-for-cart couture-product-card').first().waitFor();
    const after = await partsOf(page);
    assert.equal(await names('couture-cart-page'), namesBefore);
    // The lines; the height of the summary depends on its words.
    assert.equal(after.pictures!.slice(0, 2), before.pictures!.slice(0, 2));
    const texts = (parts: readonly string[]) => parts.map((each) => each.replace(/ at [-\d ]+$/, ''));
    assert.equal(texts(after.names!), texts(before.names!), 'the same list');
    assert.equal(texts(after.lines!.slice(0, 1)), texts(before.lines!.slice(0, 1)), 'and its heading');
    assert.is(await page.locator('main.boot').count(), 0);
    assert.equal(errors, []);
  });

test('the app takes over when everything is drawn, however many turns that takes', async ({ shop }) => {
  for (const path of ['/', '/category/Dresses', '/product/6']) {
    const { page, errors } = await shop.visit(phone);
    await page.addInitScript(() => {
      // Each look at the clock takes 5 ms: a slice is over after two.
      const now = performance.now.bind(performance);
      let spent = 0;
      performance.now = () => now() + (spent += 5);
      const pending = (root: ParentNode): string[] =>
        [...root.querySelectorAll('*')].flatMap((each) => [
          ...('hasUpdated' in each && !each.hasUpdated ? [each.localName] : []),
          ...(each.shadowRoot ? pending(each.shadowRoot) : []),
        ]);
      addEventListener('couture-page-shown', () => {
        const main = document.querySelector('couture-shop')!.shadowRoot!.querySelector('main')!;
        Object.assign(globalThis, {
          takenOver: { children: main.childElementCount, pending: pending(main) },
        });
      });
    });
    await page.goto(path);
    await page.locator('couture-shop[page]').waitFor();
    const taken = await page.evaluate(() => (globalThis as { takenOver?: unknown }).takenOver);
    assert.equal(taken, { children: 2, pending: [] }, `${path}: the slot and a page without empty elements`);
    await page.waitForFunction(
      () =>
        document.querySelector('couture-shop')!.shadowRoot!.querySelector('main')!.childElementCount === 1,
    );
    assert.equal(errors, []);
  }
});

test('no tile of the home page stands alone in the last row', async ({ shop }) => {
  for (const width of [320, 390, 700, 1_000, 1_280]) {
    const { page } = await shop.visit({ viewport: { width, height: 800 }, javaScriptEnabled: false });
    await page.goto('/');
    for (const count of [13, 12, 11, 9, 7, 6, 5, 3, 2]) {
      const rows = await page.evaluate((kept) => {
        const tiles = [...document.querySelectorAll('.categories li')];
        for (const each of tiles.slice(kept)) each.remove();
        const tops = tiles.slice(0, kept).map((each) => Math.round(each.getBoundingClientRect().top));
        return [...new Set(tops)].map((top) => tops.filter((each) => each === top).length);
      }, count);
      assert.ok(rows.length === 1 || rows.at(-1)! > 1, `${count} tiles at ${width} px: rows of ${rows}`);
    }
  }
});

test('names of suggestions keep most of the row beside two prices, on small phones too', async ({ shop }) => {
  for (const [width, locale] of [
    [320, 'de-DE'],
    [360, 'ar-EG'],
    [390, 'en-GB'],
  ] as const) {
    const { page } = await shop.visit({
      viewport: { width, height: 640 },
      isMobile: true,
      hasTouch: true,
      locale,
    });
    await page.goto('/category/Dresses');
    await page.locator('couture-shop[page]').waitFor();
    await page.locator('couture-shop-header .tools button.tool').first().click();
    await page.locator('couture-search-panel input').fill('dress');
    await page.locator('couture-search-panel #found .sale').first().waitFor();
    const shares = await page
      .locator('couture-search-panel #found li')
      .evaluateAll((rows) =>
        rows.map((row) => row.children[1]!.getBoundingClientRect().width / row.getBoundingClientRect().width),
      );
    assert.ok(
      Math.min(...shares) > 0.4,
      `${width} px in ${locale}: ${shares.map((share) => share.toFixed(2))}`,
    );
  }
});

test('a shop without pictures has no empty tiles, written or drawn', async ({ shop }) => {
  await queryDatabase(shop.databaseUrl, 'update shop.product set image_url = null');
  const { page: written } = await shop.visit({ ...phone, javaScriptEnabled: false });
  await until(async () => {
    await written.goto('/');
    return (await written.locator('.categories.plain').count()) === 1;
  }, 'a home page without pictures');
  assert.is(await written.locator('.hero li, .categories .product-picture').count(), 0);
  const before = await partsOf(written);
  const { page, errors } = await shop.visit(phone);
  await page.goto('/');
  await page.locator('couture-shop[page] couture-home-page').waitFor();
  await page.locator('.categories.plain li').first().waitFor();
  assert.is(await page.locator('.hero li, .categories couture-product-picture').count(), 0);
  const after = await partsOf(page);
  for (const name of ['h1', 'tiles']) assert.equal(after[name], before[name], name);
  const heights = await page
    .locator('.categories a')
    .evaluateAll((links) => links.map((each) => each.getBoundingClientRect().height));
  assert.ok(heights.length > 5 && heights.every((height) => height >= 44), heights.join());
  assert.equal(errors, []);
});
