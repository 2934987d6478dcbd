// Runs axe on every page of the shop, light and dark, phone and desktop; also checks motion, width and direction, which
// axe does not.
import type { Page } from 'playwright-core';
import { assert, suite } from '../../fixtures/suite.ts';
import { letsAxeIn, violations } from '../test-support/axe.ts';
import { desktop, phone, type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';

const test = suite<{ shop: ShopInBrowser }>('accessible to all', { timeout: 600_000 });
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.after((context) => context.shop?.close());

const pages = [
  '/',
  '/category/Dresses',
  '/category/Dresses?on_sale=1&max_price=1',
  '/search?q=silk',
  '/search?q=zzzz',
  '/product/6',
  '/product/999999',
  '/cart',
  '/checkout',
  '/watchlist',
  '/account',
  '/offline',
  '/nowhere',
];

/** Waits until the whole page is loaded, including lazy content. */
async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.waitForLoadState('networkidle');
  await page.evaluate(async () => {
    for (let y = 0; y < document.documentElement.scrollHeight; y += 600) {
      scrollTo(0, y);
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    scrollTo(0, 0);
  });
  await page.waitForLoadState('networkidle');
}

async function fillBag(page: Page): Promise<void> {
  await page.goto('/product/20');
  await page.getByRole('button', { name: 'Add to bag', exact: true }).first().click();
  await page.goto('/product/6');
  const offer = page.locator('couture-bundle');
  await offer.scrollIntoViewIfNeeded();
  await offer.getByRole('button', { name: /^Add all/ }).click();
}

async function signIn(page: Page): Promise<void> {
  await page.goto('/demo/sign-in');
  await page.locator('#sub').fill('7');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
}

const desk = { ...desktop, isMobile: false, hasTouch: false };

for (const [device, colorScheme] of [
  [phone, 'light'],
  [desk, 'dark'],
] as const) {
  test(`axe finds nothing on any page, ${device === phone ? 'phone' : 'desktop'}, ${colorScheme}`, async ({
    shop,
  }) => {
    const { page } = await shop.visit({ ...device, ...letsAxeIn, colorScheme, serviceWorkers: 'block' });
    const found: string[] = [];
    const look = async (name: string) => {
      await settled(page);
      found.push(...(await violations(page)).map((each) => `${name}: ${each}`));
    };
    for (const path of pages) {
      await page.goto(path);
      await look(path);
    }
    await fillBag(page);
    for (const path of ['/cart', '/checkout']) {
      await page.goto(path);
      await look(`${path}, filled`);
    }
    await signIn(page);
    for (const path of ['/', '/product/6', '/watchlist', '/account']) {
      await page.goto(path);
      await look(`${path}, signed in`);
    }
    await page.goto('/category/Dresses');
    await page.getByRole('button', { name: /^Filters/ }).click();
    await look('filters');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.keyboard.type('dress');
    await page.getByRole('option').first().waitFor();
    found.push(...(await violations(page)).map((each) => `search: ${each}`));
    await page.keyboard.press('Escape');
    if (device === phone) {
      await page.getByRole('button', { name: 'Menu' }).click();
      await page.getByRole('dialog', { name: 'Menu' }).waitFor();
      await page.waitForTimeout(500);
      found.push(...(await violations(page)).map((each) => `menu: ${each}`));
    }
    assert.equal(found, []);
  });
}

test('no page is wider than its window, at 320 px and from right to left', async ({ shop }) => {
  const { page } = await shop.visit({ viewport: { width: 320, height: 640 }, serviceWorkers: 'block' });
  await fillBag(page);
  const wide: string[] = [];
  for (const path of pages) {
    await page.goto(path);
    await settled(page);
    for (const dir of ['ltr', 'rtl']) {
      const over = await page.evaluate((direction) => {
        document.documentElement.dir = direction;
        return document.documentElement.scrollWidth - document.documentElement.clientWidth;
      }, dir);
      if (over > 0) wide.push(`${path} ${dir}: ${over} px`);
    }
  }
  assert.equal(wide, []);
});

test('buttons meet the minimum target size', async ({ shop }) => {
  const { page } = await shop.visit({ serviceWorkers: 'block' });
  await fillBag(page);
  const small: string[] = [];
  for (const path of ['/', '/category/Dresses', '/product/6', '/cart']) {
    await page.goto(path);
    await settled(page);
    for (const button of await page.getByRole('button').all()) {
      const box = await button.boundingBox();
      if (box && (box.height < 24 || box.width < 24)) small.push(`${path}: ${await button.textContent()}`);
    }
  }
  assert.equal(small, []);
});

test('nothing moves when the reader prefers reduced motion', async ({ shop }) => {
  const { page } = await shop.visit({ reducedMotion: 'reduce', serviceWorkers: 'block' });
  await page.goto('/');
  await settled(page);
  await page.getByRole('button', { name: 'Menu' }).click();
  const moving = () =>
    document.getAnimations().filter((each) => Number(each.effect?.getTiming().duration) > 20).length;
  assert.is(await page.evaluate(moving), 0);
});
