// Next to a shop with its own site and checkout: widgets in its pages, and couture's storefront under its name.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../../fixtures/browser.ts';
import { type TestDatabase, testDatabase } from '../../fixtures/database.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { addressOf, newHome, run } from '../test-support/shop-in-browser.ts';
import { scrollToList } from '../test-support/shop-pages.ts';

interface Setting {
  site: Server;
  /** URL of the shop's own site. */
  origin: string;
  database: TestDatabase;
  home: string;
  runtime: ChildProcess;
  url: string;
  browser: Browser;
}

const test = suite<Setting>('next to a real shop');

test.before(async (context) => {
  context.site = createServer((request, response) => {
    if (request.url!.endsWith('.jpg')) {
      response.setHeader('Content-Type', 'image/svg+xml');
      response.end('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 10"/>');
      return;
    }
    const widget = (name: string) =>
      `<couture-${name} product-id="10" api="${context.url}"></couture-${name}>`;
    response.setHeader('Content-Type', 'text/html');
    response.end(`<!doctype html><title>Own page of ${request.url}</title>
<script type="module" src="${context.url}/embed/couture-widgets.js"></script>
${['bought-together', 'bundle', 'similar-products', 'trending'].map(widget).join('')}`);
  });
  await new Promise<void>((resolve) => context.site.listen(0, '127.0.0.1', resolve));
  context.origin = `http://127.0.0.1:${(context.site.address() as AddressInfo).port}`;
  context.database = await testDatabase();
  context.home = newHome();
  context.runtime = run(['dist/cli/test-support/real-shop.js', context.database.url], {
    home: context.home,
    env: {
      COUTURE_SHOP_URL: context.origin,
      COUTURE_MEDIA_URL: `${context.origin}/media/`,
      COUTURE_SHOP_NAME: 'Lind & Moe',
      COUTURE_BRAND_COLOR: '#ffd400',
      COUTURE_LOGO_URL: '/logo.jpg',
      COUTURE_FONT_FAMILY: 'Georgia, serif',
      COUTURE_LEGAL_TEXT: 'Lind & Moe GmbH, HRB 1234',
      COUTURE_FOOTER_LINKS: 'Imprint=/imprint',
      COUTURE_CORS_ORIGINS: context.origin,
      COUTURE_DRAIN: '0',
    },
  });
  [context.url, context.browser] = await Promise.all([addressOf(context.runtime), openBrowser()]);
});
test.after(async ({ site, runtime, browser, database, home }) => {
  await browser?.close();
  site?.close();
  if (runtime?.exitCode === null && runtime.kill('SIGTERM')) await once(runtime, 'exit');
  await database?.drop();
  if (home) rmSync(home, { recursive: true, force: true });
});

/** Links, pictures and texts of a page, in all shadow roots. */
function contents(page: Page): Promise<{ links: string[]; pictures: string[]; words: string }> {
  return page.evaluate(() => {
    const found = { links: [] as string[], pictures: [] as string[], words: '' };
    const walk = (node: Node) => {
      if (node instanceof HTMLAnchorElement) found.links.push(node.href);
      if (node instanceof HTMLImageElement) found.pictures.push(node.src);
      if (node instanceof Text) found.words += ` ${node.data}`;
      if (node instanceof HTMLStyleElement || node instanceof HTMLScriptElement) return;
      for (const child of (node as Element).shadowRoot?.childNodes ?? []) walk(child);
      for (const child of node.childNodes) walk(child);
    };
    walk(document.documentElement);
    return found;
  });
}

test('on the shop’s pages, links and pictures point to the shop, and no bundle discount is shown', async ({
  browser,
  origin,
}) => {
  const page = await browser.newPage();
  await page.goto(`${origin}/products/10`);
  for (const name of ['bought-together', 'bundle']) {
    const widget = page.locator(`couture-${name}`);
    await scrollToList(widget, 'a');
  }
  const { links, pictures, words } = await contents(page);
  assert.ok(links.length >= 3 && pictures.length >= 3, `${links} ${pictures}`);
  for (const address of [...links, ...pictures]) assert.is(new URL(address).origin, origin, address);
  assert.not.match(words, /\bsav(?:e|ed|ing)\b/i);
  await page.locator('couture-bundle a').last().click();
  await page.waitForURL(`${origin}/products/12`);
  await page.close();
});

test('the storefront has the shop’s name, no text of the sample shop, and a bag that leads to the shop', async ({
  browser,
  origin,
  url,
}) => {
  const page = await browser.newPage({ baseURL: url });
  await page.goto('/');
  await page.getByRole('heading', { name: 'Lind & Moe', level: 1 }).waitFor();
  assert.is(await page.locator('a[href="/category/Dresses"]', { hasText: 'Shop dresses' }).count(), 0);
  await page.goto('/product/10');
  await page.getByRole('button', { name: 'Add to bag', exact: true }).click();
  assert.match(await page.title(), /– Lind & Moe$/);
  for (const path of ['/cart', '/checkout']) {
    await page.goto(path);
    await page.getByText('Orders are placed at Lind & Moe').waitFor();
    const link = page.getByRole('link', { name: 'Wrap dress' }).last();
    assert.is(await link.getAttribute('href'), `${origin}/products/10`);
    assert.is(await page.getByRole('button', { name: /Place order/ }).count(), 0);
    assert.is(await page.getByRole('link', { name: 'Check out' }).count(), 0);
    const { words } = await contents(page);
    assert.not.match(words, /sample|ClassyCouture|nothing is ever delivered/i);
  }
  await page.close();
});

test('products are sorted by rating where customers rate them', async ({ browser, url }) => {
  for (const isRated of [true, false]) {
    const page = await browser.newPage({ baseURL: url });
    if (!isRated)
      await page.route('**/api/products?*', async (route) => {
        const response = await route.fetch();
        const answer = (await response.json()) as { products: Array<{ review_count: number }> };
        for (const product of answer.products) product.review_count = 0;
        await route.fulfill({ response, json: answer });
      });
    await page.goto('/category/Dresses');
    await page.locator('couture-category-page couture-product-card').first().waitFor();
    const sorts = await page.locator('couture-category-page .sort option').allTextContents();
    assert.is(sorts.includes('Top rated'), isRated, sorts.join());
    await page.close();
  }
});

test('logo, colours, fonts, legal text and links are the shop’s, readable on light and dark pages', async ({
  browser,
  origin,
  url,
}) => {
  for (const [colorScheme, accent, ink] of [
    ['light', 'rgb(125, 104, 0)', 'rgb(255, 255, 255)'],
    ['dark', 'rgb(255, 212, 0)', 'rgb(0, 0, 0)'],
  ] as const) {
    const main = ['rgb(255, 212, 0)', 'rgb(0, 0, 0)', accent];
    const page = await browser.newPage({ baseURL: url, colorScheme });
    await page.goto('/product/10');
    const logo = page.getByRole('img', { name: 'Lind & Moe' });
    await logo.waitFor();
    assert.is(await logo.getAttribute('src'), `${origin}/logo.jpg`);
    const { width, height } = (await logo.boundingBox())!;
    assert.ok(width > 20 && height === 40, `a logo without a size of its own: ${width} × ${height}`);
    const button = page.getByRole('button', { name: 'Add to bag', exact: true });
    const looksOf = (element: Element) => {
      const { backgroundColor, color, borderTopColor } = getComputedStyle(element);
      return [backgroundColor, color, borderTopColor];
    };
    assert.equal(await button.evaluate(looksOf), main, 'the main button');
    await button.click();
    const badge = page.locator('couture-shop-header .count');
    const styles = await badge.evaluate((element) => {
      const { backgroundColor, color, fontFamily } = getComputedStyle(element);
      return [backgroundColor, color, fontFamily];
    });
    assert.equal(styles, [accent, ink, 'Georgia, serif']);
    const footer = page.locator('couture-shop-footer');
    await footer.getByText('Lind & Moe GmbH, HRB 1234').waitFor();
    assert.is(await footer.getByRole('link', { name: 'Imprint' }).getAttribute('href'), `${origin}/imprint`);
    assert.is(await page.locator('meta[name=theme-color]').getAttribute('content'), '#ffd400');
    await page.goto('/console');
    const set = () =>
      page.evaluate(() =>
        getComputedStyle(document.documentElement).getPropertyValue('--couture-brand-light'),
      );
    await page.waitForFunction(() => document.documentElement.style.length > 0);
    assert.is(await set(), '#7d6800');
    await page.close();
  }
});

test('the bag is handed over to the shop’s own cart, with ids and quantities', async ({
  browser,
  origin,
}) => {
  const [database, home] = [await testDatabase(), newHome()];
  const runtime = run(['dist/cli/test-support/real-shop.js', database.url], {
    home,
    env: {
      COUTURE_SHOP_URL: origin,
      COUTURE_SHOP_NAME: 'Lind & Moe',
      COUTURE_CHECKOUT_URL: '/cart/add?items={items}&lines={json}',
      COUTURE_DRAIN: '0',
    },
  });
  const page = await browser.newPage({ baseURL: await addressOf(runtime) });
  try {
    for (const id of [10, 12, 10]) {
      await page.goto(`/product/${id}`);
      await page.getByRole('button', { name: 'Add to bag', exact: true }).click();
      await page.getByText('Added to bag').first().waitFor();
    }
    for (const path of ['/cart', '/checkout']) {
      await page.goto(path);
      await page.getByRole('link', { name: 'Check out at Lind & Moe' }).click();
      await page.waitForURL(`${origin}/cart/add?**`);
      const given = new URL(page.url()).searchParams;
      assert.is(given.get('items'), '10:2,12:1');
      assert.equal(JSON.parse(given.get('lines')!), [
        { id: '10', quantity: 2 },
        { id: '12', quantity: 1 },
      ]);
      assert.match(await page.title(), 'Own page of /cart/add');
    }
  } finally {
    await page.close();
    if (runtime.exitCode === null && runtime.kill('SIGTERM')) await once(runtime, 'exit');
    await database.drop();
    rmSync(home, { recursive: true, force: true });
  }
});
