// Push messages in a real browser: delivered to the worker through the browser's debugging protocol, shown, clicked,
// turned on and off. The browser's push service is replaced, because a test machine can't reach it, and so are its
// notifications, which a headless browser doesn't have: the test records what the worker shows.
import { createHmac } from 'node:crypto';
import { queryDatabase } from '../../fixtures/database.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { replyTag } from '../../runtime/contract/notification-tag.ts';
import { letsAxeIn, violations } from '../test-support/axe.ts';
import {
  badges,
  clickNotification,
  notifications,
  pushDeclared,
  pusher,
  standIn,
  tray,
} from '../test-support/push-service.ts';
import { type ShopInBrowser, shopInBrowser, withWorker } from '../test-support/shop-in-browser.ts';

const test = suite<{ shop: ShopInBrowser }>('push in the browser');
test.before(async (context) => {
  context.shop = await shopInBrowser({ COUTURE_PUSH_HOSTS: 'localhost:9', COUTURE_PUSH_PRIVATE: 'true' });
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.shop?.close());

test('a message is shown, and a click opens its page in the open tab', async ({ shop }) => {
  const { page } = await shop.visit({ ...withWorker, permissions: ['notifications'] });
  const key = Buffer.alloc(32, 7);
  const [sent] = await queryDatabase(
    shop.databaseUrl,
    `with campaign as (
       insert into couture.push_campaign (message, audience, topic, settings, people, beacon_key)
       values ('{}', '{"all": true}', 'news', '{}', 1, $1) returning campaign_id
     )
     insert into couture.push_delivery (campaign_id, subscription_id, origin, state)
     select campaign_id, 1, 'https://push.test', 'accepted' from campaign returning campaign_id || '.1' as name`,
    [key],
  );
  const name = sent!.name as string;
  const beacon = `${name}.${createHmac('sha256', key).update(name).digest('base64url').slice(0, 22)}`;
  await page.goto('/');
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  const push = await pusher(page, shop.url);
  await push(
    JSON.stringify({
      web_push: 8030,
      notification: {
        title: 'New bags',
        body: 'For cold days',
        navigate: '/category/Bags',
        image: '/pictures/6.svg',
        actions: [
          { action: '1', title: 'View dresses', navigate: '/category/Dresses' },
          { action: '2', title: 'Win', navigate: 'https://evil.example/' },
        ],
        app_badge: '2',
        data: { beacon },
      },
      app_badge: 2,
    }),
  );
  const shown = await notifications(page, 1);
  assert.equal(shown, [
    {
      title: 'New bags',
      body: 'For cold days',
      image: '/pictures/6.svg',
      actions: [{ action: '1', title: 'View dresses' }],
      data: { url: '/category/Bags', beacon, actions: { 1: '/category/Dresses' } },
    },
  ]);
  await until(async () => (await badges(page)).includes(2), 'the number on the icon');
  const events = async (column: string) => {
    const [row] = await queryDatabase(
      shop.databaseUrl,
      `select ${column} is not null as noted from couture.push_delivery`,
    );
    return row!.noted;
  };
  // The impression is counted by the id in the message. The click is lost on the way, and reported with the next event.
  await until(() => events('shown_at'), 'the impression to be counted');
  await page.context().route('**/api/push-events', (route) => route.abort());
  await clickNotification(page, '1');
  await page.waitForURL('**/category/Dresses');
  await page.getByRole('heading', { level: 1, name: 'Dresses' }).waitFor();
  await clickNotification(page);
  await page.waitForURL('**/category/Bags');
  await page.getByRole('heading', { level: 1, name: 'Bags' }).waitFor();
  assert.is((await badges(page)).at(-1), 0, 'a click removes the number');
  await page.waitForFunction(
    () =>
      new Promise((resolve) => {
        const opened = indexedDB.open('couture-outbox');
        opened.onsuccess = () => {
          const kept = opened.result.transaction('waiting').objectStore('waiting').count();
          kept.onsuccess = () => resolve(kept.result > 0);
          opened.result.close();
        };
      }),
  );
  assert.is(await events('clicked_at'), false);
  await page.context().unroute('**/api/push-events');
  await push(JSON.stringify({ notification: { title: 'Another', data: { beacon } } }));
  await until(() => events('clicked_at'), 'the click to be counted');
  // A browser that shows declarative messages itself: the worker shows nothing of its own, and reports the impression.
  await queryDatabase(shop.databaseUrl, 'update couture.push_delivery set shown_at = null returning true');
  await pushDeclared(page, { beacon });
  await until(() => events('shown_at'), 'the impression of the declared message to be counted');
  assert.is((await notifications(page, 2)).length, 2);
});

test('garbage and hostile URLs are shown as plain notifications and lead to the home page', async ({
  shop,
}) => {
  const { page, errors } = await shop.visit({ ...withWorker, permissions: ['notifications'] });
  await page.goto('/');
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  const push = await pusher(page, shop.url);
  const hostile = [
    '',
    'garbage',
    '{"notification":{"title":7}}',
    '{"notification":{"title":"x","navigate":"https://evil.example/"}}',
    '{"notification":{"title":"y","navigate":"javascript:alert(1)","icon":"https://evil.example/i.png"}}',
  ];
  for (const text of hostile) await push(text);
  const shown = await notifications(page, hostile.length);
  assert.ok(shown.every(({ data }) => data.url === '/'));
  assert.equal(shown.map(({ title }) => title).sort(), [
    'ClassyCouture',
    'ClassyCouture',
    'ClassyCouture',
    'x',
    'y',
  ]);
  assert.equal(errors, []);
});

test('notifications are turned on with topics in the account, and signing out removes the subscription everywhere', async ({
  shop,
}) => {
  const { page, context } = await shop.visit({ ...withWorker, permissions: ['notifications'], ...letsAxeIn });
  await standIn(page);
  await context.request.post('/demo/sign-in', { form: { sub: '7', role: 'customer' }, maxRedirects: 0 });
  await page.goto('/account');
  await page.getByText('Notifications are off on this device.').waitFor();
  await page.getByRole('button', { name: 'Turn on notifications' }).click();
  await page.getByLabel('Shop news').waitFor();
  const ofBag = page.getByLabel('Items left in my bag, which the shop stores for this');
  assert.is(await ofBag.count(), 0, 'the shop sends no reminders of bags');
  const row = () =>
    queryDatabase(
      shop.databaseUrl,
      'select customer_id, topics, time_zone is not null as zone from couture.push_subscription',
    );
  assert.equal(await row(), [{ customer_id: '7', topics: ['orders', 'prices', 'stock'], zone: true }]);
  const saved = page.waitForResponse((response) => response.url().endsWith('/api/push-subscriptions'));
  await page.getByLabel('Shop news').check();
  await saved;
  assert.equal((await row())[0]!.topics, ['orders', 'prices', 'stock', 'news']);
  // Reminders of the bag, once the shop sends them: only then the bag is stored, and a sign-out deletes it.
  const bags = () => queryDatabase(shop.databaseUrl, 'select customer_id, items from couture.bag');
  await queryDatabase(
    shop.databaseUrl,
    `insert into couture.push_journey (name, enabled) values ('bag', true)
     on conflict (name) do update set enabled = true returning name`,
  );
  await page.goto('/product/6');
  await page.getByRole('button', { name: 'Add to bag' }).first().click();
  await page.goto('/account');
  await ofBag.waitFor();
  assert.equal(await violations(page, 'couture-shop'), []);
  assert.equal(await bags(), []);
  await ofBag.check();
  await until(async () => (await bags()).length === 1, 'the bag to be stored');
  assert.equal(await bags(), [{ customer_id: '7', items: [{ product_id: '6', quantity: 1 }] }]);
  const push = await pusher(page, shop.url);
  await push(
    JSON.stringify({ web_push: 8030, notification: { title: 'Still in your bag', navigate: '/cart' } }),
  );
  await notifications(page, 1);
  await clickNotification(page);
  await page.waitForURL('**/cart');
  await page.goto('/account');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('You’re signed out.').first().waitFor();
  assert.equal(await row(), []);
  await until(async () => (await bags()).length === 0, 'the bag to be deleted');
  await queryDatabase(shop.databaseUrl, `delete from couture.push_journey where name = 'bag' returning name`);
});

test('the offer appears after saving a product, never on load, says what came of it, and a "no" is remembered', async ({
  shop,
}) => {
  const { page, context } = await shop.visit({ ...withWorker, permissions: ['notifications'] });
  await standIn(page);
  // The shopper didn't want to install the shop, which would be offered first.
  await page.addInitScript(() =>
    localStorage.setItem(
      'couture-install',
      JSON.stringify({ refusedAt: Date.now(), firstVisit: Date.now() }),
    ),
  );
  await context.request.post('/demo/sign-in', { form: { sub: '8', role: 'customer' }, maxRedirects: 0 });
  await page.goto('/product/6');
  const watch = page.locator('couture-product-page').getByRole('button', { name: /^\s*(Save|Saved)\s*$/ });
  await watch.waitFor();
  await page.waitForTimeout(1_500);
  const question = page.locator('couture-push-question');
  assert.is(await question.locator('aside').count(), 0);
  const save = async () => {
    // The question is loaded after the first page, and the watchlist after the sign-in.
    await question.waitFor({ state: 'attached' });
    await page.waitForLoadState('networkidle');
    const isSaved = (await watch.getAttribute('aria-pressed')) === 'true';
    await watch.focus();
    await page.keyboard.press('Enter');
    if (isSaved) await page.keyboard.press('Enter');
  };
  const answer = async (name: string, key = 'Enter') => {
    await question.getByRole('button', { name }).focus();
    await page.keyboard.press(key);
    await question.locator('aside').waitFor({ state: 'detached' });
    await page.locator('couture-product-page button:focus', { hasText: /Save/ }).waitFor();
  };
  await save();
  await question.getByText('Want to know when it changes?').waitFor();
  // It is about the product of this page.
  await page.getByRole('link', { name: /home page$/ }).click();
  await question.locator('aside').waitFor({ state: 'detached' });
  await page.goBack();
  await page.evaluate(() => {
    PushManager.prototype.subscribe = () => Promise.reject(new DOMException('push service error'));
  });
  await save();
  await answer('Yes, please');
  await page.locator('couture-shop-message').getByText('See if its privacy settings').waitFor();
  await page.reload();
  await page.route('**/api/push-subscriptions', (route) => route.abort());
  await save();
  await answer('Yes, please');
  await page.locator('couture-shop-message').getByText('That didn’t work').waitFor();
  const isSubscribed = async () => {
    const { pushManager } = await navigator.serviceWorker.ready;
    return (await pushManager.getSubscription()) !== null;
  };
  assert.is(await page.evaluate(isSubscribed), false, 'the browser keeps none that the shop does not know');
  await page.unroute('**/api/push-subscriptions');
  await page.reload();
  await save();
  await answer('Not now', 'Escape');
  await save();
  await page.waitForTimeout(1_500);
  assert.is(await question.locator('aside').count(), 0);
  await page.evaluate(() => localStorage.removeItem('couture-push-refused'));
  await page.reload();
  await save();
  await answer('Yes, please');
  await page.locator('couture-shop-message').getByText('Notifications are on').waitFor();
});

test('the installation is offered before notifications, also when the browser offers it later', async ({
  shop,
}) => {
  const { page, context } = await shop.visit({ ...withWorker, permissions: ['notifications'] });
  await standIn(page);
  await context.request.post('/demo/sign-in', { form: { sub: '9', role: 'customer' }, maxRedirects: 0 });
  await page.goto('/product/6');
  const watch = page.locator('couture-product-page').getByRole('button', { name: /^\s*(Save|Saved)\s*$/ });
  // The prompts are loaded after the first page: what is saved before asks nothing.
  await page.waitForFunction(() => customElements.get('couture-push-question') !== undefined);
  await watch.click();
  // The prompt for notifications waits for Chromium's offer, which needs 30 s of use.
  await page.waitForTimeout(1_500);
  const question = page.locator('couture-push-question aside');
  assert.is(await question.count(), 0);
  await page.evaluate(() =>
    dispatchEvent(
      Object.assign(new Event('beforeinstallprompt', { cancelable: true }), {
        prompt: async () => ({ outcome: 'dismissed' }),
      }),
    ),
  );
  await page.getByRole('heading', { name: 'Get the shop app' }).waitFor();
  assert.is(await question.count(), 0);
  await page.locator('couture-install-prompt').getByRole('button', { name: 'Not now' }).click();
  await page.getByRole('heading', { name: 'Get the shop app' }).waitFor({ state: 'detached' });
  // Once that is refused, the next good moment is for notifications.
  await watch.click();
  await watch.click();
  await page.getByText('Want to know when it changes?').waitFor();
});

test('the notification of a reply is closed once the reply was read, here or on another device', async ({
  shop,
}) => {
  const { page, context } = await shop.visit({ ...withWorker, permissions: ['notifications'] });
  const agent = (await shop.visit()).context.request;
  const asked = async (from: typeof agent, path: string, data: object = {}) => {
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    return (await from.post(`/api/chat-${path}`, { data, headers })).json().catch(() => ({}));
  };
  await context.request.post('/demo/sign-in', { form: { sub: '9', role: 'customer' }, maxRedirects: 0 });
  await agent.post('/demo/sign-in', { form: { sub: 'staff', role: 'staff' }, maxRedirects: 0 });
  const words = (body: string) => ({ client_message_id: crypto.randomUUID(), body });
  const { id } = await asked(context.request, 'sessions', { message: words('Is it warm?') });
  await asked(agent, `sessions/${id}/assign`);
  const reply = async (body: string) =>
    (await asked(agent, 'messages', { session_id: id, message: words(body) })).seq as number;
  const first = await reply('Very warm.');

  // What the page sees of the notifications; the worker has its own.
  await page.addInitScript((tag) => {
    const shown = new Set([tag, 'of the shop']);
    Object.assign(globalThis, { shown });
    ServiceWorkerRegistration.prototype.getNotifications = async () =>
      [...shown].map((each) => ({ tag: each, close: () => void shown.delete(each) }) as Notification);
  }, replyTag(id));
  const left = () => page.evaluate(() => [...(globalThis as unknown as { shown: Set<string> }).shown]);
  await page.goto('/');
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  const push = await pusher(page, shop.url);
  const send = (title: string, tag: string) => push(JSON.stringify({ notification: { title, tag } }));
  await send('Anna', replyTag(id));
  await send('New bags', 'c7');
  await notifications(page, 2);
  await page.getByRole('button', { name: 'Chat with us, 1 new' }).waitFor();
  assert.equal(
    [await left(), await tray(page)],
    [
      [replyTag(id), 'of the shop'],
      [replyTag(id), 'c7'],
    ],
    'unread',
  );

  // Another device of the same customer reads it.
  await asked(context.request, `messages/${id}-${first}/mark_read`);
  await until(async () => (await left()).length === 1, 'the page to close it');
  assert.equal(await left(), ['of the shop']);
  await send('New coats', 'c8');
  await until(
    async () => (await tray(page)).join() === 'c7,c8',
    'the worker to close it with the next message',
  );

  // The panel on this page shows it.
  await page.evaluate(
    (tag) => void (globalThis as unknown as { shown: Set<string> }).shown.add(tag),
    replyTag(id),
  );
  await reply('And soft.');
  await page.getByRole('button', { name: 'Chat with us, 1 new' }).click();
  await until(async () => (await left()).length === 1, 'the page to close the second one');
});
