// Devices that are not as expected: two consoles of one agent, clocks that are wrong, storage that was evicted.
import type { Page } from 'playwright-core';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';
import { atDesk, begin, composer, row, said, take, write } from '../test-support/two-sides.ts';

const test = suite<{ shop: ShopInBrowser }>('clocks, tabs and evicted storage');
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.shop?.close());

/** Counts the chimes of a console; each has two tones. */
async function countTones(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (at) {
      document.body.dataset.tones = String(Number(document.body.dataset.tones ?? 0) + 1);
      start.call(this, at);
    };
  });
  return () => page.evaluate(() => Number(document.body.dataset.tones ?? 0));
}

test('consoles in three tabs chime once per event', async ({ shop }) => {
  const { page: first, context } = await atDesk(shop, 'staff');
  const tabs = [first, await context.newPage(), await context.newPage()];
  const counts: Array<() => Promise<number>> = [];
  for (const tab of tabs) {
    await tab.goto('/console');
    await tab.locator('couture-console nav').waitFor();
    // Browsers play no sound before a click.
    await tab.getByRole('button', { name: 'All', exact: true }).click();
    counts.push(await countTones(tab));
  }
  for (const [at, name] of ['Karl', 'Lena', 'Mona'].entries()) {
    const { page } = await shop.visit();
    await begin(page, name, `Hello from ${name}`);
    for (const tab of tabs) await row(tab, `Hello from ${name}`).waitFor();
    const total = async () => (await Promise.all(counts.map((count) => count()))).reduce((a, b) => a + b);
    await until(async () => (await total()) >= 2 * (at + 1), 'a chime');
    // Nothing later: a claim settles within a quarter of a second.
    await tabs[0]!.waitForTimeout(600);
    assert.is(await total(), 2 * (at + 1), 'two tones per event, in one tab');
  }
});

test('two windows of one agent show the same, keep their drafts apart, and end together', async ({
  shop,
}) => {
  const { page } = await shop.visit();
  await begin(page, 'Pia', 'Hello from Pia');
  const { page: first, context, errors } = await atDesk(shop, 'staff');
  const second = await context.newPage();
  await second.goto('/console');
  for (const window of [first, second]) await row(window, 'Pia').click();
  await first.getByRole('button', { name: 'Take', exact: true }).click();
  for (const window of [first, second]) await composer(window).waitFor();
  // Neither window is somebody else.
  assert.is(await second.getByText('Also viewing').count(), 0);
  await composer(first).fill('A draft of the first');
  await composer(second).fill('Sent by the second');
  await composer(second).press('Enter');
  for (const each of [first, second, page]) await said(each, 'Sent by the second').waitFor();
  assert.is(await composer(first).inputValue(), 'A draft of the first');
  assert.is(await said(first, 'Sent by the second').count(), 1);
  await second.getByRole('button', { name: 'Private note' }).click();
  const note = second.locator('couture-chat-composer textarea[aria-label^="Note"]');
  await note.fill('Wants it soon');
  await note.press('Enter');
  for (const window of [first, second]) await said(window, 'Wants it soon').waitFor();
  // Read in one, read in both.
  await said(page, 'Sent by the second').waitFor();
  await write(page, 'Thank you');
  for (const window of [first, second]) {
    await said(window, 'Thank you').waitFor();
    await row(window, 'Pia').locator('.count').waitFor({ state: 'detached' });
  }
  await first.getByRole('button', { name: 'Available' }).click();
  await second.getByRole('button', { name: 'Away' }).click();
  await first.getByRole('button', { name: 'Available' }).waitFor();
  await first.getByRole('button', { name: 'Resolve', exact: true }).click();
  await second.getByRole('button', { name: 'Reopen' }).waitFor();
  await first.getByRole('button', { name: 'Sign out' }).click();
  for (const window of [first, second]) await window.getByText('Sign in with a staff account.').waitFor();
  await write(page, 'Are you there?');
  await said(page, 'Are you there?').waitFor();
  assert.is(await said(second, 'Are you there?').count(), 0);
  // Another agent signs in in one of them.
  await first
    .context()
    .request.post('/demo/sign-in', { form: { sub: 'admin', role: 'admin' }, maxRedirects: 0 });
  for (const window of [first, second]) {
    await window.goto('/console');
    await window.getByText('Ada Admin').first().waitFor();
  }
  await first
    .context()
    .request.post('/demo/sign-in', { form: { sub: 'staff', role: 'staff' }, maxRedirects: 0 });
  await first.goto('/console');
  for (const window of [first, second]) await window.getByText('Sam Staff').first().waitFor();
  assert.equal(errors, []);
});

test('a console comes back by itself when the agent signs in again in another tab', async ({ shop }) => {
  const { page: shopper } = await shop.visit();
  await begin(shopper, 'Omar', 'Hello');
  const { page: desk, context } = await atDesk(shop, 'staff');
  const other = await context.newPage();
  await other.goto('/console');
  await other.locator('couture-console nav').waitFor();
  await other.getByRole('button', { name: 'Sign out' }).click();
  const look = () => desk.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await desk.getByText('Sign in with a staff account.').waitFor();
  await context.request.post('/demo/sign-in', { form: { sub: 'staff', role: 'staff' }, maxRedirects: 0 });
  await look();
  await row(desk, 'Omar').waitFor();
});

for (const hours of [-24, -1, 1, 24])
  test(`waiting times follow the server where the agent’s clock is ${hours} h off`, async ({ shop }) => {
    const { page } = await shop.visit();
    await begin(page, `Nora ${hours}`, 'Is it warm?');
    const { page: desk, context } = await atDesk(shop, 'staff');
    await context.addInitScript((ahead) => {
      const now = Date.now;
      Date.now = () => now() + ahead;
    }, hours * 3_600_000);
    await desk.reload();
    const time = row(desk, `Nora ${hours}`).locator('.time');
    await time.waitFor();
    assert.match(await time.innerText(), /^(just now|waiting [12] min)$/);
    assert.is(await time.evaluate((element) => element.classList.contains('late')), false);
  });

test('a guest whose storage was evicted finds the running chat again by the cookie', async ({ shop }) => {
  const { page } = await shop.visit();
  await begin(page, 'Olga', 'Do you have this in red?');
  for (const evict of ['localStorage', 'sessionStorage', 'both'] as const) {
    await page.evaluate((which) => {
      if (which !== 'sessionStorage') localStorage.clear();
      if (which !== 'localStorage') sessionStorage.clear();
    }, evict);
    await page.reload();
    const launcher = page.locator('couture-chat .launcher');
    await launcher.or(page.locator('couture-chat section')).first().waitFor();
    if (await launcher.isVisible()) await launcher.click();
    await said(page, 'Do you have this in red?').waitFor();
    assert.is(await page.locator('couture-chat-start').count(), 0);
  }
});

test('a chat that an agent takes from the queue stays in sight, selected under Mine', async ({ shop }) => {
  const others = await Promise.all(
    ['Paul', 'Quinn'].map(async (name) => ({ name, ...(await shop.visit()) })),
  );
  for (const { page, name } of others) await begin(page, name, `Hello from ${name}`);
  const { page: desk } = await atDesk(shop, 'staff');
  await take(desk, 'Quinn');
  await desk.getByRole('button', { name: /^Mine/, pressed: true }).waitFor();
  assert.is(await row(desk, 'Quinn').getAttribute('aria-current'), 'true');
  assert.is(await row(desk, 'Paul').count(), 0);
});
