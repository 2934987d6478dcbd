// Offline: visited pages open, others show a clear message, no private data is kept.
// offline.slow.test.ts has the tests of size.
import type { Page } from 'playwright-core';
import { assert, suite } from '../../fixtures/suite.ts';
import { checkVisitedOffline, workerControls } from '../test-support/offline.ts';
import { type ShopInBrowser, shopInBrowser, withWorker } from '../test-support/shop-in-browser.ts';
import { untilInPage } from '../test-support/until-in-page.ts';

const test = suite<{ shop: ShopInBrowser }>('offline', { timeout: 600_000 });
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.shop?.close());

/** URLs in all caches of the page's origin. */
const kept = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const found: string[] = [];
    for (const name of await caches.keys())
      for (const request of await (await caches.open(name)).keys())
        found.push(request.url.slice(location.origin.length));
    return found;
  });

async function signIn(page: Page, customer: string): Promise<void> {
  await page.goto('/demo/sign-in');
  await page.locator('#sub').fill(customer);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page
    .getByRole('link', { name: /^Account/ })
    .first()
    .waitFor({ state: 'attached' });
}

test('visited products open offline, with their pictures', async ({ shop }) => {
  await checkVisitedOffline(shop, 4);
});

test('a network that neither answers nor fails does not delay cached pages', async ({ shop }) => {
  const { page } = await shop.visit(withWorker);
  await page.goto('/product/61');
  await workerControls(page);
  await page.goto('/product/61');
  const name = await page.getByRole('heading', { level: 1 }).textContent();
  await page.locator('couture-product-page .picture img').waitFor();
  shop.hang();
  try {
    await page.goto('/product/61');
    await page.getByRole('heading', { level: 1, name: name! }).waitFor();
    await page.getByText('You’re offline. Prices').waitFor();
  } finally {
    shop.goOn();
  }
  await page.getByText('You’re offline. Prices').waitFor({ state: 'detached' });
});

test('no customer data is cached, and signing out clears the device', async ({ shop }) => {
  const { page } = await shop.visit(withWorker);
  await page.goto('/');
  await workerControls(page);
  await signIn(page, '7');
  for (const path of ['/', '/account', '/watchlist', '/product/6', '/cart']) {
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.waitForTimeout(600);
  }
  await page.goto('/product/6');
  await page.getByRole('button', { name: 'Add to bag', exact: true }).first().click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved to your watchlist.').first().waitFor();
  const private_ =
    /^\/api\/(session|orders|watchlist|recommendations\/(?:personalized|buy-again))|^\/account|^\/demo/;
  const addresses = await kept(page);
  assert.ok(addresses.some((address) => address.startsWith('/api/products/6')));
  assert.equal(
    addresses.filter((address) => private_.test(address)),
    [],
  );
  // Varies by person and was requested with credentials, so it is not cached either.
  assert.equal(
    addresses.filter((address) => address.includes('/you-may-like/')),
    [],
  );
  await page.goto('/account');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('You’re signed out.').first().waitFor();
  await page.getByRole('link', { name: 'Bag, empty' }).waitFor();
  const left = await page.evaluate(async () => ({
    local: Object.keys(localStorage).filter((key) => !/^couture-(visitor|install|locale)$/.test(key)),
    session: Object.keys(sessionStorage),
    signedIn: (await (await fetch('/api/session')).json()).signed_in,
  }));
  assert.equal(left, { local: [], session: [], signedIn: false });
});

test('watchlist changes made offline are sent when the network is back', async ({ shop }) => {
  const { page, context } = await shop.visit(withWorker);
  await signIn(page, '9');
  await page.goto('/product/70');
  await workerControls(page);
  await page.goto('/product/70');
  const watch = page.getByRole('button', { name: 'Save', exact: true });
  await watch.waitFor();
  await shop.goOffline(context);
  await watch.click();
  await page.getByText('We’ll update your watchlist when you’re back online.').first().waitFor();
  await shop.goOnline(context);
  await untilInPage(
    page,
    async () => {
      const { products } = await (await fetch('/api/watchlist')).json();
      return products.some((product: { id: number }) => product.id === 70);
    },
    'the product on the watchlist',
  );
});
