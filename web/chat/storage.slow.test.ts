// Storage in every state in which browsers leave it, and no cookies: no message is lost.
import { assert, suite } from '../../fixtures/suite.ts';
import { shopHost } from '../test-support/shop-host.ts';
import { type ShopInBrowser, shopInBrowser, withWorker } from '../test-support/shop-in-browser.ts';
import { begin, composer, said, write } from '../test-support/two-sides.ts';

const test = suite<{ shop: ShopInBrowser }>('chat without storage');

test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after(({ shop }) => shop?.close());

/** Runs in the page. */
const failures: Readonly<Record<string, () => void>> = {
  full: () => {
    let chunk = 'x'.repeat(1_000_000);
    for (let n = 0; chunk; n++) {
      try {
        localStorage.setItem(`filler-${n}`, chunk);
        sessionStorage.setItem(`filler-${n}`, chunk);
      } catch {
        chunk = chunk.slice(0, chunk.length / 2);
      }
    }
  },
  blocked: () => {
    const denied = () => {
      throw new DOMException('Access is denied for this document.', 'SecurityError');
    };
    for (const area of ['localStorage', 'sessionStorage'])
      Object.defineProperty(globalThis, area, { configurable: true, get: denied });
  },
  absent: () => {
    for (const area of ['localStorage', 'sessionStorage'])
      Object.defineProperty(globalThis, area, { configurable: true, value: null });
  },
  'that drops what it accepts': () => {
    Storage.prototype.setItem = () => {};
  },
  'of rubbish': () => {
    Storage.prototype.getItem = () => '{"rubbish';
  },
};

for (const [name, failure] of Object.entries(failures)) {
  test(`storage ${name}: every message arrives, also those written offline`, async ({ shop }) => {
    const shopper = await shop.visit(withWorker);
    const { page } = shopper;
    await page.goto('/');
    // Storage fails from the start, or from the time it is full.
    if (name === 'full') await page.evaluate(failure);
    else await page.addInitScript(failure);
    await begin(page, 'Rita', 'first');
    for (const words of ['second', 'third']) await write(page, words);
    for (const words of ['second', 'third']) await said(page, words).waitFor();
    await page.getByText('Sending …').first().waitFor({ state: 'detached' });

    await shop.goOffline(shopper.context);
    await page.getByText('Your messages will be sent').waitFor();
    for (const words of ['fourth', 'fifth']) await write(page, words);
    for (const words of ['fourth', 'fifth']) await said(page, words).waitFor();
    assert.is(await page.getByText('Keep this page open until your message is sent').count(), 2);
    // What the page has let go of since is no room for a draft.
    if (name === 'full') await page.evaluate(failure);
    // A draft is still there when the panel is reopened.
    await composer(page).fill('half-wr');
    await page.getByText('Your browser can’t keep this draft.').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('couture-chat .launcher').click();
    assert.is(await composer(page).inputValue(), 'half-wr');
    await shop.goOnline(shopper.context);
    await page.getByText('Keep this page open').first().waitFor({ state: 'detached', timeout: 60_000 });
    const bubbles = await page.locator('couture-message-list .bubble').allInnerTexts();
    assert.equal(bubbles, ['first', 'second', 'third', 'fourth', 'fifth']);
    assert.equal(
      shopper.errors.filter((each) => !/WebSocket|ERR_|net::/.test(each)),
      [],
    );
  });
}

test('storage that is emptied between two writes: every message arrives', async ({ shop }) => {
  const { page, context } = await shop.visit(withWorker);
  await begin(page, 'Vanja', 'first');
  await shop.goOffline(context);
  for (const words of ['second', 'third']) {
    await write(page, words);
    await page.evaluate(() => {
      localStorage.clear();
      sessionStorage.clear();
    });
  }
  await composer(page).fill('half-wr');
  await page.evaluate(() => sessionStorage.clear());
  await page.keyboard.press('Escape');
  await page.locator('couture-chat .launcher').click();
  assert.is(await composer(page).inputValue(), 'half-wr');
  await shop.goOnline(context);
  await page.getByText('Sending …').first().waitFor({ state: 'detached', timeout: 60_000 });
  assert.equal(await page.locator('couture-message-list .bubble').allInnerTexts(), [
    'first',
    'second',
    'third',
  ]);
});

test('a browser that keeps no cookies can chat, and finds its chat after a reload', async ({ shop }) => {
  const host = await shopHost(undefined, ['cookie', 'set-cookie']);
  host.upstream = shop.url;
  try {
    const { page, errors } = await shop.visit({ baseURL: host.origin });
    await begin(page, 'Clara', 'without cookies');
    await write(page, 'second');
    await page.getByText('Sending …').first().waitFor({ state: 'detached' });
    await page.reload();
    await said(page, 'second').waitFor();
    await write(page, 'third');
    await said(page, 'third').waitFor();
    await page.getByText('Sending …').first().waitFor({ state: 'detached' });
    assert.ok(host.passed.some((path) => path.startsWith('/ws/chat/')));
    assert.equal(await page.locator('couture-message-list .bubble').allInnerTexts(), [
      'without cookies',
      'second',
      'third',
    ]);
    assert.is(await page.getByText('no longer have access').count(), 0);
    assert.equal(errors, []);
  } finally {
    host.close();
  }
});
