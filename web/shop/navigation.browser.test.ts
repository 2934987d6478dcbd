// Navigation: title, focus, "back" with its scroll position, new tabs, languages; and hostile content is shown as
// text; presses become clicks.
import type { Locator, Page } from 'playwright-core';
import { queryDatabase } from '../../fixtures/database.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { desktop, type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';

const test = suite<{ shop: ShopInBrowser }>('navigation');
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.shop?.close());

const desk = { ...desktop, isMobile: false, hasTouch: false };

test('a link changes title, URL and focus; "back" restores the scroll position', async ({ shop }) => {
  const { page, errors } = await shop.visit(desk);
  await page.goto('/category/Dresses');
  const last = page.locator('couture-product-card').nth(15);
  await last.scrollIntoViewIfNeeded();
  await page.waitForTimeout(200);
  const left = await page.evaluate(() => Math.round(scrollY));
  assert.ok(left > 400);
  const name = (await last.locator('a').textContent())!;
  await last.locator('a').click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await page.waitForFunction((title) => document.title.startsWith(title), name);
  assert.is(await page.evaluate(() => Math.round(scrollY)), 0);
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: 'Dresses' }).waitFor();
  await page.waitForFunction((to) => Math.abs(scrollY - to) < 8, left);
  assert.match(await page.title(), 'Dresses');
  await page.locator('h1:focus').waitFor();
  await page.goForward();
  await page.getByRole('heading', { level: 1, name }).waitFor();
  assert.equal(errors, []);
});

test('sort order and filters are in the URL, and do not fill the history', async ({ shop }) => {
  const { page } = await shop.visit(desk);
  await page.goto('/');
  await page.getByRole('link', { name: 'Dresses', exact: true }).first().click();
  await page.getByRole('heading', { level: 1, name: 'Dresses' }).waitFor();
  await page.getByRole('combobox', { name: 'Sort by' }).selectOption('price');
  await page.waitForURL('**/category/Dresses?sort=price');
  await page.getByRole('button', { name: /^Filters/ }).click();
  await page.getByRole('checkbox', { name: 'On sale' }).check();
  await page.waitForURL(/on_sale=1/);
  await page.getByRole('button', { name: 'Filters (1)' }).waitFor();
  await page.waitForFunction(() => {
    const cards = document
      .querySelector('couture-shop')!
      .shadowRoot!.querySelector('couture-category-page')!
      .shadowRoot!.querySelectorAll('.grid couture-product-card');
    return cards.length > 0 && [...cards].every((card) => card.shadowRoot!.querySelector('.badge.sale'));
  });
  await page.goBack();
  await page.waitForURL((url) => url.pathname === '/');
});

test('the browser handles links clicked with a modifier key and links to other pages of the server', async ({
  shop,
}) => {
  const { page, context } = await shop.visit(desk);
  // Wait until it settles, because a list that re-renders between press and release loses the click.
  await page.goto('/category/Dresses', { waitUntil: 'networkidle' });
  const [tab] = await Promise.all([
    context.waitForEvent('page'),
    page
      .locator('couture-product-card a')
      .first()
      .click({ modifiers: ['Control'] }),
  ]);
  await tab.waitForURL('**/product/*');
  assert.match(page.url(), '/category/Dresses');
  await page.goto('/account');
  await page.getByRole('link', { name: 'Sign in', exact: true }).click();
  await page.waitForURL(/\/demo\/sign-in\?to=/);
});

test('switches to German, and remembers the language', async ({ shop }) => {
  const { page } = await shop.visit({ ...desk, locale: 'de-AT' });
  await page.goto('/product/6');
  await page.getByRole('button', { name: 'In die Tasche', exact: true }).first().click();
  assert.is(await page.evaluate(() => document.documentElement.lang), 'de');
  assert.match((await page.locator('.cost').first().textContent())!, /€\s\d+,\d\d/, 'as Austria writes it');
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('button', { name: 'Add to bag', exact: true }).first().waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Add to bag', exact: true }).first().waitFor();
});

test('Arabic starts on the right, and writes numbers as the visitor’s region does', async ({ shop }) => {
  const { page } = await shop.visit({ locale: 'ar-EG' });
  await page.goto('/product/6');
  const bag = page.getByRole('link', { name: 'السلة، فارغة' });
  const menu = page.getByRole('button', { name: 'القائمة' });
  await menu.waitFor();
  const direction = await page.evaluate(() => {
    const { lang, dir } = document.documentElement;
    return [lang, dir, getComputedStyle(document.querySelector('couture-shop')!).direction];
  });
  assert.equal(direction, ['ar', 'rtl', 'rtl']);
  const [start, end] = [(await menu.boundingBox())!, (await bag.boundingBox())!];
  const { width } = page.viewportSize()!;
  assert.ok(start.x + start.width > width - 40, `the menu ends at ${start.x + start.width} of ${width} px`);
  assert.ok(end.x < 40, `the bag begins at ${end.x} px`);
  assert.match((await page.locator('couture-product-page .cost').first().textContent())!, /٤٧٫٩٥/);
  await page.locator('couture-product-page .bar button').first().click();
  await page.getByRole('link', { name: 'السلة، منتج واحد' }).waitFor();
});

test('a hostile catalogue is shown as text, and its URLs lead nowhere', async ({ shop }) => {
  const hostile = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>\u202Egnp.exe';
  await queryDatabase(
    shop.databaseUrl,
    `update shop.product set name = $1, description = $1, image_url = 'javascript:window.pwned=1' where product_id = 77`,
    [hostile],
  );
  const { page } = await shop.visit(desk);
  const name = async () => (await (await page.request.get('/api/products/77')).json()).name;
  await until(async () => (await name()) === hostile, 'the new name');
  await page.goto('/product/77');
  await page.getByRole('button', { name: 'Add to bag', exact: true }).first().click();
  assert.is((await page.getByRole('heading', { level: 1 }).textContent())!, hostile);
  await page.goto('/cart');
  await page.getByRole('heading', { level: 1, name: 'Your bag' }).waitFor();
  await page.waitForTimeout(500);
  assert.is(await page.evaluate(() => (window as unknown as { pwned?: number }).pwned), undefined);
  assert.equal(await page.locator('[src^="javascript"], [href^="javascript"]').count(), 0);
  // The trusted-types policy is enforced: the page refuses to parse a string as HTML.
  const refused = await page.evaluate(() => {
    try {
      document.body.insertAdjacentHTML('beforeend', '<b>x</b>');
      return false;
    } catch {
      return true;
    }
  });
  assert.ok(refused);
});

test('without an answer of the server the home page says so, leaves no empty places, and heals', async ({
  shop,
}) => {
  const { page, errors } = await shop.visit(desk);
  await page.route('**/api/**', (route) => route.fulfill({ status: 503, json: { status: 503 } }));
  await page.goto('/nowhere');
  await page.getByRole('link', { name: /home page$/ }).click();
  const home = page.locator('couture-home-page');
  const [categories, header] = [
    home.getByRole('region', { name: 'Shop by category' }),
    page.locator('nav.row'),
  ];
  await categories.getByText('Couldn’t load this list.').waitFor();
  assert.equal([await home.locator('.pictures').count(), await header.count()], [0, 0]);
  await page.unroute('**/api/**');
  await categories.getByRole('button', { name: 'Try again' }).click();
  await page.locator('h1:focus').waitFor();
  await categories.getByRole('link', { name: /^Dresses/ }).waitFor();
  await home.locator('.pictures img').first().waitFor();
  await header.getByRole('link', { name: 'Dresses' }).waitFor();
  assert.equal(errors, []);
});

test('pages move by less than a twentieth while they load', async ({ shop }) => {
  const { page } = await shop.visit();
  await page.addInitScript(() => {
    const moved = { sum: 0 };
    Object.assign(window, { moved });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as Array<
        PerformanceEntry & { value: number; hadRecentInput: boolean }
      >)
        if (!entry.hadRecentInput) moved.sum += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  for (const path of ['/', '/category/Dresses', '/product/6']) {
    await page.goto(path);
    await page.waitForLoadState('networkidle');
    const { sum } = await page.evaluate(() => (window as unknown as { moved: { sum: number } }).moved);
    assert.ok(sum < 0.05, `${path}: ${sum}`);
  }
});

/** Presses the middle of an element for as long as `meanwhile` and its renders take. */
async function press(page: Page, link: Locator, meanwhile: () => unknown): Promise<void> {
  await link.scrollIntoViewIfNeeded();
  await page.waitForTimeout(300);
  const { x, y, width, height } = (await link.boundingBox())!;
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  await meanwhile();
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn, 50))));
  await page.mouse.up();
}

const say = (page: Page, words: string) =>
  page.evaluate((said) => document.querySelector('couture-shop')!.say({ words: said }), words);

test('a press is a click whatever the page shows meanwhile: a message, a lost network, a fault, the app itself', async ({
  shop,
}) => {
  const { page, context } = await shop.visit();
  await page.goto('/product/6');
  await page.locator('couture-product-page .bar button').first().click();
  const message = page.locator('couture-shop-message');
  await press(page, message.getByRole('link', { name: 'View bag' }), () => say(page, 'Another message'));
  await page.getByRole('heading', { level: 1, name: 'Your bag' }).waitFor();
  // Undo is the undo of what was shown, not of what came meanwhile.
  await page.getByRole('button', { name: /^Remove/ }).click();
  await press(page, message.getByRole('button', { name: 'Undo' }), () => say(page, 'Another message'));
  await page.getByRole('link', { name: 'Bag, 1 item' }).waitFor();
  await press(page, page.getByRole('link', { name: 'Check out' }), () =>
    page.evaluate(() => document.querySelector('couture-shop')!.network.found(false)),
  );
  await page.getByRole('heading', { level: 1, name: 'Checkout' }).waitFor();
  const email = page.locator('couture-checkout-page input[name=email]');
  await email.fill('nobody');
  // Leaving the field shows its fault, which moves all that is below.
  await press(page, page.getByRole('button', { name: /^Place order/ }), () => email.getAttribute('name'));
  await page.locator('#fault-city').waitFor();
  // The page that the runtime has written gives way to the app.
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  const fresh = await context.newPage();
  await fresh.route(/assets\/home-page.*\.js/, async (route) => {
    await arrived;
    await route.continue();
  });
  const opening = fresh.goto('/');
  const written = fresh.locator('main a[href*="/product/"]').first();
  const href = (await written.getAttribute('href'))!;
  const loaded = fresh.waitForResponse(/assets\/home-page.*\.js/);
  await fresh.waitForFunction(() => document.querySelector('couture-shop')!.shadowRoot);
  await press(fresh, written, async () => {
    arrive();
    await (await loaded).finished();
    await fresh.evaluate(() => new Promise((resolve) => setTimeout(resolve, 200)));
  });
  await fresh.waitForURL(`**${href}`, { timeout: 20_000 });
  await opening;
});
