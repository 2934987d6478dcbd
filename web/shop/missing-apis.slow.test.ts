// The main journey on plain http under a name of the local network, with APIs of newer browsers missing: from
// a product to the bag, the order and the chat. No failure of ours is called a missing network.
import type { Browser } from 'playwright-core';
import { openBrowser } from '../../fixtures/browser.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { desktop, type RunningShop, runShop } from '../test-support/shop-in-browser.ts';
import { fillDelivery } from '../test-support/shop-pages.ts';

const test = suite<{ shop: RunningShop; browser: Browser }>('a browser without', { timeout: 120_000 });
test.before(async (context) => {
  context.shop = await runShop();
  context.browser = await openBrowser(['--host-resolver-rules=MAP shop.test 127.0.0.1']);
});
test.after(async ({ shop, browser }) => {
  await browser?.close();
  await shop?.close();
});

/** Paths below the global object; what is missing together is used apart from each other. */
const apis = [
  [
    ...['Crypto.prototype.randomUUID', 'Crypto.prototype.subtle', 'caches', 'navigator.serviceWorker'],
    ...['isSecureContext', 'AbortSignal.any', 'AbortSignal.timeout', 'AbortSignal.prototype.throwIfAborted'],
  ],
  [
    ...['structuredClone', 'Object.groupBy', 'Map.groupBy', 'Array.fromAsync', 'Promise.withResolvers'],
    ...['Promise.try', 'Array.prototype.toSorted', 'Array.prototype.toReversed', 'Array.prototype.toSpliced'],
    ...[
      'Array.prototype.with',
      'Set.prototype.union',
      'Set.prototype.isSubsetOf',
      'Iterator',
      'URL.canParse',
    ],
    ...['URL.parse', 'Intl.Segmenter', 'Intl.ListFormat', 'Intl.DurationFormat'],
    'String.prototype.isWellFormed',
  ],
  ['IntersectionObserver'],
  [
    ...['ResizeObserver', 'Navigator.prototype.locks', 'Navigator.prototype.clipboard'],
    ...['Navigator.prototype.share', 'BroadcastChannel'],
  ],
  [
    ...['Notification', 'PushManager', 'AudioContext', 'Navigator.prototype.sendBeacon'],
    ...['Document.prototype.startViewTransition', 'requestIdleCallback', 'scheduler', 'navigation'],
  ],
  [
    ...['indexedDB', 'Navigator.prototype.connection', 'visualViewport', 'createImageBitmap'],
    ...['HTMLElement.prototype.showPopover', 'CSS.registerProperty', 'Document.prototype.adoptedStyleSheets'],
  ],
];

/** Runs in the page, before any of its scripts. */
function remove(paths: readonly string[]): void {
  for (const path of paths) {
    const names = path.split('.');
    const last = names.pop()!;
    const owner = names.reduce<Record<string, unknown> | undefined>(
      (found, name) => found?.[name] as Record<string, unknown> | undefined,
      globalThis as unknown as Record<string, unknown>,
    );
    if (!owner || !(last in owner)) continue;
    if (!Reflect.deleteProperty(owner, last)) owner[last] = undefined;
    if (last in owner) Object.defineProperty(owner, last, { value: undefined, configurable: true });
  }
}

for (const removed of apis) {
  test(removed.join(', '), async ({ shop, browser }) => {
    const { port } = new URL(shop.url);
    const context = await browser.newContext({ baseURL: `http://shop.test:${port}`, ...desktop });
    context.setDefaultTimeout(45_000);
    try {
      const page = await context.newPage();
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(`${error.name}: ${error.message}`));
      await page.addInitScript(remove, removed);
      await page.goto('/');
      await page.locator('couture-product-card').first().waitFor();
      await page.goto('/category/Dresses');
      await page.locator('couture-product-card a').first().click();
      await page.getByRole('button', { name: 'Add to bag', exact: true }).first().click();
      await page.getByText('Added to bag:').first().waitFor();
      await page.goto('/checkout');
      await fillDelivery(page);
      await page.getByRole('button', { name: /^Place order/ }).click();
      await page.getByRole('heading', { level: 1, name: 'Thank you' }).waitFor();
      await page.locator('couture-chat .launcher').click();
      await page.locator('couture-chat-start').getByLabel('Your name').fill('Lan');
      await page.locator('couture-chat-start').getByLabel('Your message').fill('Hello from the shelf');
      await page.keyboard.press('Enter');
      await page.getByText('Sent ·').waitFor();
      await page.locator('couture-chat-composer textarea').fill('second');
      await page.keyboard.press('Enter');
      await page.getByText('Sending …').waitFor({ state: 'detached' });
      assert.is(await page.locator('couture-message-list .bubble').count(), 2);
      assert.equal(errors, []);
      assert.equal(await page.getByText(/You’re offline|no network|offline page/i).allInnerTexts(), []);
    } finally {
      await context.close();
    }
  });
}
