// The storefront below a path of the shop's own host: couture runs at /recs, and the shop at all other paths.
import { queryDatabase } from '../../fixtures/database.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { workerControls } from '../test-support/offline.ts';
import { clickNotification, notifications, pusher } from '../test-support/push-service.ts';
import { type ShopHost, shopHost } from '../test-support/shop-host.ts';
import {
  type ShopInBrowser,
  shopInBrowser,
  type Visitor,
  withWorker,
} from '../test-support/shop-in-browser.ts';
import { fillDelivery } from '../test-support/shop-pages.ts';
import { untilInPage } from '../test-support/until-in-page.ts';

const test = suite<{ shop: ShopInBrowser; host: ShopHost; strayed: string[] }>(
  'the storefront below a path',
  {
    timeout: 600_000,
  },
);
test.before(async (context) => {
  context.strayed = [];
  context.host = await shopHost((asked, answer) => {
    context.strayed.push(asked.url!);
    answer.setHeader('Content-Type', 'text/html');
    answer.end(`<!doctype html><title>The shop</title><link rel="icon" href="data:,"><h1>${asked.url}</h1>`);
  });
  context.shop = await shopInBrowser({
    COUTURE_BASE_PATH: '/recs',
    COUTURE_PUBLIC_URL: `${context.host.origin}/recs`,
  });
  context.host.upstream = context.shop.url;
});
test.afterEach(({ shop, strayed }) => {
  strayed.length = 0;
  return shop.closeWindows();
});
test.after(async ({ shop, host }) => {
  await shop?.close();
  host?.close();
});

/** Opens a page through the shop's host. */
async function open({ shop, host }: { shop: ShopInBrowser; host: ShopHost }, path: string): Promise<Visitor> {
  const visitor = await shop.visit({ ...withWorker, baseURL: host.origin, permissions: ['notifications'] });
  await visitor.page.goto(path);
  return visitor;
}

test('a visit from the front page to an order requests nothing outside the path', async ({
  shop,
  host,
  strayed,
}) => {
  const { page, errors } = await open({ shop, host }, '/recs');
  assert.is(page.url(), `${host.origin}/recs/`);
  await page
    .getByRole('link', { name: /^Dresses/ })
    .last()
    .click();
  await page.getByRole('heading', { level: 1, name: 'Dresses' }).waitFor();
  assert.is(page.url(), `${host.origin}/recs/category/Dresses`);
  await page.locator('couture-product-card img').first().waitFor();
  await page.locator('couture-product-card a').first().click();
  await page.waitForURL(`${host.origin}/recs/product/*`);
  await page.getByRole('button', { name: 'Add to bag', exact: true }).first().click();
  await page.getByRole('link', { name: 'View bag' }).click();
  await page.getByRole('heading', { level: 1, name: 'Your bag' }).waitFor();
  await page.reload();
  await page.getByRole('link', { name: 'Check out' }).click();
  await fillDelivery(page);
  await page.getByRole('button', { name: /^Place order/ }).click();
  await page.getByRole('heading', { level: 1, name: 'Thank you' }).waitFor();
  assert.is(page.url(), `${host.origin}/recs/checkout`);
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: 'Your bag' }).waitFor();
  const broken = await page.evaluate(
    () => [...document.images].filter((each) => each.complete && each.naturalWidth === 0).length,
  );
  assert.is(broken, 0);
  assert.equal(strayed, []);
  assert.equal(errors, []);
});

test('search and the account lead back, and sign-in returns below the path', async ({
  shop,
  host,
  strayed,
}) => {
  const { page } = await open({ shop, host }, '/recs/search?q=dress');
  await page.locator('couture-product-card').first().waitFor();
  await page.goto('/recs/account');
  await page.getByRole('link', { name: 'Sign in', exact: true }).click();
  await page.waitForURL(/\/recs\/demo\/sign-in\?to=/);
  await page.locator('#sub').fill('9');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL(`${host.origin}/recs/account`);
  await page.goto('/recs/product/6');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('button', { name: 'Saved', exact: true }).waitFor();
  await page.goto('/recs/watchlist');
  await page.locator('couture-product-card').first().waitFor();
  assert.equal(strayed, []);
});

test('pages of the shop beside the path are left to the browser', async ({ shop, host }) => {
  const { page } = await open({ shop, host }, '/recs/product/6');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.evaluate(() => {
    const link = Object.assign(document.createElement('a'), { href: '/product/6', textContent: 'The shop' });
    document.body.prepend(link);
  });
  await page.getByRole('link', { name: 'The shop' }).click();
  await page.getByRole('heading', { level: 1, name: '/product/6' }).waitFor();
});

test('a visited page opens offline, and the worker keeps to the path', async ({ shop, host, strayed }) => {
  const { page, context } = await open({ shop, host }, '/recs/product/6');
  await workerControls(page);
  const name = await page.getByRole('heading', { level: 1 }).textContent();
  await page.reload();
  await page.locator('couture-product-page .picture img').waitFor();
  const scopes = await page.evaluate(async () =>
    (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => scope),
  );
  assert.equal(scopes, [`${host.origin}/recs/`]);
  await shop.goOffline(context);
  try {
    await page.reload();
    await page.getByRole('heading', { level: 1, name: name! }).waitFor();
    await page.getByText('You’re offline. Prices').waitFor();
    await page.goto('/recs/offline');
    await page.locator('couture-offline-page couture-product-card').first().waitFor();
  } finally {
    await shop.goOnline(context);
  }
  await page.getByText('You’re offline', { exact: false }).first().waitFor({ state: 'detached' });
  assert.equal(strayed, []);
});

test('another shop of the same origin has its own bag, session and caches', async ({ shop, host }) => {
  const { page, errors } = await open({ shop, host }, '/recs/product/6');
  await workerControls(page);
  // What a shop at the root has stored: its bag, as this one would store it, and who is signed in.
  await page.getByRole('button', { name: 'Add to bag', exact: true }).first().click();
  await page.getByRole('link', { name: 'Bag, 1 item' }).waitFor();
  const names = await page.evaluate(async () => {
    for (const area of [localStorage, sessionStorage])
      for (const key of Object.keys(area)) area.setItem(key.replace('@/recs', '@/other'), area.getItem(key)!);
    const bag = localStorage.getItem('couture@/recs-cart')!;
    localStorage.setItem('couture-cart', bag);
    localStorage.removeItem('couture@/recs-cart');
    const databases = (await indexedDB.databases()).map(({ name }) => name!);
    return [...Object.keys(localStorage), ...(await caches.keys()), ...databases];
  });
  for (const name of names.filter(
    (each) => /cart|outbox|data$|pictures/.test(each) && !/^workbox/.test(each),
  ))
    assert.ok(/^couture@\/(recs|other)-|^couture-cart$/.test(name), name);
  await page.reload();
  await page.getByRole('link', { name: 'Bag, empty' }).waitFor();
  await page.evaluate(() => localStorage.removeItem('couture-cart'));
  await page.goto('/recs/demo/sign-in');
  for (const sub of ['9', '11']) {
    await page.goto('/recs/demo/sign-in');
    await page.locator('#sub').fill(sub);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForURL(`${host.origin}/recs/`);
    await page.locator('couture-shop[page]').waitFor();
  }
  assert.ok(
    await page.evaluate(() => localStorage.getItem('couture@/other-cart')),
    'another person here leaves the other shop alone',
  );
  assert.equal(errors, []);
});

test('a chat goes through the path', async ({ shop, host, strayed }) => {
  const { page } = await open({ shop, host }, '/recs/product/6');
  await page.locator('couture-chat .launcher').click();
  await page.locator('couture-chat-start').getByLabel('Your name').fill('Greta');
  await page.locator('couture-chat-start').getByLabel('Your message').fill('Is it washable?');
  await page.keyboard.press('Enter');
  await page.getByText('Sent ·').first().waitFor();
  assert.ok(host.passed.some((path) => path.startsWith('/recs/ws/chat/')));
  const [told] = await queryDatabase(shop.databaseUrl, 'select current_page from couture.chat_session');
  assert.equal(told, { current_page: '/recs/product/6' });
  assert.equal(strayed, []);
});

test('a click on a push message opens the page in the open tab', async ({ shop, host, strayed }) => {
  const { page } = await open({ shop, host }, '/recs/');
  await workerControls(page);
  const push = await pusher(page, `${host.origin}/recs/`);
  await push('garbage');
  // The worker shows messages that arrive together in any order.
  await notifications(page, 1);
  await push(JSON.stringify({ notification: { title: 'New bags', navigate: '/recs/category/Bags' } }));
  const shown = await notifications(page, 2);
  assert.equal(
    shown.map(({ data }) => data.url),
    ['/recs/', '/recs/category/Bags'],
  );
  await clickNotification(page);
  await page.getByRole('heading', { level: 1, name: 'Bags' }).waitFor();
  assert.is(page.url(), `${host.origin}/recs/category/Bags`);
  assert.equal(strayed, []);
});

test('manifest, site map and link previews name addresses below the path', async ({ shop, host }) => {
  const { page } = await open({ shop, host }, '/recs/');
  const text = async (path: string) => (await page.request.get(path)).text();
  const link = (await page.locator('link[rel=manifest]').getAttribute('href'))!;
  assert.is(link, '/recs/manifest.webmanifest');
  const manifest = JSON.parse(await text(link));
  assert.equal(
    [manifest.id, manifest.scope, manifest.start_url],
    ['/recs/', '/recs/', '/recs/?source=installed'],
  );
  const addresses = [
    ...manifest.icons.map(({ src }: { src: string }) => src),
    ...manifest.shortcuts.map(({ url }: { url: string }) => url),
  ];
  for (const address of addresses) assert.is((await page.request.get(address)).status(), 200, address);
  assert.ok(addresses.every((address) => address.startsWith('/recs/')));

  const [, part = ''] = /<loc>([^<]+)/.exec(await text('/recs/sitemap.xml')) ?? [];
  assert.is(part, `${host.origin}/recs/sitemap-1.xml`);
  assert.match(await text(part), `<loc>${host.origin}/recs/product/6</loc>`);
  assert.match(await text('/recs/robots.txt'), `Sitemap: ${host.origin}/recs/sitemap.xml`);

  const html = await text('/recs/product/6');
  assert.match(html, `<link rel="canonical" href="${host.origin}/recs/product/6">`);
  const [, image = ''] = /property="og:image" content="([^"]+)/.exec(html) ?? [];
  assert.is(image, `${host.origin}/recs/pictures/6.png`);
  const preview = await page.request.get(image);
  assert.equal([preview.status(), preview.headers()['content-type']], [200, 'image/png']);
});

test('an order’s Idempotency-Key belongs to its customer', async ({ shop, host }) => {
  const place = async (customer: string) => {
    const { context } = await open({ shop, host }, '/recs/offline');
    await context.request.post('/recs/demo/sign-in', { form: { sub: customer, role: 'customer' } });
    const response = await context.request.post('/recs/api/orders', {
      headers: { 'Idempotency-Key': 'one-key-for-two-customers' },
      data: { items: [{ product_id: 6, quantity: 1 }] },
    });
    return { status: response.status(), body: await response.json() };
  };
  const first = await place('7');
  const again = await place('7');
  const other = await place('9');
  assert.equal([first.status, other.status], [201, 201], JSON.stringify([first.body, other.body]));
  assert.is(again.body.order_id, first.body.order_id);
  assert.is.not(other.body.order_id, first.body.order_id);
  const [counted] = await queryDatabase(
    shop.databaseUrl,
    'select count(distinct customer_id)::int as customers from shop.orders where order_id = any($1)',
    [[first.body.order_id, other.body.order_id]],
  );
  assert.is(counted!.customers, 2);
});

test('rules for invitations mean paths below the path', async ({ shop, host, strayed }) => {
  // Nobody is invited while others wait.
  await queryDatabase(shop.databaseUrl, 'delete from couture.chat_session');
  for (const row of [
    `chat_invite (invite_id, path, idle, holdout, texts) values ('sizes', '/product/*', 5, 0, '{"en": "Which size?"}')`,
    `chat_agent (sub) values ('desk')`,
    `chat_console (process, sub, open, visible, until) values ('test', 'desk', true, true, now() + interval '5 minutes')`,
  ])
    await queryDatabase(shop.databaseUrl, `insert into couture.${row}`);
  const { page } = await open({ shop, host }, '/recs/product/6');
  await untilInPage(
    page,
    async () => (await (await fetch('/recs/api/shop')).json()).chat_invites,
    'the rule to be in use',
  );
  await page.reload();
  await page.locator('couture-chat .invitation', { hasText: 'Which size?' }).waitFor();
  assert.equal(strayed, []);
});
