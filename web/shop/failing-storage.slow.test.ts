// Full or blocked storage, and storage shared with a frozen page: no silent loss, and no order is placed twice.
import type { BrowserContextOptions, Page } from 'playwright-core';
import { queryDatabase } from '../../fixtures/database.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { type ShopInBrowser, shopInBrowser, type Visitor } from '../test-support/shop-in-browser.ts';
import { fillDelivery } from '../test-support/shop-pages.ts';

const test = suite<{ shop: ShopInBrowser }>('a shop whose storage fails');
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.shop?.close());

/** Ways in which a browser refuses storage; each runs before any script of the page. */
const failures = {
  blocked: () => {
    for (const area of ['localStorage', 'sessionStorage'])
      Object.defineProperty(globalThis, area, {
        get() {
          throw new DOMException('Access is denied for this document', 'SecurityError');
        },
      });
  },
  full: () => {
    Storage.prototype.setItem = () => {
      throw new DOMException('The quota has been exceeded', 'QuotaExceededError');
    };
  },
  absent: () => {
    for (const area of ['localStorage', 'sessionStorage'])
      Object.defineProperty(globalThis, area, { value: null });
    for (const name of ['indexedDB', 'caches']) Object.defineProperty(globalThis, name, { value: undefined });
  },
  'that drops what it accepts': () => {
    Storage.prototype.setItem = () => {};
  },
  'of rubbish': () => {
    Storage.prototype.getItem = () => '{"rubbish';
    IDBFactory.prototype.open = () => ({ addEventListener() {} }) as unknown as IDBOpenDBRequest;
  },
};

async function visitWith(
  shop: ShopInBrowser,
  failure: () => void,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const visitor = await shop.visit(options);
  await visitor.page.addInitScript(failure);
  return visitor;
}

async function ordersPlaced(shop: ShopInBrowser): Promise<number> {
  const [row] = await queryDatabase<{ count: number }>(
    shop.databaseUrl,
    'select count(*)::int as count from shop.orders',
  );
  return row!.count;
}

async function addToBag(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add to bag', exact: true }).first().click();
}

const unsaved = 'Your browser can’t save your bag.';

for (const [name, failure] of Object.entries(failures)) {
  test(`storage ${name}: the bag warns once that it isn't saved, and keeps its content until the page is left`, async ({
    shop,
  }) => {
    const { page, errors } = await visitWith(shop, failure);
    await page.goto('/product/12');
    await addToBag(page);
    const said = page.locator('couture-shop .message');
    await said.getByText('Added to bag:').waitFor();
    assert.match((await said.textContent())!, unsaved);
    await addToBag(page);
    await page.waitForFunction((words) => {
      const shop = document.querySelector('couture-shop')?.shadowRoot;
      const shown = shop?.querySelector('couture-shop-message')?.shadowRoot?.querySelector('.message');
      return shown?.textContent && !shown.textContent.includes(words);
    }, unsaved);
    await said.getByRole('link', { name: 'View bag' }).click();
    await page.getByRole('heading', { level: 1, name: 'Your bag' }).waitFor();
    assert.is(await page.locator('couture-cart-page').getByText(unsaved).count(), 1);
    assert.equal(errors, []);
  });

  test(`storage ${name}: an order whose answer was lost is placed once, across a reload`, async ({
    shop,
  }) => {
    const before = await ordersPlaced(shop);
    const { page, errors } = await visitWith(shop, failure);
    // The browser asks before the page is closed while the order is unconfirmed.
    let asked = 0;
    page.on('dialog', (dialog) => {
      asked += 1;
      void dialog.accept();
    });
    await page.goto('/product/12');
    await addToBag(page);
    await page.getByRole('link', { name: 'View bag' }).click();
    await page.getByRole('link', { name: 'Check out' }).click();
    await page.route('**/api/orders', async (route) => {
      await route.fetch();
      await route.abort('connectionreset');
    });
    await fillDelivery(page);
    await page.getByRole('button', { name: /^Place order/ }).dblclick();
    await page.getByText('We couldn’t confirm your order').waitFor();
    await page.getByRole('button', { name: 'Check again' }).click();
    await page.getByText('We couldn’t confirm your order').waitFor();
    assert.is(await ordersPlaced(shop), before + 1);
    await page.reload();
    await page.getByText('We couldn’t confirm your order').waitFor();
    assert.is(asked, 1, 'the browser asks before closing the only page that knows of an order');
    await page.unroute('**/api/orders');
    await page.getByRole('button', { name: 'Check again' }).click();
    await page.getByRole('heading', { level: 1, name: 'Thank you' }).waitFor();
    assert.is(await ordersPlaced(shop), before + 1);
    assert.equal(errors, []);
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Thank you' }).waitFor();
    assert.is(asked, 1, 'it no longer asks once the order is confirmed');
  });
}

test('on plain http, without crypto.randomUUID, an order is placed and the chat loads', async ({ shop }) => {
  const before = await ordersPlaced(shop);
  const { page, errors } = await visitWith(shop, () => {
    Object.defineProperty(Crypto.prototype, 'randomUUID', { value: undefined });
  });
  await page.goto('/product/12');
  await addToBag(page);
  await page.getByRole('link', { name: 'View bag' }).click();
  await page.getByRole('link', { name: 'Check out' }).click();
  await fillDelivery(page);
  await page.getByRole('button', { name: /^Place order/ }).click();
  await page.getByRole('heading', { level: 1, name: 'Thank you' }).waitFor();
  assert.is(await ordersPlaced(shop), before + 1);
  await page.getByRole('button', { name: /chat/i }).first().waitFor();
  assert.equal(errors, []);
});

test('a page that returns from the back-forward cache has what another tab added to the bag', async ({
  shop,
}) => {
  const { page, context } = await shop.visit();
  // A frozen page gets no storage events; this browser freezes no pages, so the test blocks the events.
  await page.addInitScript(() => addEventListener('storage', (event) => event.stopImmediatePropagation()));
  await page.goto('/product/6');
  await addToBag(page);
  await page.getByText('Added to bag:').first().waitFor();
  const other = await context.newPage();
  await other.goto('/product/8');
  await addToBag(other);
  await other.getByText('Added to bag:').first().waitFor();
  await page.getByRole('link', { name: 'Bag, 1 item' }).waitFor();
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
  await page.getByRole('link', { name: 'Bag, 2 items' }).waitFor();
  await addToBag(page);
  await other.getByRole('link', { name: 'Bag, 3 items' }).waitFor();
});

test('an order sent as a guest is checked as a guest after the sign-in, and placed once', async ({
  shop,
}) => {
  const before = await ordersPlaced(shop);
  const { page } = await shop.visit();
  await page.goto('/product/12');
  await addToBag(page);
  await page.goto('/checkout');
  await page.route('**/api/orders', async (route) => {
    await route.fetch();
    await route.abort('connectionreset');
  });
  await fillDelivery(page);
  await page.getByRole('button', { name: /^Place order/ }).click();
  await page.getByText('We couldn’t confirm your order').waitFor();
  await page.unroute('**/api/orders');
  await page.goto('/demo/sign-in');
  await page.getByRole('button').first().click();
  await page.goto('/checkout');
  await page.getByRole('button', { name: 'Check again' }).click();
  await page.getByRole('heading', { level: 1, name: 'Thank you' }).waitFor();
  assert.is(await ordersPlaced(shop), before + 1);
});

test('an order sent signed in is not retried as a guest; the bag waits for its owner', async ({ shop }) => {
  const before = await ordersPlaced(shop);
  const { page, context } = await shop.visit();
  const signIn = async () => {
    await page.goto('/demo/sign-in');
    await page.getByRole('button').first().click();
    await page.waitForURL((url) => !url.pathname.startsWith('/demo'));
  };
  await signIn();
  await page.goto('/product/12');
  await page
    .getByRole('button', { name: /^\s*Save/ })
    .first()
    .waitFor();
  await addToBag(page);
  await page.goto('/checkout');
  await page.route('**/api/orders', async (route) => {
    await route.fetch();
    await route.abort('connectionreset');
  });
  await fillDelivery(page);
  await page.getByRole('button', { name: /^Place order/ }).click();
  await page.getByText('We couldn’t confirm your order').waitFor();
  // The token expires.
  await context.clearCookies();
  await page.unroute('**/api/orders');
  await page.getByRole('button', { name: 'Check again' }).click();
  await page.getByText('Sign in again to check it.').waitFor();
  await page.goto('/cart');
  await page.getByRole('link', { name: 'Bag, empty' }).waitFor();
  await signIn();
  await page.goto('/cart');
  await page.getByRole('link', { name: 'Bag, 1 item' }).waitFor();
  await page.goto('/checkout');
  await page.getByRole('button', { name: 'Check again' }).click();
  await page.getByRole('heading', { level: 1, name: 'Thank you' }).waitFor();
  assert.is(await ordersPlaced(shop), before + 1);
});
