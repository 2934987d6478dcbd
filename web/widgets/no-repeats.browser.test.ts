// The widgets of a page show each product once.
import type { Page } from 'playwright-core';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';
import { devices } from '../test-support/shop-pages.ts';

const test = suite<{ shop: ShopInBrowser }>('products of a page', { timeout: 120_000 });
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.shop?.close());

/** A customer on the home page. */
async function signedIn(shop: ShopInBrowser) {
  const visitor = await shop.visit(devices.desk);
  await visitor.page.goto('/demo/sign-in');
  await visitor.page.locator('#sub').fill('7');
  await visitor.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await visitor.page.getByRole('heading', { name: 'Picked for you' }).waitFor();
  return visitor;
}

/** Links of the cards in the lists of a page, list by list. */
async function lists(page: Page): Promise<Record<string, string[]>> {
  await page.evaluate(async () => {
    for (let y = 0; y < document.documentElement.scrollHeight; y += 400) {
      scrollTo(0, y);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
  await page.waitForLoadState('networkidle');
  const found: Record<string, string[]> = {};
  for (const kind of [
    ...['similar-products', 'you-may-like', 'personalized', 'trending'],
    ...['buy-again', 'for-cart', 'bought-together', 'bundle'],
  ]) {
    const links = page.locator(`couture-${kind} a[href*="/product/"]`);
    const all = await links.evaluateAll((each) => each.map((link) => (link as HTMLAnchorElement).href));
    if (all.length > 0) found[kind] = [...new Set(all)];
  }
  return found;
}

function repeated(found: Record<string, string[]>): string[] {
  const all = Object.values(found).flat();
  return all.filter((each, at) => all.indexOf(each) !== at);
}

test('no list of a product page repeats a product of another list or offer, and lists stay full', async ({
  shop,
}) => {
  const { page } = await signedIn(shop);
  await page.goto('/product/6');
  const found = await until(async () => {
    const now = await lists(page);
    return now['bought-together'] && now.bundle && now['similar-products'] && now['you-may-like'] && now;
  }, 'the lists of the page');
  const subject = new URL('/product/6', page.url()).href;
  const { 'bought-together': together, bundle, ...others } = found;
  // The two offers are about the same product, and may overlap.
  const offered = [...new Set([...together!, ...bundle!])].filter((each) => each !== subject);
  assert.equal(repeated({ offered, ...others }), []);
  assert.is(others['you-may-like']!.length, 6);
});

test('a signed-in customer sees each product once on the home page', async ({ shop }) => {
  const { page } = await signedIn(shop);
  const found = await until(async () => {
    const now = await lists(page);
    return now.personalized && now.trending && now;
  }, 'the lists of the page');
  assert.equal(repeated(found), []);
  assert.is(found.personalized!.length, 8);
});
