// A real django-oscar from PyPI: its own migrations and models, its own pages with couture's widgets, its own login and basket.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { Browser, Locator, Page } from 'playwright-core';
import { openBrowser } from '../../fixtures/browser.ts';
import { type DatabaseContext, databaseSuite } from '../../fixtures/database-suite.ts';
import { assert } from '../../fixtures/suite.ts';
import { loadConfig } from '../../runtime/core/config.ts';
import { openLog } from '../../runtime/core/log.ts';
import { startServer } from '../../runtime/server.ts';
import type { ConnectReport } from '../connect/connect.ts';
import { installOscar, oscarShop } from '../test-support/platforms/installed-oscar.ts';
import { plantShop } from '../test-support/platforms/planted-shop.ts';
import { compareWithPlanted, measureLists } from '../test-support/platforms/platform-shop.ts';
import { runCommand } from '../test-support/run-command.ts';

/** Oscar makes some 25 orders a second. */
const size = { outfits: 10, kinds: 5, sizes: 2, customers: 60, orders: 500, noise: 0.03 };
const secret = 'a secret that only the shop and couture know';
const python = await installOscar().catch((error: Error) => error);

const test = databaseSuite('a real django-oscar', { timeout: 1_200_000 });
const title = 'one command connects it; lists, pages, widgets in its template, login and basket work';

if (typeof python !== 'string') {
  console.log(`skipped, not installed: ${python.message.trim()}`);
  test.skip(title);
} else
  test(title, async (context) => {
    const undo: Array<() => Promise<unknown>> = [];
    try {
      await tryOscar(context, python, (step) => undo.push(step));
    } finally {
      for (const step of undo.reverse()) await step();
    }
  });

async function tryOscar(
  { client, database }: DatabaseContext,
  interpreter: string,
  later: (step: () => Promise<unknown>) => void,
): Promise<void> {
  const project = await oscarShop(interpreter, database.url);
  later(project.remove);
  await project.migrate();
  await plantShop(client, size);
  await project.fill();
  let shop = await project.serve(0);
  later(() => shop.stop());

  // The platform says the rest: the login, the folder of pictures, the origin of the pages.
  const folder = await mkdtemp(path.join(os.tmpdir(), 'couture-connect-'));
  later(() => rm(folder, { recursive: true, force: true }));
  const answers = {
    'shop-url': shop.url,
    'checkout-url': '/basket/couture?items={items}',
  };
  const flags = Object.entries(answers).flatMap(([name, value]) => [`--${name}`, value]);
  const { code, stdout, stderr } = await runCommand(
    ['connect', database.url, '--yes', '--json', '--workers', '1', ...flags],
    { cwd: folder, env: { PATH: process.env.PATH! } },
  );
  assert.is(code, 0, stderr + stdout);
  const report = JSON.parse(stdout) as ConnectReport;
  assert.is(report.platform, 'oscar');
  assert.equal(Object.fromEntries(report.shop!.statuses.map(({ status, counts }) => [status, counts])), {
    Pending: true,
    'Being processed': true,
    Complete: true,
    Cancelled: false,
    Refunded: false,
    'Payment declined': false,
    Test: false,
  });
  assert.equal(await compareWithPlanted(client), {});
  const share = await measureLists(client);
  if (process.env.COUTURE_TEST_FIGURES) console.log(JSON.stringify(share));
  assert.ok(share.entries > 250 && share.inside / share.entries >= 0.93, JSON.stringify(share));
  assert.is(share.falsePairs, 0);

  const { config } = loadConfig({
    directory: folder,
    env: { COUTURE_JWT_SECRET: secret },
    flags: { port: 0, drain: 0, storefront: true },
  });
  const server = await startServer({ config, databaseUrl: database.url, log: openLog('silent') });
  later(() => server.close());
  // The shop's pages name couture, and couture's settings name the shop.
  const { port } = new URL(shop.url);
  await shop.stop();
  shop = await project.serve(Number(port), { COUTURE_URL: server.url, COUTURE_JWT_SECRET: secret });

  const { rows: parents } = await client.query<{ id: number; children: string[] }>(
    `select p.id::int, array_agg(c.id::text order by c.id) as children
     from catalogue_product p join catalogue_product c on c.parent_id = p.id
     where p.is_public group by p.id order by p.id limit 5`,
  );
  await checkPages(server.url, shop.url, parents);
  const browser = await openBrowser();
  later(() => browser.close());
  await checkWidgets(browser, { shop: shop.url, couture: server.url, parent: parents[0]! });
}

interface Card {
  readonly id: number;
  readonly name: string;
  readonly url: string;
  readonly image_url: string;
  readonly in_stock: boolean;
}

/**
 * A parent has the page, its children are sold: all are one product to couture, and each address of the API is a page of
 * Oscar.
 */
async function checkPages(
  couture: string,
  shop: string,
  parents: ReadonlyArray<{ id: number; children: string[] }>,
): Promise<void> {
  let cards = 0;
  for (const { id, children } of parents) {
    const { variants } = await json<{ variants: Card[] }>(`${couture}/api/products/${id}`);
    assert.equal(variants.map((variant) => String(variant.id)).sort(), [...children].sort());
    const lists = [id, children[1]].map((each) =>
      json<Card[]>(`${couture}/api/recommendations/bought-together/${each}/?limit=4`),
    );
    const [list, same] = await Promise.all(lists);
    assert.equal(
      list!.map((card) => card.id),
      same!.map((card) => card.id),
    );
    for (const card of list!) {
      assert.ok(card.url.startsWith(`${shop}/catalogue/`), card.url);
      const page = await fetch(card.url, { redirect: 'manual' });
      assert.is(page.status, 200, card.url);
      assert.match(await page.text(), card.name);
      assert.is((await fetch(card.image_url)).headers.get('content-type'), 'image/png');
      cards++;
    }
  }
  assert.ok(cards > 12, `${cards} cards`);
}

async function checkWidgets(
  browser: Browser,
  { shop, couture, parent }: { shop: string; couture: string; parent: { id: number } },
): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(120_000);
  await page.goto(`${shop}/accounts/login/`);
  await page.fill('[name=login-username]', 'u1@shop.example');
  await page.fill('[name=login-password]', 'a password');
  await page.click('[name=login_submit]');
  await page.waitForURL(`${shop}/accounts/profile/`);

  const personal = page.waitForRequest((each) =>
    each.url().startsWith(`${couture}/api/recommendations/personalized`),
  );
  await page.goto(
    `${shop}${new URL((await json<Card>(`${couture}/api/products/${parent.id}`)).url).pathname}`,
  );
  for (const name of ['bought-together', 'similar-products', 'personalized']) {
    const widget = page.locator(`couture-${name}`);
    await widget.scrollIntoViewIfNeeded();
    const links = await attributes(widget.locator('a[href]'), 'href');
    const pictures = await attributes(widget.locator('img'), 'src');
    for (const address of links) assert.ok(address.startsWith(`${shop}/catalogue/`), `${name}: ${address}`);
    for (const address of pictures)
      assert.ok(address.startsWith(`${shop}/media/images/`), `${name}: ${address}`);
  }
  await page.locator('couture-personalized').getByRole('heading', { name: 'Picked for you' }).waitFor();
  const token = (await (await personal).headerValue('authorization'))!;
  const claims = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString('utf8'));
  assert.is(claims.email, 'u1@shop.example');

  // A click on a card leads to Oscar's own page of that product.
  const card = page.locator('couture-bought-together a[href]').last();
  const address = (await card.getAttribute('href'))!;
  await card.click();
  await page.waitForURL(address);

  // The button of a widget, and the checkout of couture's own bag, both fill Oscar's basket.
  await page.locator('couture-bought-together').scrollIntoViewIfNeeded();
  const button = page.locator('couture-bought-together').getByRole('button', { name: /Add \d to bag/ });
  const added = Number(/\d/.exec(await button.innerText())![0]);
  await button.click();
  await page.waitForURL(`${shop}/basket/`);
  assert.is(await basketSize(page), added);
  const { variants } = await json<{ variants: Card[] }>(`${couture}/api/products/${parent.id}`);
  await page.goto(`${couture}/product/${variants.find((each) => each.in_stock)!.id}`);
  await page.getByRole('button', { name: 'Add to bag', exact: true }).click();
  await page.getByText('Added to bag').first().waitFor();
  await page.goto(`${couture}/cart`);
  await page.getByRole('link', { name: /^Check out at/ }).click();
  await page.waitForURL(`${shop}/basket/`);
  assert.is(await basketSize(page), added + 1);
  await page.close();
}

/** How many pieces Oscar's page of the basket shows. */
async function basketSize(page: Page): Promise<number> {
  const fields = await page.locator('.basket-items [name$="-quantity"]').all();
  const quantities = await Promise.all(fields.map((field) => field.inputValue()));
  return quantities.reduce((sum, quantity) => sum + Number(quantity), 0);
}

/** Waits for elements and returns an attribute of each. */
async function attributes(locator: Locator, name: string): Promise<string[]> {
  await locator.first().waitFor();
  const found = await Promise.all((await locator.all()).map((each) => each.getAttribute(name)));
  return found.map((each) => each ?? '');
}

async function json<Body>(url: string): Promise<Body> {
  const response = await fetch(url);
  assert.is(response.status, 200, url);
  return (await response.json()) as Body;
}
