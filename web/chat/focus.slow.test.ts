// The focus through the life of a chat: whatever is removed while it has the focus, something useful has it afterwards. And
// invitations to it, which take neither focus nor place, and the console's dialog for their rules.
import type { Page } from 'playwright-core';
import { queryDatabase } from '../../fixtures/database.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { letsAxeIn, violations } from '../test-support/axe.ts';
import { desktop, phone, type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';
import { atDesk, begin, composer, row, take } from '../test-support/two-sides.ts';
import { untilInPage } from '../test-support/until-in-page.ts';

const test = suite<{ shop: ShopInBrowser }>('focus in chats');
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.shop?.close());

const focused = (page: Page) => page.evaluate(() => deepFocus()?.localName ?? 'nothing');
const lands = (page: Page, on: string) =>
  page.waitForFunction((name) => deepFocus()?.localName === name, on, { timeout: 20_000 });

for (const [name, device] of Object.entries({
  phone,
  desktop: { ...desktop, isMobile: false, hasTouch: false },
})) {
  test(`a shopper's keyboard always goes somewhere (${name})`, async ({ shop }) => {
    const { page } = await shop.visit(device);
    await begin(page, `Fay ${name}`, 'Is it warm?');
    await lands(page, 'textarea');
    await page.keyboard.type('typed on');
    assert.is(await composer(page).inputValue(), 'typed on');
    for (const answer of ['Cancel', 'End chat']) {
      await page.getByRole('button', { name: 'End', exact: true }).click();
      const choice = page.getByRole('button', { name: answer, exact: true });
      await choice.focus();
      await page.keyboard.press('Enter');
      await choice.waitFor({ state: 'detached' });
      await lands(page, answer === 'Cancel' ? 'textarea' : 'button');
    }
    const again = page.getByRole('button', { name: 'Start a new chat' });
    await again.focus();
    await page.keyboard.press('Enter');
    await lands(page, 'input');
  });
}

test('buttons that end their own use hand the focus on: start, send, resolve', async ({ shop }) => {
  const { page } = await shop.visit(phone);
  await page.goto('/');
  await page.locator('couture-chat .launcher').click();
  const start = page.locator('couture-chat-start');
  await start.getByLabel('Your name').fill('Ida');
  await start.getByLabel('Your message').fill('Is it warm?');
  await start
    .getByRole('button', { name: 'Start chat' })
    .or(start.getByRole('button', { name: 'Send message' }))
    .focus();
  await page.keyboard.press('Enter');
  await page.locator('couture-chat-composer textarea:focus').waitFor();
  await page.keyboard.type('And soft?');
  await page.getByRole('button', { name: 'Send', exact: true }).focus();
  await page.keyboard.press('Space');
  await page.locator('couture-chat-composer textarea:focus').waitFor();
  const agent = await atDesk(shop, 'staff');
  await take(agent.page, 'Ida');
  const resolve = agent.page.getByRole('button', { name: 'Resolve', exact: true });
  await resolve.focus();
  await agent.page.keyboard.press('Enter');
  await agent.page.locator('couture-console-chat button:focus', { hasText: 'Reopen' }).waitFor();
});

test('on a phone the focus stays in the panel', async ({ shop }) => {
  const { page } = await shop.visit(phone);
  await begin(page, 'Gil', 'Which one?');
  for (let turn = 0; turn < 12; turn++) {
    await page.keyboard.press(turn < 6 ? 'Tab' : 'Shift+Tab');
    assert.ok(
      await page.evaluate(() => deepFocus()?.getRootNode() !== document),
      'the focus has left the chat',
    );
    assert.is.not(await focused(page), 'body');
  }
});

test('on a phone the panel comes back after a reload, but does not cover the next page', async ({ shop }) => {
  const { page } = await shop.visit(phone);
  await begin(page, 'Hal', 'Is it long?');
  await page.reload();
  await composer(page).waitFor();
  await page.goto('/category/Bags');
  await page.locator('couture-chat .launcher').waitFor();
  assert.is(await composer(page).count(), 0);
});

test('an invitation appears beside the button of who hesitates, takes neither focus nor place, and leaves by Escape', async ({
  shop,
}) => {
  // Nobody is invited while others wait.
  await queryDatabase(shop.databaseUrl, 'delete from couture.chat_session');
  await queryDatabase(
    shop.databaseUrl,
    `insert into couture.chat_invite (invite_id, path, idle, holdout, texts)
     values ('sizes', '/product/*', 5, 0, '{"en": "<b>Need</b> help with your size?", "de": "Fragen zur Größe?"}')`,
  );
  const agent = await atDesk(shop, 'staff');
  // A page that asks before an agent is free asks again after five minutes.
  await until(async () => {
    const free = `select from couture.chat_agent a join couture.chat_console c using (sub) where a.state = 'available'`;
    return (await queryDatabase(shop.databaseUrl, free)).length > 0;
  }, 'an agent is free');
  const small = { ...phone, viewport: { width: 390, height: 664 } };
  const { page, errors, context } = await shop.visit(small);
  await page.goto('/');
  await untilInPage(
    page,
    async () => (await (await fetch('/api/shop')).json()).chat_invites,
    'the rule to be in use',
  );
  await page.goto('/product/6');
  const asked: string[] = [];
  page.on('request', (request) => request.url().includes('chat-invites') && asked.push(request.url()));
  await page.getByRole('heading', { level: 1 }).waitFor();
  const field = page.getByRole('button', { name: /^Add to bag/ }).first();
  await field.focus();
  const before = await page.evaluate(() => [document.activeElement?.localName, scrollY]);
  const box = page.locator('couture-chat .invitation');
  await box.waitFor();
  assert.equal(await page.evaluate(() => [document.activeElement?.localName, scrollY]), before);
  assert.is((await box.locator('.words').innerText()).trim(), '<b>Need</b> help with your size?');
  assert.is(
    await box.evaluate((each) => getComputedStyle(each).position),
    'fixed',
    'out of the flow: it shifts nothing',
  );
  const covers = await page.evaluate(() => {
    const find = (selector: string, root: ParentNode = document): Element | undefined => {
      for (const each of root.querySelectorAll('*')) {
        if (each.matches(selector)) return each;
        const inner = each.shadowRoot && find(selector, each.shadowRoot);
        if (inner) return inner;
      }
      return undefined;
    };
    const [one, bar] = [find('.invitation')!, find('.buy-bar, .bar')].map((each) =>
      each?.getBoundingClientRect(),
    );
    return {
      inside: one!.left >= 0 && one!.right <= innerWidth && one!.top >= 0,
      overlaps: bar !== undefined && bar.height > 0 && one!.bottom > bar.top && one!.top < bar.bottom,
    };
  });
  assert.equal(covers, { inside: true, overlaps: false });
  // One card at a time: it makes way for what was added to the bag, and prompts wait for its end.
  await page.evaluate(() =>
    dispatchEvent(
      Object.assign(new Event('beforeinstallprompt', { cancelable: true }), {
        prompt: async () => ({ outcome: 'dismissed' }),
      }),
    ),
  );
  await field.click();
  await page.locator('couture-shop-message .message').waitFor();
  await box.waitFor({ state: 'detached' });
  await page.locator('couture-shop-message').getByRole('button', { name: 'Close' }).click();
  await box.waitFor();
  const prompt = page.locator('couture-install-prompt aside');
  assert.is(await prompt.count(), 0);
  await page.keyboard.press('Escape');
  await prompt.waitFor();
  await box.waitFor({ state: 'detached' });
  // Once in a week, on every page.
  const stored = `select count(*)::int as n from couture.chat_invitation`;
  assert.equal(await queryDatabase(shop.databaseUrl, stored), [{ n: 1 }]);
  assert.is(asked.filter((url) => url.includes('/showings')).length, 1);
  assert.not.ok(
    asked.some((url) => url.includes('product')),
    'neither page nor cart is sent',
  );
  assert.equal(errors, []);
  await context.close();

  // In the shopper's language; the chat begins with what the shop asked.
  const german = await shop.visit({ ...desktop, isMobile: false, hasTouch: false, locale: 'de-DE' });
  await german.page.goto('/product/6');
  const words = german.page.locator('couture-chat .invitation .words');
  await words.waitFor();
  assert.equal([await words.innerText(), await words.getAttribute('lang')], ['Fragen zur Größe?', 'de']);
  // Another page has it, and so has the form, which the next page opens again.
  await german.page.goto('/category/Bags');
  await words.click();
  const askedFor = german.page.locator('couture-chat .asked', { hasText: 'Fragen zur Größe?' });
  await askedFor.waitFor();
  await german.page.reload();
  await askedFor.waitFor();
  await german.page.locator('couture-chat-start input').first().fill('Gerda');
  await german.page.locator('couture-chat-start textarea').fill('Ja, bitte');
  await german.page.keyboard.press('Enter');
  await row(agent.page, 'Gerda').waitFor();
  const subjects = await queryDatabase(shop.databaseUrl, 'select subject from couture.chat_session');
  assert.equal(subjects, [{ subject: 'Fragen zur Größe?' }]);
  assert.equal(german.errors, []);
  // Who opts out has no id, and is left alone.
  const quiet = await shop.visit();
  await quiet.page.addInitScript(() =>
    Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }),
  );
  await quiet.page.goto('/product/6');
  await quiet.page.locator('couture-chat .launcher').waitFor();
  assert.is(await quiet.page.evaluate(() => localStorage.getItem('couture-visitor')), null);
});

test('an admin creates, changes, turns off and removes a rule for invitations by keyboard; agents see none', async ({
  shop,
}) => {
  await queryDatabase(shop.databaseUrl, 'delete from couture.chat_invitation');
  await queryDatabase(shop.databaseUrl, 'delete from couture.chat_invite');
  await queryDatabase(
    shop.databaseUrl,
    `insert into couture.chat_team (team_id, name) values ('sizes', 'Sizes and fit')`,
  );
  const { page: agents } = await atDesk(shop, 'staff');
  assert.is(await agents.getByRole('button', { name: 'Invitations' }).count(), 0);
  const found: string[] = [];
  for (const [viewport, colorScheme] of [
    [{ width: 1280, height: 800 }, 'light'],
    [{ width: 390, height: 664 }, 'dark'],
  ] as const) {
    const { page, errors } = await atDesk(shop, 'admin', { ...letsAxeIn, viewport, colorScheme });
    const dialog = page.getByRole('dialog', { name: 'Invitations' });
    const fits = async (what: string) => {
      const wide = await dialog.evaluate((each) => each.scrollWidth > each.clientWidth);
      const page_ = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      if (wide || page_) found.push(`${what} is wider than ${viewport.width} px`);
      found.push(...(await violations(page)).map((each) => `${what}: ${each}`));
    };
    await page.getByRole('button', { name: 'Invitations' }).focus();
    await page.keyboard.press('Enter');
    await dialog.getByText('No rules yet').waitFor();
    await fits('no rules');
    await dialog.getByRole('button', { name: 'New invitation' }).press('Enter');
    // The focus is in the first field.
    await page.keyboard.type('sizes');
    await dialog.getByLabel('Text', { exact: true }).fill('Need help with your <b>size</b>?');
    await dialog.getByRole('button', { name: 'Add a language' }).press('Enter');
    await page.keyboard.type('ar');
    await page.keyboard.press('Tab');
    await page.keyboard.type('هل تحتاج مساعدة في المقاس؟');
    const boxes = dialog.locator('.box');
    assert.equal(await boxes.allInnerTexts(), [
      'Need help with your <b>size</b>?',
      'هل تحتاج مساعدة في المقاس؟',
    ]);
    assert.equal(await boxes.evaluateAll((all) => all.map((each) => getComputedStyle(each).direction)), [
      'ltr',
      'rtl',
    ]);
    await dialog.getByLabel('Pages').fill('/product/*');
    await dialog.getByLabel('Bag value').fill('٤٩٫٥');
    await dialog.getByLabel('Team that answers').selectOption({ label: 'Sizes and fit' });
    await dialog.getByLabel('Only visitors').press('Space');
    await fits('form');
    await dialog.getByLabel('Pages').press('Enter');
    const rule = dialog.locator('li', { hasText: 'sizes' });
    await rule.getByText('bag from 49.5').waitFor();
    assert.match(
      await rule.innerText(),
      /\u2066\/product\/\*\u2069 · after 20 s without input · bag from 49.5 · returning visitors only · Sizes and fit · control group 10%/,
    );
    const stored = () =>
      queryDatabase(
        shop.databaseUrl,
        'select enabled, idle, min_cart::float8, only_returning, team_id, texts from couture.chat_invite',
      );
    const texts = { en: 'Need help with your <b>size</b>?', ar: 'هل تحتاج مساعدة في المقاس؟' };
    const row = { enabled: true, idle: 20, min_cart: 49.5, only_returning: true, team_id: 'sizes', texts };
    assert.equal(await stored(), [row]);
    await queryDatabase(
      shop.databaseUrl,
      `insert into couture.chat_invitation (visitor, invite_id, arm, opened_at)
       select 'visitor ' || n, 'sizes', case when n < 4 then 'invited' else 'holdout' end, case when n = 1 then now() end from generate_series(1, 4) n`,
    );
    await rule.getByRole('button', { name: 'Edit sizes' }).press('Enter');
    await dialog.getByLabel('Seconds without input').fill('45');
    await dialog.getByRole('button', { name: 'Remove the text in ar' }).press('Enter');
    await dialog.getByRole('button', { name: 'Save' }).press('Enter');
    await rule.getByText('after 45 s').waitFor();
    assert.is(await page.evaluate(() => deepFocus()?.getAttribute('aria-label')), 'Edit sizes');
    await rule.getByRole('button', { name: 'Turn off sizes' }).press('Enter');
    await rule.getByText('Off').waitFor();
    assert.equal(await stored(), [{ ...row, enabled: false, idle: 45, texts: { en: texts.en } }]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Invitations' }).press('Enter');
    await rule.getByText('Shown to 3 visitors, 1 of them opened the chat. Control group: 1').waitFor();
    await rule.getByText('none is that long ago yet').waitFor();
    // Longer ago, and more of them.
    await queryDatabase(
      shop.databaseUrl,
      `insert into couture.chat_invitation (visitor, customer, invite_id, arm, at)
       select 'customer ' || customer_id, customer_id::text, 'sizes', case when customer_id % 2 = 0 then 'invited' else 'holdout' end, now() - interval '20 days'
       from shop.customer`,
    );
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Invitations' }).press('Enter');
    await rule
      .getByText(
        /^[\d.]+% of the invited ordered within 7 days, [\d.]+% of the control group: [+-]?\d+% \(95% interval: /,
      )
      .waitFor();
    await rule.getByText(/^(This may be chance|The invitation (brings|costs|changes))/).waitFor();
    await fits('list');
    await rule.getByRole('button', { name: 'Remove sizes' }).press('Enter');
    await rule.getByRole('button', { name: 'Remove sizes for good' }).press('Enter');
    await dialog.getByText('No rules yet').waitFor();
    assert.equal(await stored(), []);
    await queryDatabase(shop.databaseUrl, 'delete from couture.chat_invitation');
    assert.equal(errors, []);
  }
  assert.equal(found, []);
});
