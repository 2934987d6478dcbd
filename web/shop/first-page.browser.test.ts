// The first page loads under the strict content security policy, also in older browsers, without errors.
import { assert, suite } from '../../fixtures/suite.ts';
import { type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';

const test = suite<{ shop: ShopInBrowser }>('the first page');
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.shop?.close());

test('the first page shows its heading and throws no error', async ({ shop }) => {
  const { page, errors } = await shop.visit();
  await page.goto('/');
  await page.locator('h1').first().waitFor();
  assert.match(await page.title(), 'ClassyCouture');
  assert.equal(errors, []);
});

test('the shop opens without AbortSignal.any, as in Safari before 17.4', async ({ shop }) => {
  const { page, context, errors } = await shop.visit();
  await context.addInitScript(() => void Reflect.deleteProperty(AbortSignal, 'any'));
  await page.goto('/category/Dresses');
  await page.locator('couture-product-card').first().waitFor();
  await page.locator('couture-product-card a').first().click();
  await page.getByRole('button', { name: 'Add to bag', exact: true }).first().waitFor();
  assert.is(await page.evaluate(() => 'any' in AbortSignal), false);
  assert.equal(errors, []);
});

test('rendering a chat reads each message a constant number of times', async ({ shop }) => {
  const { page } = await shop.visit();
  await page.goto('/');
  const readsOf = (count: number) =>
    page.evaluate(async (length) => {
      await customElements.whenDefined('couture-message-list');
      const list = document.createElement('couture-message-list');
      let reads = 0;
      list.messages = Array.from({ length }, (_, at) => ({
        get client_message_id() {
          reads += 1;
          return `message-${at}`;
        },
        id: at + 1,
        session_id: 'session',
        seq: at + 1,
        side: 'shopper' as const,
        sender_name: null,
        kind: 'text' as const,
        body: `Line ${at}`,
        created_at: '2026-11-28T09:00:00Z',
      })) as unknown as typeof list.messages;
      document.body.append(list);
      await list.updateComplete;
      list.remove();
      return reads;
    }, count);
  const [few, many] = [await readsOf(50), await readsOf(500)];
  assert.ok(few >= 50);
  assert.ok(many <= 10 * few, `${few} reads for 50 messages, ${many} for 500`);
});
