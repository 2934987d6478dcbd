// <couture-recently-viewed>: what it lists, what it records, and that it does neither for shoppers who opt out of tracking.
import type { Page } from 'playwright-core';
import { queryDatabase } from '../../../fixtures/database.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { until } from '../../../fixtures/until.ts';
import { type ShopInBrowser, shopInBrowser } from '../../test-support/shop-in-browser.ts';
import { scrollToList, signIn } from '../../test-support/shop-pages.ts';

const test = suite<{ shop: ShopInBrowser }>('recently viewed');
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.shop?.close());

async function view(page: Page, id: number): Promise<void> {
  await page.goto(`/product/${id}`);
  await page.getByRole('button', { name: 'Add to bag', exact: true }).first().waitFor();
  // The lists load after the first paint; this one records the view.
  await page.evaluate(() => customElements.whenDefined('couture-recently-viewed').then(() => {}));
}

/** Paths of the listed products, in order. */
async function listed(page: Page): Promise<readonly string[]> {
  const widget = page.locator('couture-recently-viewed');
  await scrollToList(widget);
  return widget
    .locator('couture-product-card a')
    .evaluateAll((links) => [
      ...new Set(links.map((link) => new URL((link as HTMLAnchorElement).href).pathname)),
    ]);
}

function views({ databaseUrl }: ShopInBrowser) {
  return queryDatabase<{ item: string; kind: string; customer: string | null; visitor: string | null }>(
    databaseUrl,
    "select item, kind, customer, visitor from couture.recommendation_event where type = 'view' order by at, item",
  );
}

test('products that were viewed before are listed, newest first, each once, and each view is recorded once', async ({
  shop,
}) => {
  const { page, errors } = await shop.visit();
  // The other lists of the last two pages show none of these.
  for (const id of [6, 70, 6, 50]) await view(page, id);
  assert.equal(await listed(page), ['/product/6', '/product/70']);
  await page.reload();
  await view(page, 20);
  assert.equal(await listed(page), ['/product/50', '/product/6', '/product/70']);
  await page.goto('/');
  const found = await until(async () => {
    const rows = await views(shop);
    return rows.length >= 6 && rows;
  }, 'the views');
  assert.equal(found.map(({ item }) => item).sort(), ['20', '50', '50', '6', '6', '70']);
  for (const { kind, customer, visitor } of found) {
    assert.equal([kind, customer], ['product_page', null]);
    assert.match(visitor!, /^[\w-]{8,64}$/);
  }
  assert.is(new Set(found.map(({ visitor }) => visitor)).size, 1);
  assert.equal(errors, []);
});

test('a customer’s views are recorded for the customer, and a sign-out removes the list', async ({
  shop,
}) => {
  const { page } = await shop.visit();
  await signIn(page);
  for (const id of [6, 70]) await view(page, id);
  await page.goto('/account');
  await until(
    async () => (await views(shop)).filter(({ customer }) => customer === '7').length === 2,
    'both views',
  );
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('You’re signed out.').first().waitFor();
  assert.is(await page.evaluate(() => localStorage.getItem('couture-viewed')), null);
});

test('nothing is recorded or remembered of shoppers who opt out of tracking', async ({ shop }) => {
  const before = (await views(shop)).length;
  const { page } = await shop.visit({ extraHTTPHeaders: { 'Sec-GPC': '1' } });
  await page.addInitScript(() => Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }));
  for (const id of [6, 70]) await view(page, id);
  await page.goto('/');
  assert.is(await page.evaluate(() => localStorage.getItem('couture-viewed')), null);
  // A recorded view of somebody else shows that the events before it were written.
  const other = await shop.visit();
  await view(other.page, 30);
  await other.page.goto('/');
  await until(
    async () => (await views(shop)).some(({ item }) => item === '30'),
    'the view of another visitor',
  );
  assert.is((await views(shop)).length, before + 1);
});

test('a product that has left the shop is left out', async ({ shop }) => {
  const { page } = await shop.visit();
  for (const id of [6, 70]) await view(page, id);
  await page.evaluate(() => {
    const ids = JSON.parse(localStorage.getItem('couture-viewed')!) as string[];
    localStorage.setItem('couture-viewed', JSON.stringify(['999999', 'no id', ...ids]));
  });
  // Nothing that the other lists of this page show.
  await view(page, 20);
  assert.equal(await listed(page), ['/product/70', '/product/6']);
});
