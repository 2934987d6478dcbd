// Offline in Firefox and WebKit: visited pages open, the bag fills, no order is claimed. The drivers cannot switch the network
// off, so the server is stopped.
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { inEngines } from '../test-support/engines/in-engines.ts';
import { type RunningShop, runShop } from '../test-support/shop-in-browser.ts';
import { delivery } from '../test-support/shop-pages.ts';

const test = suite<{ shop: RunningShop }>('offline, in other engines', { timeout: 280_000 });
test.before(async (context) => {
  context.shop = await runShop();
});
test.after((context) => context.shop?.close());

inEngines(
  test,
  'visited pages open, the bag is kept, and the order waits for the network',
  async ({ shop, open }) => {
    const window = await open();
    await window.goto(`${shop.url}/product/12`);
    await until(() => window.run(() => navigator.serviceWorker?.controller !== null), 'the worker');
    await window.goto(`${shop.url}/product/12`);
    const name = await window.see({ css: 'h1' });
    await window.see({ role: 'button', name: 'Add to bag' });
    await window.goto(`${shop.url}/category/Bags`);
    await window.see({ css: 'couture-product-card' });
    await shop.stop();
    await window.goto(`${shop.url}/product/300`);
    await window.see({ css: 'h1', text: 'You’re offline' });
    await window.goto(`${shop.url}/category/Bags`);
    await window.see({ css: 'couture-product-card' });
    await window.goto(`${shop.url}/product/12`);
    await window.see({ css: 'h1', text: name });
    await window.click({ role: 'button', name: 'Add to bag' });
    await window.click({ role: 'link', name: 'View bag' });
    await window.see({ text: 'You’re offline. Your bag is saved' });
    await window.reload();
    await window.see({ text: 'You’re offline. Your bag is saved' });
    await window.click({ role: 'link', name: 'Check out' });
    for (const [field, text] of Object.entries(delivery))
      await window.type({ css: `input[name=${field}]`, within: 'couture-checkout-page' }, text);
    await window.click({ role: 'button', name: /^Place order/ });
    await window.see({ text: 'your order wasn’t placed' });
    assert.is(await window.count({ css: 'h1', text: 'Thank you' }), 0);
    await shop.start();
    await window.gone({ text: 'You’re offline. Prices' });
    await window.click({ role: 'button', name: /^Place order/ });
    await window.see({ css: 'h1', text: 'Thank you' });
    assert.equal(window.errors, []);
  },
);
