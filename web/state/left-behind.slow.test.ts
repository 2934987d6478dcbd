// What a person leaves on a device: nothing that the next one can read, whichever way the person changes. Every name in the
// sources that could be a key of a storage is one here, so a new key is covered without being listed.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { desktop, type ShopInBrowser, shopInBrowser, withWorker } from '../test-support/shop-in-browser.ts';

const test = suite<{ shop: ShopInBrowser }>('what a person leaves behind');
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.shop?.close());

const marker = 'left-by-ann';
/** Settings of the device, and the state of the sign-in itself. */
const staying = /^couture-(locale|install|push-refused|signed-in|leaving|console-.*)$/;
const names = sourceNames();

function sourceNames(): readonly string[] {
  // Relative to dist/web/state.
  const web = path.resolve(import.meta.dirname, '../../../web');
  const files = readdirSync(web, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.includes('test'),
  );
  const found = files.flatMap((file) =>
    [...readFileSync(path.join(web, file), 'utf8').matchAll(/['"`](couture-[a-z-]*)/g)].map(
      ([, name]) => name!,
    ),
  );
  return [...new Set(found)].sort();
}

async function signIn(page: Page, sub: string, role = 'customer'): Promise<void> {
  await page.context().request.post('/demo/sign-in', { form: { sub, role }, maxRedirects: 0 });
}

/** A visit that leaves traces, by hand where the pages would need a long story for them. */
async function visitAs(page: Page, sub: string): Promise<void> {
  await signIn(page, sub);
  await page.goto('/');
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await page.goto('/product/6');
  await page.getByRole('button', { name: 'Add to bag', exact: true }).first().click();
  await page.locator('couture-shop-message').getByRole('link').first().waitFor();
  await until(async () => (await traces(page)).includes('/api/products/6'), 'the product in the cache');
  await page.evaluate(
    async ({ keys, words, keep }) => {
      for (const key of keys) {
        if (new RegExp(keep).test(key)) continue;
        const value = JSON.stringify([{ body: words, id: words }]);
        localStorage.setItem(key, value);
        sessionStorage.setItem(key, value);
      }
      localStorage.setItem(
        'couture-cart-aside',
        JSON.stringify({ by: words, content: { items: [], bundles: [] } }),
      );
      await (await caches.open('couture-data')).put(`/api/products/${words}`, new Response('{}'));
      await (await caches.open('couture-pictures')).put(`/pictures/${words}`, new Response(''));
      await new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('couture-outbox', 1);
        opening.onupgradeneeded = () => opening.result.createObjectStore('waiting', { autoIncrement: true });
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const entry = { at: Date.now(), intent: { kind: 'watch', id: words, watched: true } };
          const adding = opening.result.transaction('waiting', 'readwrite').objectStore('waiting').add(entry);
          adding.onsuccess = () => resolve(opening.result.close());
        };
      });
    },
    { keys: names, words: marker, keep: staying.source },
  );
}

/** Everything that scripts of this origin can read, as text. */
function traces(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const found: unknown[] = [{ ...localStorage }, { ...sessionStorage }, history.state, document.cookie];
    for (const name of await caches.keys()) {
      if (!name.startsWith('couture-')) continue;
      found.push((await (await caches.open(name)).keys()).map(({ url }) => url));
    }
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name!);
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error);
      });
      for (const store of database.objectStoreNames) {
        const reading = database.transaction(store).objectStore(store).getAll();
        await new Promise((resolve) => (reading.onsuccess = resolve));
        found.push(reading.result);
      }
      database.close();
    }
    return JSON.stringify(found);
  });
}

/** What is left of Ann, each with its surroundings. */
async function leftOf(page: Page): Promise<readonly string[]> {
  return (await traces(page)).match(/.{0,80}(?:left-by-ann|\/api\/products\/6\b).{0,40}/g) ?? [];
}

async function isClean(page: Page): Promise<void> {
  // The worker removes its own records when it gets to it.
  await until(async () => (await leftOf(page)).length === 0, 'an empty device', 10_000).catch(async () =>
    assert.equal(await leftOf(page), []),
  );
  const kept = await page.evaluate(() => Object.keys(localStorage));
  const begun = /^couture-(visitor|visitor-since|push-visitor)$/;
  assert.equal(
    kept.filter((key) => !staying.test(key) && !begun.test(key)),
    [],
  );
}

const visitorOf = (page: Page) => page.evaluate(() => localStorage.getItem('couture-visitor'));

test('the sources have names to try', () => {
  for (const name of [
    'couture-cart',
    'couture-chat',
    'couture-searches',
    'couture-order-attempt',
    'couture-draft-',
  ])
    assert.ok(names.includes(name), name);
});

test('signing out leaves nothing', async ({ shop }) => {
  const { page } = await shop.visit({ ...desktop, ...withWorker, isMobile: false, hasTouch: false });
  await visitAs(page, '7');
  await page.evaluate(() => localStorage.setItem('couture-visitor', 'ann-was-here-1'));
  await page.getByRole('link', { name: 'Account' }).first().click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('You’re signed out.').first().waitFor();
  await isClean(page);
  assert.is.not(await visitorOf(page), 'ann-was-here-1', 'the next visitor is another one');
});

test('another customer who signs in finds nothing', async ({ shop }) => {
  const { page } = await shop.visit({ ...desktop, ...withWorker, isMobile: false, hasTouch: false });
  await visitAs(page, '7');
  await signIn(page, '9');
  await page.goto('/cart');
  await page.getByRole('link', { name: 'Bag, empty' }).waitFor();
  await isClean(page);
});

test('another customer finds nothing after an expired sign-in, but what the guest put into the bag', async ({
  shop,
}) => {
  const { page } = await shop.visit({ ...desktop, ...withWorker, isMobile: false, hasTouch: false });
  await visitAs(page, '7');
  await page.context().clearCookies();
  await page.goto('/product/70');
  await page.getByRole('link', { name: 'Bag, empty' }).waitFor();
  await page.getByRole('button', { name: 'Add to bag', exact: true }).first().click();
  await page.getByRole('link', { name: 'Bag, 1 item' }).waitFor();
  await signIn(page, '9');
  await page.goto('/account');
  await page.getByRole('link', { name: 'Bag, 1 item' }).waitFor();
  assert.equal(await leftOf(page), []);
});

test('a tab that is opened again after a sign-out in another one has nothing', async ({ shop }) => {
  const { page, context } = await shop.visit({ ...desktop, ...withWorker, isMobile: false, hasTouch: false });
  await visitAs(page, '7');
  const tab = await page.evaluate(() => ({ ...sessionStorage }));
  const other = await context.newPage();
  await page.close();
  await other.goto('/account');
  await other.getByRole('button', { name: 'Sign out' }).click();
  await other.getByText('You’re signed out.').first().waitFor();
  // Browsers restore a tab with its sessionStorage.
  const restored = await context.newPage();
  await restored.addInitScript((before) => {
    if (!sessionStorage.getItem('restored'))
      for (const [key, value] of Object.entries(before)) sessionStorage.setItem(key, value);
    sessionStorage.setItem('restored', '1');
  }, tab);
  await restored.goto('/cart');
  await restored.getByRole('link', { name: 'Bag, empty' }).waitFor();
  await isClean(restored);
});

test('a window in view forgets whom it showed when another window changes the person', async ({ shop }) => {
  for (const next of ['nobody', '9'] as const) {
    const { page, context } = await shop.visit({ ...desktop, isMobile: false, hasTouch: false });
    await signIn(page, '7');
    let lists = 0;
    page.on('request', (request) => (lists += Number(request.url().includes('/buy-again'))));
    await page.goto('/account');
    const orders = page.locator('couture-account-page .order h3');
    await orders.first().waitFor();
    const before = await orders.allInnerTexts();
    await until(() => lists > 0, 'what the customer may buy again');
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await page.getByRole('dialog', { name: 'Search' }).getByRole('combobox').fill(marker);
    const other = await context.newPage();
    const first = lists;
    if (next !== 'nobody') await signIn(other, next);
    await other.goto('/account');
    if (next === 'nobody') await other.getByRole('button', { name: 'Sign out' }).click();
    const shown = async () => (await orders.allInnerTexts()).filter((each) => before.includes(each));
    await until(async () => (await shown()).length === 0, `no orders of the customer before ${next}`);
    if (next !== 'nobody') await until(() => lists > first, `what customer ${next} may buy again`);
    const words = page.locator('couture-search-panel input');
    await until(async () => (await words.inputValue()) === '', 'an empty search');
    await context.close();
  }
});

test('another agent at the console finds no drafts and sends nothing of the one before', async ({ shop }) => {
  const { page } = await shop.visit({ ...desktop, isMobile: false, hasTouch: false });
  await signIn(page, 'staff', 'staff');
  await page.goto('/console');
  await page.locator('couture-console nav').waitFor();
  await page.evaluate((words) => {
    for (const key of ['couture-console-sound', 'couture-console-keys']) localStorage.setItem(key, 'false');
    for (const key of ['couture-console-unsent', 'couture-console-unsent-refused', 'couture-console-chimed'])
      localStorage.setItem(key, JSON.stringify([words]));
    sessionStorage.setItem('couture-draft-1', JSON.stringify(words));
  }, marker);
  // The same agent keeps them over an expired sign-in.
  await page.context().clearCookies();
  await page.reload();
  await page.getByText('Sign in with a staff account.').waitFor();
  assert.match(await traces(page), /left-by-ann/);
  await signIn(page, 'staff', 'staff');
  await page.reload();
  await page.locator('couture-console nav').waitFor();
  assert.match(await traces(page), /left-by-ann/);
  await page.context().clearCookies();
  await page.reload();
  await page.getByText('Sign in with a staff account.').waitFor();
  await signIn(page, 'admin', 'admin');
  await page.reload();
  await page.locator('couture-console nav').waitFor();
  assert.equal(await leftOf(page), []);
  for (const key of ['couture-console-sound', 'couture-console-keys'])
    assert.is(await page.evaluate((name) => localStorage.getItem(name), key), 'false', key);
});
