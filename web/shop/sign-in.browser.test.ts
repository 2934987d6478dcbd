// Agents and customers of a shop on another origin sign in to couture's own pages with Django's bridge form.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { assert, suite } from '../../fixtures/suite.ts';
import { desktop, type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';

const secret = 'a secret of the bridge: $a(b#c)!\'" and more';
const bridge = path.resolve(import.meta.dirname, '../../../fixtures/bridges/node/couture-bridge.js');

const test = suite<{
  shop: ShopInBrowser;
  login: Server;
  person: { id: number; name: string; staff: boolean };
}>('signing in at the shop');
test.before(async (context) => {
  const { coutureToken, coutureSignIn } = await import(bridge);
  context.person = { id: 7, name: 'Zoë', staff: false };
  let runtime = '';
  context.login = createServer((request, response) => {
    const state = new URL(request.url!, 'http://shop.example').searchParams.get('couture_state');
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(coutureSignIn(coutureToken(context.person, secret, 3_600), state, runtime));
  });
  await new Promise<void>((resolve) => context.login.listen(0, '127.0.0.1', resolve));
  const { port } = context.login.address() as AddressInfo;
  context.shop = await shopInBrowser({
    COUTURE_LOGIN: 'oscar',
    COUTURE_JWT_SECRET: secret,
    COUTURE_SIGN_IN_URL: `http://127.0.0.1:${port}/couture-sign-in`,
  });
  runtime = context.shop.url;
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => {
  context.login?.close();
  return context.shop?.close();
});

const desk = { ...desktop, isMobile: false, hasTouch: false };

test('an agent comes back to the console, signed in', async ({ shop, person }) => {
  Object.assign(person, { id: 90, name: 'Anna', staff: true });
  const { page, context } = await shop.visit(desk);
  await page.goto('/console');
  await page.getByRole('link', { name: 'Sign in', exact: true }).click();
  await page.waitForURL('**/console');
  await page.locator('couture-console nav').waitFor();
  const cookies = await context.cookies();
  assert.equal(
    cookies.map(({ name, httpOnly }) => [name, httpOnly]).filter(([name]) => /couture_s/.test(String(name))),
    [['couture_session', true]],
  );
});

test('a customer comes back to the page of the storefront that they left', async ({ shop, person }) => {
  Object.assign(person, { id: 7, name: 'Zoë', staff: false });
  const { page } = await shop.visit(desk);
  await page.goto('/account');
  await page.getByRole('link', { name: 'Sign in', exact: true }).click();
  await page.waitForURL('**/account');
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
});
