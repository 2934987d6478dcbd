// The widgets and the chat in the page of another shop with a strict policy, in Firefox and WebKit.
import { assert, suite } from '../../fixtures/suite.ts';
import { type EmbeddingHost, embeddingHost } from '../test-support/embedding-host.ts';
import { inEngines } from '../test-support/engines/in-engines.ts';
import { type RunningShop, runShop } from '../test-support/shop-in-browser.ts';

const test = suite<{ host: EmbeddingHost; shop: RunningShop }>('embedded, in other engines', {
  timeout: 240_000,
});
test.before(async (context) => {
  context.host = await embeddingHost();
  context.shop = await runShop({ COUTURE_CORS_ORIGINS: context.host.origin, COUTURE_CURRENCY: 'SEK' });
  context.host.runtime = context.shop.url;
});
test.after((context) => {
  context.host?.close();
  return context.shop?.close();
});

for (const address of ['/', '/strict']) {
  inEngines(
    test,
    `widgets show products and tell the page what is added to the bag (${address})`,
    async ({ shop, host, open }) => {
      const window = await open({ width: 1280, height: 900 });
      await window.goto(host.origin + address);
      await window.run(() =>
        document.addEventListener('couture-add-to-cart', (event) =>
          Object.assign(window, { told: (event as CustomEvent).detail.products.length }),
        ),
      );
      await window.run(() => document.querySelector('couture-similar-products')!.scrollIntoView());
      const price = await window.see({ css: '.price', within: 'couture-similar-products', nth: 3 });
      assert.match(price, /SEK/);
      const shown = await window.run(async () => {
        const cards = document.querySelector('couture-similar-products')!.shadowRoot!;
        const [card] = cards.querySelectorAll('couture-product-card');
        return card!.shadowRoot!.querySelector('a')!.href;
      });
      assert.ok(shown.startsWith(shop.url), shown);
      await window.click({ role: 'button', name: /^Add \d to bag/, within: 'couture-bought-together' });
      const told = await window.run(() => (window as unknown as { told?: number }).told);
      assert.ok(told! > 1, `told of ${told} products`);
      assert.equal(window.errors, []);
    },
  );
}

inEngines(test, 'a guest chats without a cookie, and continues after a reload', async ({ host, open }) => {
  const window = await open({ width: 1280, height: 900 });
  await window.goto(`${host.origin}/strict`);
  await window.click({ css: '.launcher' });
  await window.type({ role: 'textbox', name: 'Your name' }, 'Greta');
  await window.type({ role: 'textbox', name: 'Your message' }, 'Is it washable?');
  await window.press('Enter');
  await window.see({ css: '.bubble', text: 'Is it washable?' });
  await window.see({ text: 'Sent ·' });
  await window.reload();
  await window.see({ css: '.bubble', text: 'Is it washable?' });
  assert.equal(window.errors, []);
});
