// Teams, states and targets in the console and in the start form, at a desk and on a phone: what agents do and see, and axe.
import { queryDatabase } from '../../fixtures/database.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { letsAxeIn, violations } from '../test-support/axe.ts';
import { type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';
import { tightButtons } from '../test-support/tight-buttons.ts';
import { atDesk, begin, composer, row, said, take, write } from '../test-support/two-sides.ts';

const test = suite<{ shop: ShopInBrowser }>('queues in the console', { timeout: 300_000 });

/** A phone, of which a keyboard can be used, too. */
const touch = { viewport: { width: 390, height: 664 }, hasTouch: true };

test.before(async (context) => {
  context.shop = await shopInBrowser({ COUTURE_CHAT_TARGET: '3m' });
  await queryDatabase(
    context.shop.databaseUrl,
    `insert into couture.chat_team (team_id, name, target) values ('returns', 'Returns & refunds', 120), ('sizes', 'Sizes and fit', null)`,
  );
});
test.afterEach(async ({ shop }) => {
  await shop.closeWindows();
  await queryDatabase(shop.databaseUrl, 'delete from couture.chat_session');
});
test.after((context) => context.shop?.close());

test('a shopper chooses a team, and its queue counts down; the chat moves to another team by keyboard', async ({
  shop,
}) => {
  const { page } = await shop.visit();
  await page.goto('/');
  await page.locator('couture-chat .launcher').click();
  const form = page.locator('couture-chat-start');
  await form.getByLabel('What is it about?').selectOption({ label: 'Returns & refunds' });
  await form.getByLabel('Your name').fill('Ida');
  await form.getByLabel('Your message').fill('Where is my refund?');
  await page.keyboard.press('Enter');
  const { page: desk, errors } = await atDesk(shop, 'staff');
  const chat = row(desk, 'Ida');
  await chat.getByText('Returns & refunds').waitFor();
  await chat.locator('couture-countdown', { hasText: /answer in [12]:\d\d/ }).waitFor();
  await desk.getByLabel('Team', { exact: true }).selectOption({ label: 'Sizes and fit' });
  await desk.getByText('No chats are waiting.').waitFor();
  await desk.getByLabel('Team', { exact: true }).selectOption({ label: 'All teams' });
  await chat.click();
  await desk.locator('couture-console-chat header').getByText('Returns & refunds').waitFor();
  await desk.keyboard.press('m');
  await desk.locator('couture-transfer-dialog dialog[open]').waitFor();
  await desk.keyboard.press('S');
  await desk.keyboard.press('Tab');
  await desk.keyboard.type('Asks about the fit, too');
  await desk.keyboard.press('Tab');
  await desk.keyboard.press('Enter');
  await chat.getByText('Sizes and fit').waitFor();
  await desk.getByText('Asks about the fit, too').waitFor();
  await desk.keyboard.press('t');
  await composer(desk).fill('It is on its way.');
  await composer(desk).press('Enter');
  await desk.locator('couture-console-chat couture-countdown:not([urgency])').waitFor({ state: 'attached' });
  assert.equal(errors, []);
});

test('a target that passes is announced and stands in the title; the state is the same on every page', async ({
  shop,
}) => {
  const { page: desk } = await atDesk(shop, 'staff');
  const { page: other } = await atDesk(shop, 'staff');
  await begin((await shop.visit()).page, 'Frieda', 'Does the linen shirt run small?');
  await row(desk, 'Frieda').waitFor();
  await queryDatabase(
    shop.databaseUrl,
    `update couture.chat_session set unanswered_since = now() - interval '4 min'`,
  );
  await desk
    .getByRole('alert')
    .getByText('Frieda has waited longer than the target')
    .waitFor({ state: 'attached' });
  await row(desk, 'Frieda').locator('couture-countdown', { hasText: 'answer overdue by 1 min' }).waitFor();
  assert.match(await desk.title(), /^⚠ \(1\)/);
  await desk.locator('body').press('a');
  await other.getByRole('button', { name: 'Away', pressed: false }).waitFor();
  await other.getByRole('button', { name: 'Away' }).click();
  await desk.getByRole('button', { name: 'Available', pressed: true }).waitFor();
});

test('labels: added by keyboard, shown in the list, filtered, found and removed', async ({ shop }) => {
  await begin((await shop.visit()).page, 'Ida', 'The dress is two sizes too small');
  await begin((await shop.visit()).page, 'Karl', 'Do you ship to Graz?');
  const { page: desk, errors } = await atDesk(shop, 'staff');
  await row(desk, 'Ida').click();
  await desk.locator('couture-console-chat .titles h2').getByText('Ida').waitFor();
  await desk.keyboard.press('l');
  await desk.keyboard.type('Wrong size');
  await desk.keyboard.press('Enter');
  await row(desk, 'Ida').getByText('Wrong size').waitFor();
  await desk.keyboard.press('Escape');
  await desk.getByRole('combobox', { name: 'Label', exact: true }).selectOption({ label: 'Wrong size' });
  await row(desk, 'Karl').waitFor({ state: 'detached' });
  await desk.getByRole('combobox', { name: 'Label', exact: true }).selectOption({ label: 'All labels' });
  await desk.getByPlaceholder('Search all chats').fill('wrong siz');
  await row(desk, 'Karl').waitFor({ state: 'detached' });
  await row(desk, 'Ida').waitFor();
  await desk.getByRole('button', { name: 'Remove label Wrong size' }).click();
  await desk.locator('button.chat .label').waitFor({ state: 'detached' });
  assert.is(await desk.evaluate(() => deepFocus()?.className), 'add');
  assert.equal(errors, []);
});

test('a reply is sent later, held when the shopper writes first, and a snoozed chat has a list of its own', async ({
  shop,
}) => {
  const shopper = await shop.visit();
  await begin(shopper.page, 'Ida', 'Is the coat back in navy?');
  const { page: desk, errors } = await atDesk(shop, 'staff');
  await take(desk, 'Ida');
  await composer(desk).fill('It is back!');
  await desk.getByRole('button', { name: 'Send later' }).click();
  await desk.getByRole('dialog').getByRole('button', { name: 'Next week' }).click();
  await desk.getByText('Will be sent Monday').waitFor();
  assert.is(await composer(desk).inputValue(), '');
  await write(shopper.page, 'Or in green?');
  await desk.getByText('Not sent: the shopper has written since.').waitFor();
  await desk.getByRole('button', { name: 'Edit' }).click();
  await desk.locator('couture-scheduled-replies').getByLabel('Text').fill('It is back in navy and green!');
  await desk.getByRole('button', { name: 'Save' }).click();
  await desk.getByText('Will be sent Monday').waitFor();
  await queryDatabase(shop.databaseUrl, 'update couture.chat_scheduled set send_at = now()');
  await said(shopper.page, 'It is back in navy and green!').waitFor();
  await desk.locator('couture-scheduled-replies ul').waitFor({ state: 'detached' });

  await desk.locator('couture-console-chat .log').press('z');
  await desk.getByRole('dialog').getByLabel('Another time').fill('2020-01-01T10:00');
  await desk.getByRole('dialog').getByRole('button', { name: 'Snooze' }).click();
  await desk.getByText('This time has passed.').waitFor();
  await desk.getByRole('dialog').getByRole('button', { name: 'In one hour' }).click();
  await desk.getByRole('button', { name: 'Snoozed 1' }).click();
  await row(desk, 'Ida').getByText('snoozed until').waitFor();
  await write(shopper.page, 'Thank you');
  await desk.getByRole('button', { name: 'Mine 1' }).click();
  await row(desk, 'Ida').waitFor();

  await composer(desk).fill('Green is back, too.');
  await desk.getByRole('button', { name: 'Send later' }).click();
  await desk.getByRole('dialog').getByRole('button', { name: 'Next week' }).click();
  await desk.getByText('Will be sent Monday').waitFor();
  await desk.getByRole('button', { name: 'Resolve', exact: true }).click();
  await desk.getByRole('button', { name: 'Reopen', exact: true }).waitFor();
  await queryDatabase(shop.databaseUrl, 'update couture.chat_scheduled set send_at = now()');
  await desk.getByText('Not sent: the chat is no longer yours.').waitFor();
  assert.is(await desk.getByRole('button', { name: 'Send now' }).count(), 0, 'it would be held again');
  await desk.getByRole('button', { name: 'All', exact: true }).click();
  await row(desk, 'Ida').getByText('reply not sent').waitFor();
  await desk.getByRole('button', { name: 'Reopen', exact: true }).click();
  await desk.getByRole('button', { name: 'Send now' }).click();
  await said(shopper.page, 'Green is back, too.').waitFor();
  assert.equal(errors, []);
});

test('filters are saved for the agent; the palette finds chats and commands by keyboard, and returns the focus', async ({
  shop,
}) => {
  await begin((await shop.visit()).page, 'Ida Berg', 'The dress is two sizes too small');
  await begin((await shop.visit()).page, 'Karl', 'Do you ship to Graz?');
  await begin((await shop.visit()).page, 'Nora', 'Which dress is the longest?');
  await queryDatabase(
    shop.databaseUrl,
    `update couture.chat_session set team_id = 'sizes' where name in ('Ida Berg', 'Karl')`,
  );
  const { page: desk, errors } = await atDesk(shop, 'staff', letsAxeIn);
  await desk.getByLabel('Team', { exact: true }).selectOption({ label: 'Sizes and fit' });
  await row(desk, 'Nora').waitFor({ state: 'detached' });
  await row(desk, 'Karl').waitFor();
  // Saved before the results are there.
  await desk.getByPlaceholder('Search all chats').fill('dress');
  await desk.getByRole('button', { name: 'Save filter' }).click();
  await desk.getByLabel('Name of the filter').fill('Dresses');
  await desk.keyboard.press('Enter');
  await desk.getByRole('button', { name: 'Dresses', exact: true, pressed: true }).waitFor();
  const { page: again } = await atDesk(shop, 'staff');
  await again.getByRole('button', { name: 'Dresses', exact: true, pressed: false }).click();
  await row(again, 'Karl').waitFor({ state: 'detached' });
  await row(again, 'Ida').waitFor();
  assert.is(await row(again, 'Nora').count(), 0);
  assert.is(await again.getByPlaceholder('Search all chats').inputValue(), 'dress');
  const { page: admins } = await atDesk(shop, 'admin');
  await row(admins, 'Karl').waitFor();
  assert.is(await admins.getByRole('button', { name: 'Dresses' }).count(), 0);

  const palette = desk.getByRole('combobox', { name: 'Find a chat or a command' });
  const choose = async (typed: string, option: string) => {
    await desk.keyboard.press('Control+k');
    await palette.fill(typed);
    await desk.getByRole('option', { name: option, selected: true }).waitFor();
    await desk.keyboard.press('Enter');
    await palette.waitFor({ state: 'hidden' });
  };
  await choose('karl', 'Karl');
  await desk.locator('couture-console-chat .titles h2', { hasText: 'Karl' }).waitFor();
  const number = new URL(desk.url()).hash.slice(0, 9);
  await choose('ida', 'Ida Berg');
  await choose(number, 'Karl');
  await choose('take', 'Take');
  await composer(desk).fill('Yes, within');
  await desk.keyboard.press('Control+k');
  await desk.getByRole('option', { name: 'Resolve', selected: true }).waitFor();
  assert.equal(await violations(desk), []);
  await desk.keyboard.press('ArrowUp');
  await desk.getByRole('option', { name: 'Keyboard shortcuts', selected: true }).waitFor();
  await desk.keyboard.press('Escape');
  await palette.waitFor({ state: 'hidden' });
  assert.is(await desk.evaluate(() => deepFocus()?.localName), 'textarea');
  await desk.keyboard.type(' two days');
  assert.is(await composer(desk).inputValue(), 'Yes, within two days');
  await choose('add a label', 'Add a label');
  await desk.keyboard.type('Shipping');
  await desk.keyboard.press('Enter');
  await desk.getByRole('button', { name: 'Remove label Shipping' }).waitFor();
  await choose('shipping', 'Karl');
  await desk.getByRole('button', { name: 'All', exact: true }).click();
  await row(desk, 'Karl').waitFor();
  await choose('dresses', 'Dresses');
  await row(desk, 'Karl').waitFor({ state: 'detached' });
  assert.equal(errors, []);
});

test('shortcuts of one character are turned off for this device; the palette opens by touch, and returns the focus', async ({
  shop,
}) => {
  await begin((await shop.visit()).page, 'Ida', 'Is the coat back in navy?');
  const { page: desk, errors } = await atDesk(shop, 'staff', { ...letsAxeIn, ...touch });
  await row(desk, 'Ida').waitFor();
  const opener = desk.getByRole('button', { name: 'Find a chat or a command' });
  const { width, height } = (await opener.boundingBox())!;
  assert.ok(width >= 44 && height >= 44, `the button has ${width} x ${height} px`);
  const palette = desk.getByRole('combobox', { name: 'Find a chat or a command' });
  const sheet = desk.getByRole('dialog', { name: 'Keyboard shortcuts' });
  const focused = () => desk.evaluate(() => deepFocus()?.getAttribute('aria-label'));
  await opener.tap();
  await palette.waitFor();
  const close = desk.getByRole('dialog', { name: 'Commands' }).getByRole('button', { name: 'Close' });
  assert.ok((await close.boundingBox())!.width >= 44);
  assert.equal(await violations(desk), []);
  await close.tap();
  await palette.waitFor({ state: 'hidden' });
  assert.is(await focused(), 'Find a chat or a command');

  const turn = async (on: boolean) => {
    await opener.tap();
    await desk.getByRole('option', { name: 'Keyboard shortcuts' }).tap();
    await sheet.getByRole('switch', { name: 'Single-key shortcuts', checked: !on }).tap();
    await sheet.getByRole('switch', { checked: on }).waitFor();
    assert.equal(await violations(desk), []);
    await sheet.getByRole('button', { name: 'Close' }).tap();
    await sheet.waitFor({ state: 'hidden' });
    assert.is(await focused(), 'Find a chat or a command');
  };
  await turn(false);
  await desk.reload();
  await row(desk, 'Ida').click();
  await desk.getByRole('button', { name: 'Take', exact: true }).waitFor();
  for (const key of [...'jksatemuzlnip?/']) await desk.keyboard.press(key);
  // Shortcuts act at once: this one comes after all of them.
  await desk.keyboard.press('Control+k');
  await desk.getByRole('option', { name: 'Take', selected: true }).waitFor();
  assert.is(await desk.locator('couture-command-palette kbd').count(), 0);
  await desk.keyboard.press('Escape');
  await palette.waitFor({ state: 'hidden' });
  assert.is(await desk.locator('dialog[open], couture-shopper-panel, couture-chat-composer').count(), 0);
  await desk.getByRole('button', { name: 'Available', pressed: true }).waitFor();
  // A closed dialog loses the focus with the next frame, if what had it before is hidden now.
  await desk.waitForFunction(() => {
    const root = deepFocus()?.getRootNode();
    return !(root instanceof ShadowRoot && root.host.matches('couture-command-palette'));
  });
  await desk.keyboard.press('Escape');
  await row(desk, 'Ida').waitFor();
  await turn(true);
  await desk.keyboard.press('j');
  await desk.keyboard.press('t');
  await composer(desk).waitFor();
  assert.equal(errors, []);
});

test('no button of the console is cut off or broken into lines, at 390 and 320 px, in any language', async ({
  shop,
}) => {
  await begin((await shop.visit()).page, 'Jonas', 'Is the wool coat back in navy next week?');
  const found: string[] = [];
  for (const locale of ['en-GB', 'de-DE', 'ar-EG']) {
    await queryDatabase(
      shop.databaseUrl,
      `update couture.chat_session set state = 'waiting', assigned_to = null, assigned_name = null`,
    );
    const { page } = await atDesk(shop, 'staff', { ...touch, locale });
    assert.is(await page.evaluate(() => document.documentElement.lang), locale.slice(0, 2));
    const check = async (what: string) => {
      for (const width of [390, 320]) {
        await page.setViewportSize({ width, height: 664 });
        found.push(...(await tightButtons(page)).map((each) => `${locale} ${width} px, ${what}: ${each}`));
      }
    };
    await row(page, 'Jonas').waitFor();
    await check('list');
    const { height } = (await page.locator('couture-console .bar').boundingBox())!;
    assert.ok(height < 60, `${locale}: the bar has more than a row, ${height} px`);
    await row(page, 'Jonas').click();
    const more = page.locator('couture-console-chat .actions .more');
    await more.waitFor();
    await check('waiting chat');
    await page.keyboard.press('t');
    await composer(page).waitFor();
    await check('own chat');
    await more.tap();
    await page.locator('couture-console-chat .actions .rest').first().waitFor();
    await check('own chat, all actions');
  }
  assert.equal(found, []);
});

for (const [device, viewport, colorScheme] of [
  ['phone', { width: 390, height: 664 }, 'light'],
  ['phone', { width: 320, height: 664 }, 'dark'],
  ['desk', { width: 1280, height: 800 }, 'dark'],
] as const)
  test(`axe finds nothing, and nothing is cut off, ${device} of ${viewport.width} px, ${colorScheme}`, async ({
    shop,
  }) => {
    await begin((await shop.visit()).page, 'Jonas', 'Is the wool coat back in navy next week?');
    await queryDatabase(
      shop.databaseUrl,
      `update couture.chat_session set team_id = 'returns', unanswered_since = now() - interval '9 min'`,
    );
    const { page } = await atDesk(shop, 'staff', { ...letsAxeIn, viewport, colorScheme });
    await row(page, 'Jonas').locator('couture-countdown[urgency=missed]').waitFor();
    const found = await violations(page);
    await row(page, 'Jonas').click();
    await page.locator('couture-console-chat header couture-countdown[urgency=missed]').waitFor();
    for (const name of ['Refund', 'VIP', 'Wrong size', 'Waiting for the warehouse in Graz']) {
      await page.getByRole('button', { name: 'Add a label' }).click();
      await page.locator('couture-chat-labels input').fill(name);
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: `Remove label ${name}` }).waitFor();
      await page.keyboard.press('Escape');
    }
    found.push(...(await violations(page)));
    const more = page.getByRole('button', { name: 'More', exact: true });
    if (await more.isVisible()) await more.click();
    await page.getByRole('button', { name: 'Transfer', exact: true }).click();
    await page.locator('couture-transfer-dialog dialog[open]').waitFor();
    found.push(...(await violations(page)));
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Take', exact: true }).click();
    await composer(page).fill('It is back on Monday');
    await page.getByRole('button', { name: 'Send later' }).click();
    await page.locator('couture-time-dialog dialog[open]').waitFor();
    found.push(...(await violations(page)));
    await page.getByRole('dialog').getByRole('button', { name: 'Next week' }).click();
    await page.getByText('Will be sent').waitFor();
    await page.getByRole('button', { name: 'Snooze', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'In one hour' }).click();
    await page.getByText('Snoozed until').waitFor();
    found.push(...(await violations(page)));
    assert.equal(found, []);
    if (await more.isVisible()) await more.click();
    const { width, height } = (await page.locator('couture-console-chat header').boundingBox())!;
    assert.ok(width <= viewport.width && height < 200, `the chat's header takes ${width} x ${height} px`);
    const back = page.getByRole('button', { name: 'Back to the list' });
    if (await back.isVisible()) await back.click();
    await page.locator('couture-list-tabs').waitFor();
    const tabs = (await page.locator('couture-list-tabs').boundingBox())!;
    assert.ok(tabs.height < 60, `the lists' buttons take ${tabs.height} px`);
    assert.is(await page.evaluate(() => document.documentElement.scrollWidth), viewport.width);
  });
