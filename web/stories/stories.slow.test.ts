// Every widget in every state: functional, of stable size while loading, and without findings of axe, on a phone and at a desk.
import type { Locator, Page } from 'playwright-core';
import { queryDatabase } from '../../fixtures/database.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { phone, type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';
import { desk } from '../test-support/shop-pages.ts';
import { declareAxeOverStories, stories, variants } from '../test-support/stories-page.ts';

const test = suite<{ shop: ShopInBrowser }>('widgets');
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.shop?.close());

const widgets = [
  'similar-products',
  'bought-together',
  'bundle',
  'personalized',
  'buy-again',
  'trending',
  'you-may-like',
  'for-cart',
];

// Runs first, while no other page can report events.
test('views, clicks and additions are reported, unless the shopper opts out of tracking', async ({
  shop,
}) => {
  const counted = async () => {
    const rows = await queryDatabase<{ type: string; count: number }>(
      shop.databaseUrl,
      'select type, count(*)::int as count from couture.recommendation_event group by 1',
    );
    return Object.fromEntries(rows.map((row) => [row.type, row.count]));
  };
  const walk = async (page: Page) => {
    await page.goto('/product/6');
    const widget = page.locator('couture-bought-together');
    await widget.scrollIntoViewIfNeeded();
    await widget.getByRole('button', { name: /^Add \d to bag/ }).click();
    await page.locator('couture-similar-products').scrollIntoViewIfNeeded();
    await page.locator('couture-similar-products a').first().click();
  };
  const before = await counted();
  const quiet = await shop.visit(desk);
  await quiet.context.addInitScript(() =>
    Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }),
  );
  await walk(quiet.page);
  // Longer than events are buffered.
  await quiet.page.waitForTimeout(3_500);
  assert.equal(await counted(), before);
  const { page } = await shop.visit(desk);
  await walk(page);
  for (const type of ['impression', 'click', 'add_to_cart'])
    await until(async () => ((await counted())[type] ?? 0) > (before[type] ?? 0), type);
});

test('an empty list renders nothing; an error renders a message and a retry button', async ({ shop }) => {
  const { page } = await shop.visit();
  await stories(page);
  for (const widget of widgets) {
    const within = (state: string) => page.locator(`#${widget}-${state} couture-${widget}`);
    assert.is((await within('empty').textContent())?.trim(), '', widget);
    const box = await within('empty').boundingBox();
    assert.is(box?.height ?? 0, 0, widget);
    await within('error').getByText('Couldn’t load this list.').waitFor();
    await within('error').getByRole('button', { name: 'Try again' }).waitFor();
    await within('offline').getByText('You’re offline.').waitFor();
  }
});

test('a widget has the same height while loading and afterwards', async ({ shop }) => {
  for (const device of [phone, desk]) {
    const { page } = await shop.visit({ ...device });
    await stories(page);
    // Most customers have nothing due: a placeholder would appear only to disappear.
    for (const widget of widgets.filter((each) => each !== 'buy-again')) {
      const height = async (state: string) =>
        (await page.locator(`#${widget}-${state} couture-${widget}`).boundingBox())!.height;
      const [loading, full] = [await height('loading'), await height('full')];
      assert.ok(Math.abs(loading - full) / full < 0.12, `${widget}: ${loading} px, then ${full} px`);
    }
  }
});

test('sale prices in a currency with long amounts stay within their cards', async ({ shop }) => {
  const { page } = await shop.visit({ viewport: { width: 320, height: 640 } });
  await stories(page);
  const cards = page.locator('#similar-products-full couture-product-card');
  await cards.first().waitFor();
  const over = await cards.evaluateAll(async (all) => {
    for (const card of all) Object.assign(card, { currency: 'KWD' });
    await Promise.all(
      all.map((card) => (card as unknown as { updateComplete: Promise<void> }).updateComplete),
    );
    return all.flatMap((card) => {
      const before = card.shadowRoot!.querySelector('.price s');
      return before ? [before.getBoundingClientRect().right - card.getBoundingClientRect().right] : [];
    });
  });
  assert.ok(over.length > 0, 'some products are on sale');
  assert.ok(Math.max(...over) <= 0, `prices end ${over} px beyond their cards`);
});

test('bought together: the total follows the selection, and one event adds all selected products', async ({
  shop,
}) => {
  const { page } = await shop.visit(desk);
  await page.goto('/product/6');
  const widget = page.locator('couture-bought-together');
  await widget.scrollIntoViewIfNeeded();
  const total = widget.locator('.total');
  await total.waitFor();
  const cents = async (at: Locator) =>
    Math.round(Number(/€([\d.]+)/.exec((await at.textContent())!)![1]) * 100);
  const all = await cents(total);
  const boxes = widget.getByRole('checkbox');
  assert.ok(await boxes.first().isDisabled(), 'the product itself is always included');
  await boxes.nth(4).focus();
  await page.keyboard.press('Space');
  assert.ok((await cents(total)) < all);
  await page.evaluate(() => {
    const told: unknown[] = [];
    Object.assign(window, { told });
    document.addEventListener('couture-add-to-cart', (event) => told.push((event as CustomEvent).detail));
  });
  await widget.getByRole('button', { name: 'Add 4 to bag' }).click();
  const told = await page.evaluate(
    () => (window as unknown as { told: Array<{ products: unknown[] }> }).told,
  );
  assert.equal(
    told.map((detail) => detail.products.length),
    [4],
  );
  const expected = await cents(total);
  await page.goto('/cart');
  assert.is(
    await cents(page.locator('.sum .total')),
    expected,
    'the bag computes the same total as the widget',
  );
});

test('signed-in customers get recommendations, guests trending products, and the heading says which', async ({
  shop,
}) => {
  const { page } = await shop.visit(desk);
  await page.goto('/');
  await page.getByRole('heading', { name: 'Trending now' }).waitFor();
  await page.goto('/demo/sign-in');
  await page.locator('#sub').fill('7');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Picked for you' }).waitFor();
});

for (const variant of variants) declareAxeOverStories(test, variant);
