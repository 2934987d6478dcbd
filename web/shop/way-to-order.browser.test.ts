// From the home page to an order, by mouse and by keyboard, with interruptions.
import type { Page } from 'playwright-core';
import { queryDatabase } from '../../fixtures/database.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { desktop, type ShopInBrowser, shopInBrowser, withWorker } from '../test-support/shop-in-browser.ts';
import { delivery, fillDelivery, scrollToList, signIn } from '../test-support/shop-pages.ts';

const test = suite<{ shop: ShopInBrowser }>('the way to an order');
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.shop?.close());

async function ordersPlaced(shop: ShopInBrowser): Promise<number> {
  const [row] = await queryDatabase<{ count: number }>(
    shop.databaseUrl,
    'select count(*)::int as count from shop.orders',
  );
  return row!.count;
}

/** Adds a product to the bag through the page. */
async function addToBag(page: Page, id: number): Promise<void> {
  await page.goto(`/product/${id}`);
  await page.getByRole('button', { name: 'Add to bag', exact: true }).first().click();
  await page.getByText('Added to bag:').first().waitFor();
}

test('by mouse: home, category, product, bag, order', async ({ shop }) => {
  const before = await ordersPlaced(shop);
  const { page, errors } = await shop.visit(withWorker);
  await page.goto('/');
  await page
    .getByRole('link', { name: /^Dresses/ })
    .last()
    .click();
  await page.getByRole('heading', { level: 1, name: 'Dresses' }).waitFor();
  await page.locator('couture-product-card a').first().click();
  await page.getByRole('button', { name: 'Add to bag', exact: true }).first().click();
  await page.getByRole('link', { name: 'View bag' }).click();
  await page.getByRole('heading', { level: 1, name: 'Your bag' }).waitFor();
  await page.getByRole('link', { name: 'Check out' }).click();
  await fillDelivery(page);
  await page.getByRole('button', { name: /^Place order/ }).click();
  await page.getByRole('heading', { level: 1, name: 'Thank you' }).waitFor();
  assert.is(await ordersPlaced(shop), before + 1);
  await page.getByText('Main Street 1').waitFor();
  await page.reload();
  await page.getByText('Main Street 1').waitFor();
  await page.getByRole('heading', { level: 1, name: 'Thank you' }).waitFor();
  await page.getByRole('link', { name: 'Bag, empty' }).waitFor();
  assert.equal(errors, []);
});

/** Accessible name of the focused element, in all shadow roots. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    let at: Element | null = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return (at?.getAttribute('aria-label') ?? at?.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
  });
}

/** Presses Tab until the element of this name has the focus. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  const passed: string[] = [];
  for (let step = 0; step < 120; step++) {
    await page.keyboard.press('Tab');
    const at = await focused(page);
    if (name.test(at)) return;
    passed.push(at);
  }
  assert.unreachable(`Tab did not reach ${name}; it passed ${passed.slice(0, 40).join(', ')}`);
}

test('by keyboard alone: search, product, bag, order', async ({ shop }) => {
  const before = await ordersPlaced(shop);
  const { page, errors } = await shop.visit({ ...desktop, isMobile: false, hasTouch: false });
  await page.goto('/');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await tabTo(page, /^Skip to content$/);
  await tabTo(page, /^Search$/);
  await page.keyboard.press('Enter');
  await page.keyboard.type('sundress');
  await page.getByRole('option').first().waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: /Sundress/ }).waitFor();
  await page.waitForFunction(() => document.title.includes('Sundress'));
  await tabTo(page, /^Add to bag$/);
  await page.keyboard.press('Enter');
  await page.getByText('Added to bag:').first().waitFor();
  await page.keyboard.press('Control+Home');
  await page.goto('/cart');
  await page.getByRole('heading', { level: 1, name: 'Your bag' }).waitFor();
  await tabTo(page, /^Check out$/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Checkout' }).waitFor();
  await fillDelivery(page);
  await tabTo(page, /^Place order/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Thank you' }).waitFor();
  assert.match(await focused(page), 'Thank you', 'the heading has the focus');
  assert.is(await page.evaluate(() => scrollY), 0, 'the heading is seen');
  assert.is(await ordersPlaced(shop), before + 1);
  assert.equal(errors, []);
});

test('offline the bag fills and no order is claimed; back online the order is placed once', async ({
  shop,
}) => {
  const before = await ordersPlaced(shop);
  const { page, context } = await shop.visit(withWorker);
  await page.goto('/product/12');
  await page.waitForFunction(() => navigator.serviceWorker?.controller);
  await page.goto('/product/12');
  await page.getByRole('button', { name: 'Add to bag', exact: true }).first().waitFor();
  await shop.goOffline(context);
  await page.getByRole('button', { name: 'Add to bag', exact: true }).first().click();
  await page.getByRole('link', { name: 'View bag' }).click();
  await page.getByText('You’re offline. Your bag is saved').waitFor();
  await page.reload();
  await page.getByText('You’re offline. Your bag is saved').waitFor();
  await page.getByRole('link', { name: 'Check out' }).click();
  await fillDelivery(page);
  await page.getByRole('button', { name: /^Place order/ }).click();
  await page.getByText('your order wasn’t placed').first().waitFor();
  assert.is(await page.getByRole('heading', { name: 'Thank you' }).count(), 0);
  assert.is(await ordersPlaced(shop), before);
  await shop.goOnline(context);
  await page.getByText('You’re offline. Prices').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: /^Place order/ }).dblclick();
  await page.getByRole('heading', { level: 1, name: 'Thank you' }).waitFor();
  assert.is(await ordersPlaced(shop), before + 1);
});

test('a password manager may fill all fields with an event for one of them, with `change` alone, or with none', async ({
  shop,
}) => {
  for (const events of [['input'], ['change'], []]) {
    const before = await ordersPlaced(shop);
    const { page } = await shop.visit();
    await addToBag(page, 20);
    await page.goto('/checkout');
    const form = page.locator('couture-checkout-page form');
    await form.evaluate(
      (filled, { values, types }) => {
        const fields = Object.entries(values).map(([name, value]) => {
          const field = filled.querySelector<HTMLInputElement>(`[name=${name}]`)!;
          field.value = value;
          return field;
        });
        for (const type of types)
          fields[0]!.dispatchEvent(new Event(type, { bubbles: true, composed: true }));
      },
      { values: delivery, types: events },
    );
    // What else changes on the page takes no text out of the fields.
    await page.evaluate(() => dispatchEvent(new Event('offline')));
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await page.getByRole('button', { name: /^Place order/ }).click();
    await page.getByRole('heading', { name: 'Thank you' }).waitFor();
    await page.getByText(delivery.address).waitFor();
    assert.is(await ordersPlaced(shop), before + 1, events.join());
  }
});

test('an order whose answer was lost is placed once when it is checked again', async ({ shop }) => {
  const before = await ordersPlaced(shop);
  const { page } = await shop.visit();
  await addToBag(page, 15);
  await page.goto('/checkout');
  let lost = 0;
  await page.route('**/api/orders', async (route) => {
    if (lost++ > 0) return route.continue();
    await route.fetch();
    return route.abort('connectionreset');
  });
  await fillDelivery(page);
  const place = page.getByRole('button', { name: /^Place order/ });
  await place.click();
  await page.getByText('We couldn’t confirm your order').waitFor();
  assert.is(await ordersPlaced(shop), before + 1);
  // The product is now sold out and more expensive, which must not prevent checking the order.
  await queryDatabase(
    shop.databaseUrl,
    'update shop.product set inventory = 0, price = 500 where product_id = 15',
  );
  await page.reload();
  await page.getByRole('button', { name: 'Check again' }).click();
  await page.getByRole('heading', { level: 1, name: 'Thank you' }).waitFor();
  assert.is(await ordersPlaced(shop), before + 1);
  await page.getByRole('link', { name: 'Bag, empty' }).waitFor();
});

test('the bag reports changes: a new price, and a sold-out product', async ({ shop }) => {
  const { page } = await shop.visit();
  for (const id of [30, 35]) await addToBag(page, id);
  await queryDatabase(
    shop.databaseUrl,
    'update shop.product set price = 333, on_sale = false where product_id = 30',
  );
  await queryDatabase(shop.databaseUrl, 'update shop.product set inventory = 0 where product_id = 35');
  const product = async (id: number) => (await page.request.get(`/api/products/${id}`)).json();
  await until(
    async () => (await product(30)).price === 333 && !(await product(35)).in_stock,
    'the new price and stock',
  );
  await page.goto('/cart');
  await page.getByText(/now costs €333\.00/).waitFor();
  await page.getByText(/is sold out\./).waitFor();
  assert.ok(await page.getByRole('button', { name: 'Check out' }).isDisabled());
  await page.getByRole('button', { name: 'Got it' }).click();
  await page.getByText(/now costs/).waitFor({ state: 'detached' });
  await page
    .locator('.line.out')
    .getByRole('button', { name: /^Remove/ })
    .click();
  await page.getByRole('link', { name: 'Check out' }).waitFor();
  const isChecked = page.getByText('Prices and stock are up to date.');
  await isChecked.waitFor();
  // A shop that fails says nothing of prices.
  await page.route('**/api/products/30', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await route.fulfill({ status: 503, json: {} });
  });
  await page.goto('/cart');
  await page.getByText('Checking prices and stock …').waitFor();
  await page.getByText('Checking prices and stock …').waitFor({ state: 'detached' });
  assert.is(await isChecked.count(), 0);
});

test('a bundle keeps its saving from the product page to the order', async ({ shop }) => {
  const { page } = await shop.visit();
  await page.goto('/product/6');
  const offer = page.locator('couture-bundle');
  await scrollToList(offer, 'button');
  const button = offer.getByRole('button', { name: /^Add all/ });
  await button.waitFor();
  const words = (await offer.locator('.sum').textContent())!.replaceAll(/\s+/g, ' ');
  const [, total, saving] = /€([\d.]+).*Save €([\d.]+)/.exec(words)!;
  await button.click();
  await page.goto('/checkout');
  await fillDelivery(page);
  await page.getByRole('button', { name: `Place order · €${total}` }).click();
  await page.getByText(`You saved €${saving}.`).waitFor();
});

test('faults stand beside their fields, the first has the focus, and a reload loses nothing', async ({
  shop,
}) => {
  const before = await ordersPlaced(shop);
  const { page } = await shop.visit();
  await addToBag(page, 16);
  await page.goto('/checkout');
  const form = page.locator('couture-checkout-page');
  const place = page.getByRole('button', { name: /^Place order/ });
  const fields = [
    ['Email', 'email', 'Enter your email address.'],
    ['Full name', 'name', 'Enter your name.'],
    ['Street and number', 'street-address', 'Enter your street and number.'],
    ['City', 'address-level2', 'Enter your city.'],
    ['Country', 'country-name', 'Enter your country.'],
  ] as const;
  assert.is(await form.locator('.fault').count(), 0, 'nothing is wrong before anything was tried');
  await page.locator('couture-chat[away]').waitFor({ state: 'attached' });
  await place.click();
  // One after the other, from the first to the last.
  for (const [label, autocomplete, fault] of fields) {
    const field = form.getByLabel(label, { exact: true });
    await page.waitForFunction(
      (name) =>
        document.activeElement?.shadowRoot
          ?.querySelector('couture-checkout-page')
          ?.shadowRoot?.activeElement?.getAttribute('autocomplete') === name,
      autocomplete,
    );
    assert.is(await field.getAttribute('aria-invalid'), 'true');
    const described = await field.getAttribute('aria-describedby');
    assert.is(await form.locator(`#${described}`).innerText(), fault);
    await field.fill(label === 'Email' ? 'ann@nowhere' : 'Graz');
    if (label === 'Email') {
      await place.click();
      await form.getByText('Enter an email address such as ann@example.org.').waitFor();
      await field.fill('ann@example.org');
    }
    assert.is(await field.getAttribute('aria-invalid'), 'false');
    if (label !== 'Country') await place.click();
  }
  assert.is(await ordersPlaced(shop), before);
  await page.reload();
  assert.is(await form.getByLabel('City', { exact: true }).inputValue(), 'Graz');
  await form.getByLabel('City', { exact: true }).press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Thank you' }).waitFor();
  assert.is(await ordersPlaced(shop), before + 1);
});

test('a confirmed order is shown to nobody else on the device', async ({ shop }) => {
  const { page } = await shop.visit();
  await signIn(page);
  await addToBag(page, 16);
  await page.goto('/checkout');
  await fillDelivery(page);
  await page.getByRole('button', { name: /^Place order/ }).click();
  await page.getByText('Main Street 1').waitFor();
  await page.getByRole('link', { name: 'Your orders' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('You’re signed out.').first().waitFor();
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: 'Nothing to order' }).waitFor();
  assert.is(await page.getByText('Main Street 1').count(), 0);
});

test('older orders are listed once, however often the button is pressed meanwhile', async ({ shop }) => {
  const { page } = await shop.visit();
  await signIn(page);
  const order = (id: number) => ({
    ...{ order_id: id, status: 'paid', ordered_at: '2026-11-01T12:00:00Z', lines: [], total: 10 },
    currency: 'EUR',
  });
  await page.route(/\/api\/orders/, async (route) => {
    const older = route.request().url().includes('cursor=older');
    if (older) await new Promise((resolve) => setTimeout(resolve, 300));
    await route.fulfill({ json: { orders: [order(older ? 1 : 2)], next: older ? null : 'older' } });
  });
  await page.goto('/account');
  await page.getByRole('button', { name: 'Older orders' }).evaluate((button) => {
    for (let presses = 0; presses < 2; presses += 1) (button as HTMLElement).click();
  });
  const orders = page.locator('couture-account-page .order');
  await until(async () => (await orders.count()) > 1, 'the older order');
  await page.waitForTimeout(500);
  assert.is(await orders.count(), 2);
});

test('signing out says that the bag is emptied, before and after, and the guest may take it back', async ({
  shop,
}) => {
  const { page } = await shop.visit();
  await signIn(page);
  await addToBag(page, 16);
  await page.goto('/account');
  await page.getByText('Signing out empties your bag on this device.').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('You’re signed out. Your bag has been emptied.').first().waitFor();
  await page.getByRole('link', { name: 'Bag, empty' }).waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('link', { name: 'Bag, 1 item' }).waitFor();
});

test('a checkout that is open follows the shop when it stops taking orders', async ({ shop }) => {
  const { page } = await shop.visit();
  await addToBag(page, 16);
  await page.goto('/checkout');
  await page.getByRole('button', { name: /^Place order/ }).waitFor();
  await page.route('**/api/shop', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({
      response: answer,
      json: { ...(await answer.json()), checkout: false, checkout_url: null },
    });
  });
  // The shopper comes back to the tab.
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await page.getByRole('button', { name: /^Place order/ }).waitFor({ state: 'detached' });
});
