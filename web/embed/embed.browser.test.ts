// The widgets in plain HTML on another origin, with the allow list set and without it.
import { queryDatabase } from '../../fixtures/database.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { type EmbeddedShop, embeddedShop } from '../test-support/embedding-host.ts';
import { desktop } from '../test-support/shop-in-browser.ts';
import { atDesk } from '../test-support/two-sides.ts';

const test = suite<EmbeddedShop & { origin: string }>('embedded in another shop');
test.before(async (context) => {
  Object.assign(context, await embeddedShop({ COUTURE_CURRENCY: 'SEK' }));
  context.origin = context.host.origin;
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.close?.());

const desk = { ...desktop, isMobile: false, hasTouch: false };

for (const address of ['/', '/strict']) {
  test(`widgets show products with prices in the server's currency and fire events on the page (${address})`, async ({
    shop,
    origin,
  }) => {
    const { page, errors } = await shop.visit(desk);
    await page.goto(origin + address);
    const similar = page.locator('couture-similar-products');
    await similar.scrollIntoViewIfNeeded();
    await similar.locator('couture-product-card').nth(3).waitFor();
    const link = (await similar.locator('a').first().getAttribute('href'))!;
    assert.ok(link.startsWith(shop.url), link);
    const picture = similar.locator('img').first();
    await page.waitForFunction(
      (image) => (image as HTMLImageElement).naturalWidth > 0,
      await picture.elementHandle(),
    );
    await page.locator('.price').nth(4).waitFor({ state: 'attached' });
    const prices = await page.locator('.price').allTextContents();
    assert.ok(
      prices.length > 4 && prices.every((price) => /SEK/.test(price) && !price.includes('€')),
      prices.join(),
    );
    await page.evaluate(() => {
      document.addEventListener('couture-add-to-cart', (event) =>
        Object.assign(window, { told: (event as CustomEvent).detail }),
      );
    });
    await page
      .locator('couture-bought-together')
      .getByRole('button', { name: /^Add \d to bag/ })
      .click();
    const told = await page.evaluate(() => (window as unknown as { told: { products: unknown[] } }).told);
    assert.ok(told.products.length > 1);
    assert.equal(
      errors.filter((each) => !/favicon/.test(each)),
      [],
    );
  });
}

test('a guest chats from another origin without a cookie, and continues after a reload', async ({
  shop,
  origin,
}) => {
  const { page, context, errors } = await shop.visit(desk);
  await page.goto(`${origin}/strict`);
  await page.locator('couture-chat .launcher').click();
  await page.locator('couture-chat-start').getByLabel('Your name').fill('Greta');
  await page.locator('couture-chat-start').getByLabel('Your message').fill('Is it washable?');
  await page.keyboard.press('Enter');
  const said = page.locator('couture-message-list .bubble');
  await said.getByText('Is it washable?').waitFor();
  await page.locator('couture-chat-composer input[type=file]').setInputFiles({
    name: 'label.png',
    mimeType: 'image/png',
    buffer: Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    ),
  });
  await page.locator('couture-message-list img[alt="label.png"][src^="blob:"]').waitFor();
  await page.reload();
  await said.getByText('Is it washable?').waitFor();
  assert.equal(await context.cookies(shop.url), []);
  assert.equal(
    errors.filter((each) => !/favicon/.test(each)),
    [],
  );
});

test('a page that is not on the allow list gets nothing, and nothing breaks', async ({ shop, origin }) => {
  const { page } = await shop.visit(desk);
  const thrown: Error[] = [];
  page.on('pageerror', (error) => thrown.push(error));
  const other = origin.replace('127.0.0.1', 'localhost');
  await page.goto(other);
  await page.getByRole('heading', { name: 'Wrap dress' }).waitFor();
  await page.waitForTimeout(800);
  assert.is(await page.locator('couture-product-card').count(), 0);
  assert.equal(thrown, []);
});

test('the module is revalidated on each load, and is served compressed', async ({ shop, origin }) => {
  const response = await fetch(`${shop.url}/embed/couture-widgets.js`, {
    headers: { Origin: origin, 'Accept-Encoding': 'br' },
  });
  assert.is(response.status, 200);
  assert.is(response.headers.get('cache-control'), 'no-cache');
  assert.is(response.headers.get('content-encoding'), 'br');
  assert.is(response.headers.get('access-control-allow-origin'), origin);
  assert.ok((await response.text()).length > 10_000);
});

test('elements follow the colour scheme of the page, and colours that the page sets win', async ({
  shop,
  origin,
}) => {
  const { page } = await shop.visit({ ...desk, colorScheme: 'dark' });
  await page.goto(origin);
  const heading = page.locator('couture-similar-products').getByRole('heading', { level: 2 });
  await heading.waitFor();
  const colour = (style: string) =>
    heading.evaluate(async (element, text) => {
      document.documentElement.setAttribute('style', text);
      await new Promise(requestAnimationFrame);
      return getComputedStyle(element).color;
    }, style);
  assert.is(await colour(''), 'rgb(23, 19, 15)', 'a page without a scheme is light');
  assert.is(await colour('color-scheme: light dark'), 'rgb(244, 240, 232)');
  assert.is(await colour('color-scheme: light dark; --couture-ink: #00f'), 'rgb(0, 0, 255)');
});

test('an invitation shows above a page of another shop, with its own cart value and only with consent', async ({
  shop,
  origin,
}) => {
  // Nobody is invited while others wait.
  await queryDatabase(shop.databaseUrl, 'delete from couture.chat_session');
  await queryDatabase(
    shop.databaseUrl,
    `insert into couture.chat_invite (invite_id, path, idle, min_cart, holdout, texts)
     values ('help', '/strict', 5, 50, 0, '{"en": "Any questions?"}')`,
  );
  await atDesk(shop, 'staff');
  const { page, errors } = await shop.visit(desk);
  await until(
    async () => (await (await fetch(`${shop.url}/api/shop`)).json()).chat_invites,
    'the rule is known',
  );
  await page.addInitScript(() => {
    addEventListener('DOMContentLoaded', () => {
      const chat = document.querySelector('couture-chat')!;
      chat.setAttribute('no-invites', '');
      chat.setAttribute('cart-value', '49.99');
    });
  });
  const asked: string[] = [];
  page.on('request', (request) => request.url().includes('/showings') && asked.push(request.url()));
  await page.clock.install();
  await page.goto(`${origin}/strict`);
  await page.locator('couture-chat .launcher').waitFor();
  await page.clock.runFor(20_000);
  assert.equal(asked, []);
  await page.evaluate(() => document.querySelector('couture-chat')!.removeAttribute('no-invites'));
  await page.evaluate(() => document.querySelector('couture-chat')!.setAttribute('cart-value', '50'));
  await page.clock.runFor(10_000);
  const words = page.locator('couture-chat .invitation .words');
  await words.waitFor();
  assert.ok(await words.evaluate((each) => each.closest('[popover]')!.matches(':popover-open')));
  const place = await page.locator('couture-chat .invitation').boundingBox();
  assert.ok(place!.width < 280 && place!.y > 400, JSON.stringify(place));
  // The next page of the host has it, too, once it knows of the consent; only when it was closed, it is gone.
  const consent = () =>
    page.evaluate(() => document.querySelector('couture-chat')!.removeAttribute('no-invites'));
  const next = async (path: string) => {
    await page.goto(origin + path);
    await page.locator('couture-chat .launcher').waitFor();
    await page.clock.runFor(3_000);
    assert.is(await words.count(), 0);
    await consent();
  };
  await next('/strict?page=2');
  await page.clock.runFor(2_000);
  await words.waitFor();
  await page.locator('couture-chat .invitation').getByRole('button', { name: 'Close' }).press('Enter');
  await words.waitFor({ state: 'detached' });
  await next('/strict?page=3');
  await page.clock.runFor(20_000);
  assert.is(await words.count(), 0);
  const invited = await queryDatabase(shop.databaseUrl, 'select from couture.chat_invitation');
  assert.equal([asked.length, invited.length], [1, 1]);
  assert.equal(
    errors.filter((each) => !/favicon/.test(each)),
    [],
  );
});
