// The language of a shop with a default: in its storefront, in widgets on its pages, and after the visitor's own choice.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { assert, suite } from '../../fixtures/suite.ts';
import { desktop, type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';

interface Setting {
  shop: ShopInBrowser;
  /** URL of pages with a widget; the path is their `lang`. */
  pages: string;
  close: () => void;
}

const test = suite<Setting>('default language');
test.before(async (context) => {
  const site = createServer((request, response) => {
    const { url } = context.shop;
    const lang = request.url!.slice(1);
    response.setHeader('Content-Type', 'text/html');
    response.end(`<!doctype html><html${lang && ` lang="${lang}"`}><title>A page</title>
<script type="module" src="${url}/embed/couture-widgets.js"></script>
<couture-bought-together product-id="6" api="${url}"></couture-bought-together>`);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  context.close = () => site.close();
  context.pages = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  context.shop = await shopInBrowser({ COUTURE_LOCALE: 'de', COUTURE_CORS_ORIGINS: context.pages });
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => {
  context.close?.();
  return context.shop?.close();
});

const english = { ...desktop, isMobile: false, hasTouch: false, locale: 'en-GB' };

test('the storefront is in the language of the shop until a visitor chooses another', async ({ shop }) => {
  const { page } = await shop.visit(english);
  const response = await page.goto('/product/6');
  assert.match(await response!.text(), '<html lang="de" dir="ltr">');
  await page.getByRole('button', { name: 'In die Tasche', exact: true }).first().waitFor();
  const facts = (await (await page.request.get('/api/shop')).json()) as { locale: string };
  assert.is(facts.locale, 'de');
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('button', { name: 'Add to bag', exact: true }).first().waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Add to bag', exact: true }).first().waitFor();
  assert.is(await page.evaluate(() => document.documentElement.lang), 'en');
});

test('widgets have the language of their page, or else that of the shop', async ({ shop, pages }) => {
  const words = { en: /^Add \d to bag/, de: /in die Tasche/, ar: /^أضف إلى السلة/ };
  for (const [lang, expected, says, dir] of [
    ['', 'de', 'de', null],
    ['fr', 'de', 'de', null],
    ['en-US', 'en', null, null],
    // The page has a language, but no direction.
    ['ar-EG', 'ar', null, 'rtl'],
  ] as const) {
    const { page } = await shop.visit(english);
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(`${pages}/${lang}`);
    const widget = page.locator('couture-bought-together');
    await widget.getByRole('button', { name: words[expected] }).waitFor();
    assert.equal([await widget.getAttribute('lang'), await widget.getAttribute('dir')], [says, dir]);
    const loaded = requests.some((url) => url.includes('/embed/locale-ar.js'));
    assert.is(loaded, expected === 'ar', 'Arabic texts load in Arabic only');
    await shop.closeWindows();
  }
});
