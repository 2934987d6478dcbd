// Push messages in a real Firefox, from the shop's permission to the click: couture encrypts and sends, Firefox receives,
// decrypts, shows. WebKitGTK has no push.
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { queryDatabase } from '../../fixtures/database.ts';
import { certificate } from '../../fixtures/local-certificate.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { engines } from '../test-support/engines/engines.ts';
import {
  alerts,
  catchAlerts,
  type FirefoxPush,
  firefoxPush,
  pressAlert,
} from '../test-support/engines/firefox-push.ts';
import { type RunningShop, run, runShop } from '../test-support/shop-in-browser.ts';

const test = suite<{ shop: RunningShop; push: FirefoxPush; folder: string; env: Record<string, string> }>(
  'push, in Firefox',
  { timeout: 280_000 },
);
const firefox = engines.find(({ name }) => name === 'Firefox')!;
if (firefox.missing.length > 0) console.log('Firefox is skipped, not installed: firefox-esr');
const where = firefox.missing.length > 0 ? test.skip : test;

test.before(async (context) => {
  context.folder = mkdtempSync(path.join(os.tmpdir(), 'couture-push-'));
  const authority = path.join(context.folder, 'ca.pem');
  writeFileSync(authority, certificate);
  context.push = await firefoxPush();
  context.env = {
    COUTURE_PUSH_HOSTS: context.push.host,
    COUTURE_PUSH_PRIVATE: 'true',
    NODE_EXTRA_CA_CERTS: authority,
  };
  context.shop = await runShop(context.env);
});
test.after(async ({ shop, push, folder }) => {
  await shop?.close();
  await push?.close();
  rmSync(folder, { recursive: true, force: true });
});

where(
  'a campaign and a reply arrive, their clicks lead to the right pages, and signing out ends it',
  async ({ shop, push, env }) => {
    const shopper = await firefox.open({ width: 500, height: 844 }, push.preferences);
    try {
      await catchAlerts(shopper);
      await shopper.goto(`${shop.url}/demo/sign-in`);
      await shopper.run(async () => {
        await fetch('/demo/sign-in', {
          method: 'POST',
          body: new URLSearchParams({ sub: '9', role: 'customer' }),
        });
      });
      await shopper.goto(`${shop.url}/account`);
      await shopper.click({ role: 'button', name: 'Turn on notifications' });
      await shopper.click({ css: 'label', text: 'Shop news' });
      const subscriptions = () =>
        queryDatabase(
          shop.databaseUrl,
          'select customer_id, topics, endpoint from couture.push_subscription',
        );
      await until(
        async () => ((await subscriptions())[0]?.topics as string[] | undefined)?.includes('news'),
        'the subscription',
      );
      const [{ customer_id, endpoint }] = (await subscriptions()) as [
        { customer_id: string; endpoint: string },
      ];
      assert.is(customer_id, '9');
      assert.ok(push.channels.has(endpoint.split('/').at(-1)!));

      // The admin's campaign, with the command.
      const campaign = ['--title', 'New coats', '--body', 'For cold days', '--url', '/category/Coats'];
      const extras = [
        '--image',
        '/pictures/6.svg',
        '--action',
        'View dresses=/category/Dresses',
        '--badge',
        '2',
      ];
      const sending = run(
        ['bin/couture.js', 'push', 'send', ...campaign, ...extras, '--all', '--yes', '--json'],
        { home: shop.home, env: { ...env, DATABASE_URL: shop.databaseUrl } },
      );
      let said = '';
      for (const stream of [sending.stdout!, sending.stderr!]) stream.on('data', (data) => (said += data));
      const [code] = await once(sending, 'close');
      assert.is(code, 0, said);
      await until(async () => (await alerts(shopper)).length === 1, 'the campaign');
      assert.equal(await alerts(shopper), [
        { title: 'New coats', text: 'For cold days', buttons: ['View dresses'], closed: false },
      ]);
      await pressAlert(shopper, 'button');
      await shopper.see({ role: 'heading', name: 'Dresses' });
      const noted = async () => {
        const [row] = await queryDatabase(
          shop.databaseUrl,
          'select shown_at is not null as shown, clicked_at is not null as clicked from couture.push_delivery',
        );
        return row!.shown && row!.clicked;
      };
      await until(noted, 'the impression and the click');

      // A reply, while the shopper has no chat open: its notification leads to the chat.
      const { id } = await shopper.run(async () => {
        const answer = await fetch('/api/chat-sessions', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() },
          body: JSON.stringify({ message: { client_message_id: crypto.randomUUID(), body: 'Is it warm?' } }),
        });
        return (await answer.json()) as { id: string };
      });
      const agent = await asAgent(shop.url);
      await agent(`/api/chat-sessions/${id}/assign`, {});
      const reply = { client_message_id: crypto.randomUUID(), body: 'Very warm.' };
      await agent('/api/chat-messages', { session_id: id, message: reply });
      await until(async () => (await alerts(shopper)).length === 2, 'the reply');
      assert.is((await alerts(shopper))[1]!.text, 'You have a reply in the chat.');
      await pressAlert(shopper, 'notification');
      await shopper.see({ css: '.bubble', text: 'Very warm.' });

      await shopper.goto(`${shop.url}/account`);
      await shopper.click({ role: 'button', name: 'Sign out' });
      await shopper.see({ text: 'You’re signed out.' });
      await until(async () => (await subscriptions()).length === 0, 'the shop to forget the subscription');
      await until(() => push.channels.size === 0, 'Firefox to end the subscription');
      assert.equal(shopper.errors, []);
    } finally {
      await shopper.close();
    }
  },
);

/** Signs in as an agent. @returns a function that posts as this agent */
async function asAgent(url: string): Promise<(to: string, body: object) => Promise<void>> {
  const who = new URLSearchParams({ sub: 'staff', role: 'staff' });
  const { headers } = await fetch(`${url}/demo/sign-in`, { method: 'POST', body: who, redirect: 'manual' });
  const cookie = headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  return async (to, body) => {
    const answer = await fetch(url + to, {
      method: 'POST',
      headers: { cookie, 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() },
      body: JSON.stringify(body),
    });
    assert.ok(answer.ok, `${to}: ${answer.status}`);
  };
}
