// From the home page to an order in Firefox and WebKit; way-to-order.browser.test.ts has the same in Chromium.
import { queryDatabase } from '../../fixtures/database.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { inEngines } from '../test-support/engines/in-engines.ts';
import { type RunningShop, runShop } from '../test-support/shop-in-browser.ts';
import { delivery } from '../test-support/shop-pages.ts';

const test = suite<{ shop: RunningShop }>('the way to an order, in other engines', { timeout: 240_000 });
test.before(async (context) => {
  context.shop = await runShop();
});
test.after((context) => context.shop?.close());

async function ordersPlaced(shop: RunningShop): Promise<number> {
  const [row] = await queryDatabase<{ count: number }>(
    shop.databaseUrl,
    'select count(*)::int as count from shop.orders',
  );
  return row!.count;
}

inEngines(test, 'home, category, product, bag, checkout, thank-you page', async ({ shop, open }) => {
  const before = await ordersPlaced(shop);
  const window = await open();
  await window.goto(`${shop.url}/`);
  await window.click({ role: 'link', name: /^Dresses/, nth: -1 });
  await window.see({ css: 'h1', text: 'Dresses' });
  await window.click({ css: 'a', within: 'couture-product-card' });
  await window.click({ role: 'button', name: 'Add to bag' });
  // What comes during a press, and moves what is pressed, waits for the click.
  await window.hold({ role: 'link', name: 'View bag' }, 200, () =>
    document.querySelector('couture-shop')!.say({ words: 'Another message' }),
  );
  await window.see({ css: 'h1', text: 'Your bag' });
  await window.click({ role: 'link', name: 'Check out' });
  await window.see({ css: 'h1', text: 'Checkout' });
  for (const [field, text] of Object.entries(delivery))
    await window.type({ css: `input[name=${field}]`, within: 'couture-checkout-page' }, text);
  await window.click({ role: 'button', name: /^Place order/ });
  await window.see({ css: 'h1', text: 'Thank you' });
  assert.is(await ordersPlaced(shop), before + 1);
  await window.reload();
  await window.see({ css: 'h1', text: 'Thank you' });
  await window.see({ role: 'link', name: 'Bag, empty' });
  await window.back();
  await window.see({ css: 'h1', text: 'Your bag' });
  await window.see({ role: 'link', name: 'Bag, empty' });
  assert.equal(window.errors, []);
});

inEngines(
  test,
  'search, by keyboard: suggestions, a product, all results, and nothing found',
  async ({ shop, open }) => {
    const window = await open({ width: 1280, height: 800 });
    await window.goto(`${shop.url}/`);
    await window.see({ css: 'h1' });
    await window.click({ role: 'button', name: 'Search' });
    await window.type({ css: 'input[type=search]' }, 'sundress');
    await window.see({ role: 'option' });
    await window.press('ArrowDown');
    await window.press('Enter');
    await window.see({ css: 'h1', text: 'Sundress' });
    await window.click({ role: 'button', name: 'Search' });
    await window.type({ css: 'input[type=search]' }, 'boots');
    await window.press('Enter');
    await window.see({ css: 'couture-product-card' });
    assert.match(await window.run(() => location.pathname + location.search), /^\/search\?q=boots/);
    await window.goto(`${shop.url}/search?q=zzzzqqqq`);
    await window.see({ text: 'Nothing found' });
    await window.see({ css: 'couture-product-card' });
    assert.equal(window.errors, []);
  },
);
