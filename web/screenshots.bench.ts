// `npm run screenshots`: takes pictures of every page of the shop, phone and desktop, light and dark; with --manifest, the
// screenshots of the web app manifest, into web/public.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { endWithChildren, onKilled } from '../fixtures/bench-process.ts';
import { closeTestServer } from '../fixtures/database.ts';
import { desktop, phone, shopInBrowser, type Visitor } from './test-support/shop-in-browser.ts';
import { fillDelivery } from './test-support/shop-pages.ts';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'dist/screenshots' },
    manifest: { type: 'boolean', default: false },
  },
});

interface Shot {
  readonly name: string;
  readonly take: (page: Page) => Promise<unknown>;
}

const fill = async (page: Page) => {
  await page.goto('/product/20');
  await page.getByRole('button', { name: 'Add to bag', exact: true }).first().click();
  await page.goto('/product/6');
  const offer = page.locator('couture-bundle');
  await offer.scrollIntoViewIfNeeded();
  await offer.getByRole('button', { name: /^Add all/ }).click();
};

const open = (address: string) => (page: Page) => page.goto(address);

const guest: readonly Shot[] = [
  { name: 'home', take: open('/') },
  { name: 'category', take: open('/category/Dresses') },
  {
    name: 'category-filtered',
    take: async (page) => {
      await page.goto('/category/Dresses?on_sale=1&sort=price');
      await page.getByRole('button', { name: /^Filters/ }).click();
    },
  },
  { name: 'search', take: open('/search?q=silk+dress') },
  { name: 'search-nothing', take: open('/search?q=zzzz') },
  { name: 'product', take: open('/product/6') },
  { name: 'product-unknown', take: open('/product/999999') },
  { name: 'cart-empty', take: open('/cart') },
  {
    name: 'cart',
    take: async (page) => {
      await fill(page);
      await page.goto('/cart');
    },
  },
  { name: 'checkout', take: open('/checkout') },
  { name: 'watch-list-guest', take: open('/watchlist') },
  { name: 'account-guest', take: open('/account') },
  { name: 'kept', take: open('/offline') },
  { name: 'not-found', take: open('/nowhere') },
  {
    name: 'thanks',
    take: async (page) => {
      await page.goto('/checkout');
      await fillDelivery(page);
      await page.getByRole('button', { name: /^Place order/ }).click();
      await page.getByRole('heading', { name: 'Thank you' }).waitFor();
    },
  },
];

const customer: readonly Shot[] = [
  { name: 'home-signed-in', take: open('/') },
  { name: 'watch-list', take: open('/watchlist') },
  { name: 'account', take: open('/account') },
];

endWithChildren();
onKilled(closeTestServer);
const opening = shopInBrowser();
onKilled(async () => (await opening).close());
const shop = await opening;
try {
  if (values.manifest) await manifestShots();
  else await allShots();
} finally {
  await shop.close();
}

async function allShots(): Promise<void> {
  mkdirSync(values.out, { recursive: true });
  for (const [size, device] of [
    ['phone', phone],
    ['desktop', { ...desktop, isMobile: false, hasTouch: false }],
  ] as const) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const visitor = await shop.visit({ ...device, deviceScaleFactor: 1, colorScheme });
      for (const shot of guest) await save(visitor, shot, `${shot.name}-${size}-${colorScheme}`, true);
      await signIn(visitor.page);
      for (const shot of customer) await save(visitor, shot, `${shot.name}-${size}-${colorScheme}`, true);
      await visitor.context.close();
    }
  }
}

async function manifestShots(): Promise<void> {
  values.out = 'web/public/screenshots';
  mkdirSync(values.out, { recursive: true });
  const narrow = await shop.visit({ ...phone, deviceScaleFactor: 1, colorScheme: 'light' });
  for (const name of ['home', 'product', 'cart']) {
    const shot = guest.find((each) => each.name === name)!;
    await save(narrow, shot, `narrow-${name}`, false);
  }
  const wide = await shop.visit({ ...desktop, isMobile: false, hasTouch: false, deviceScaleFactor: 1 });
  await save(wide, guest[0]!, 'wide-home', false);
}

async function save({ page }: Visitor, shot: Shot, name: string, fullPage: boolean): Promise<void> {
  await shot.take(page);
  await settle(page);
  const file = path.join(values.out, `${name}.${values.manifest ? 'webp' : 'png'}`);
  if (values.manifest) writeFileSync(file, await webp(page));
  else await page.screenshot({ path: file, fullPage });
  process.stdout.write(`${file}\n`);
}

/** The window as WebP, half of a PNG's size; Playwright itself writes only PNG and JPEG. */
async function webp(page: Page): Promise<Buffer> {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 50 });
  return Buffer.from(data, 'base64');
}

/** Scrolls down, so that lazy content is loaded, and back to the top. */
async function settle(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.evaluate(async () => {
    const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
    await pause(500);
    for (let y = 0; y < document.documentElement.scrollHeight; y += 500) {
      scrollTo(0, y);
      await pause(60);
    }
    scrollTo(0, 0);
    await pause(300);
  });
}

async function signIn(page: Page): Promise<void> {
  await page.goto('/demo/sign-in');
  await page.locator('#sub').fill('7');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
}
