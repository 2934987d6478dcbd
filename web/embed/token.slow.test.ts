// A customer on a page of another origin, signed in by a token of the shop's login (simplejwt): lists, chat, renewal, sign-out.
import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { queryDatabase } from '../../fixtures/database.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { desktop, type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';
import type { Couture } from './couture.ts';

const secret = "django-insecure-$a(b#c)!0123456789abcdefghijklmn'op";

interface Setting {
  host: Server;
  origin: string;
  shop: ShopInBrowser;
  page: {
    /** Elements in the head of the document. */
    head: string;
    /** The token that GET /couture-token of the shop returns, and how often it was requested. */
    token: () => string | null;
    asked: number;
    /** Authorization headers that another server received. */
    leaked: string[];
  };
}

const test = suite<Setting>('a signed-in customer on another origin');
test.before(async (context) => {
  context.page = { head: '', token: () => null, asked: 0, leaked: [] };
  let runtime = '';
  context.host = createServer((request, response) => {
    const { page } = context;
    if (request.url === '/couture-token') {
      page.asked += 1;
      response.end(JSON.stringify(page.token()));
      return;
    }
    if (request.url?.startsWith('/api/')) {
      // Allows everything, as a server that collects tokens would.
      response.setHeader('Access-Control-Allow-Origin', '*');
      response.setHeader(
        'Access-Control-Allow-Headers',
        request.headers['access-control-request-headers'] ?? '*',
      );
      if (request.method !== 'OPTIONS') page.leaked.push(request.headers.authorization ?? 'none');
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('[]');
      return;
    }
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><html lang="en"><head><title>A shop</title>${page.head}
      <script type="module" src="${runtime}/embed/couture-widgets.js"></script></head><body>
      <couture-personalized api="${runtime}"></couture-personalized><couture-chat api="${runtime}"></couture-chat></body></html>`);
  });
  await new Promise<void>((resolve) => context.host.listen(0, '127.0.0.1', resolve));
  context.origin = `http://127.0.0.1:${(context.host.address() as AddressInfo).port}`;
  context.shop = await shopInBrowser({
    COUTURE_CORS_ORIGINS: context.origin,
    COUTURE_JWT_SECRET: secret,
    COUTURE_LOGIN: 'django',
  });
  runtime = context.shop.url;
});
test.beforeEach(({ page }) => Object.assign(page, { head: '', token: () => null, asked: 0, leaked: [] }));
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => {
  context.host?.close();
  return context.shop?.close();
});

const desk = { ...desktop, isMobile: false, hasTouch: false };
const renewing = `<script>
  window.couture = { onTokenExpired: async () => (await fetch('/couture-token')).json() };
</script>`;

function token(claims: object, seconds = 300): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1_000);
  const times = { iat: now - 120, exp: now + seconds };
  const payload = { token_type: 'access', jti: `${Math.random()}`, ...times, ...claims };
  const content = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(payload)}`;
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
}

const zoe = { user_id: '7', name: 'Zoë' };

function heading(page: Page, text: string): Promise<void> {
  return page.locator('couture-personalized').getByRole('heading', { name: text }).waitFor();
}

/** Starts a chat as a signed-in customer: the form asks for no name. */
async function beginChat(page: Page, words: string): Promise<void> {
  await page.locator('couture-chat .launcher').click();
  const form = page.locator('couture-chat-start');
  await form.getByLabel('Your message').waitFor();
  assert.is(await form.getByLabel('Your name').count(), 0);
  await form.getByLabel('Your message').fill(words);
  await page.keyboard.press('Enter');
  await page.locator('couture-message-list .bubble').getByText(words).waitFor();
}

/** The chats as an agent of the shop sees them: Django's is_staff. */
async function agentSees(shop: ShopInBrowser): Promise<Array<Record<string, unknown>>> {
  const headers = { Authorization: `Bearer ${token({ user_id: '1', is_staff: true })}` };
  const list = await (await fetch(`${shop.url}/api/chat-sessions`, { headers })).json();
  return Promise.all(
    (list as { sessions: Array<{ id: string }> }).sessions.map(async ({ id }) =>
      (await fetch(`${shop.url}/api/chat-sessions/${id}/shopper`, { headers })).json(),
    ),
  );
}

test('the token of a <meta> gives the customer’s list and a chat as that customer, and stays in memory', async ({
  shop,
  origin,
  page: shopPage,
}) => {
  shopPage.head = `<meta name="couture-token" content="${token(zoe)}">`;
  const { page, context, errors } = await shop.visit(desk);
  await page.goto(origin);
  await heading(page, 'Picked for you');
  await beginChat(page, 'Is it washable?');
  const [seen] = await agentSees(shop);
  assert.equal([seen!.customer_id, seen!.verified], [7, true]);
  const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  assert.not.match(stored, /eyJ|guest_secret|"secret"/);
  assert.equal(await context.cookies(), []);
  assert.equal(
    errors.filter((each) => !/favicon/.test(each)),
    [],
  );
});

test('a token that expires is renewed by the page’s callback, and list and chat go on', async ({
  shop,
  origin,
  page: shopPage,
}) => {
  // The server takes a token for a minute longer: this one for four more seconds.
  shopPage.token = () => token({ user_id: '8', name: 'Eva' }, 4 - 60);
  shopPage.head = renewing;
  const { page } = await shop.visit(desk);
  await page.goto(origin);
  await heading(page, 'Picked for you');
  await beginChat(page, 'Do you have it in red?');
  const before = shopPage.asked;
  // The server ends the chat's socket when the token expires; the next one has a new token.
  await until(() => shopPage.asked > before + 1, 'two renewals');
  await page.locator('couture-chat-composer textarea').fill('And in blue?');
  await page.keyboard.press('Enter');
  await page.locator('couture-message-list .bubble').getByText('And in blue?').waitFor();
  await page.waitForFunction(() => {
    const list = document.querySelector('couture-chat')!.shadowRoot!.querySelector('couture-message-list')!;
    return (list as unknown as { unsent: unknown[] }).unsent.length === 0;
  });
  const list = page.locator('couture-personalized');
  const answered = page.waitForResponse(
    (each) => each.url().includes('/personalized?limit=5') && each.status() === 200,
  );
  await list.evaluate((element) => Object.assign(element, { limit: 5 }));
  await answered;
  await heading(page, 'Picked for you');
});

test('a sign-in and a sign-out without a reload change the list; the next customer sees no chat of the former', async ({
  shop,
  origin,
}) => {
  const { page } = await shop.visit(desk);
  await page.goto(origin);
  await heading(page, 'Trending now');
  await page.evaluate(
    (given) => (window as unknown as { couture: Couture }).couture.setToken(given),
    token({ user_id: '9', name: 'Nils' }),
  );
  await heading(page, 'Picked for you');
  await beginChat(page, 'This is private');
  await page.evaluate(() => (window as unknown as { couture: Couture }).couture.setToken(null));
  await heading(page, 'Trending now');
  await page.locator('couture-message-list').waitFor({ state: 'detached' });
  // The property of one element counts for all of them.
  await page.evaluate(
    (given) => {
      Object.assign(document.querySelector('couture-personalized')!, { token: given });
    },
    token({ user_id: '11', name: 'Ada' }),
  );
  await heading(page, 'Picked for you');
  assert.is(await page.getByText('This is private').count(), 0);
});

test('a token that the runtime refuses costs the customer’s list, not the page, and the console says why', async ({
  shop,
  origin,
  page: shopPage,
}) => {
  const said: string[] = [];
  const refusals: Array<[string, RegExp]> = [
    [token({ ...zoe, token_type: 'refresh' }), /it is a refresh token/],
    [token({ uid: 7 }), /no claim "user_id" or "sub"\. Its claims are exp, iat, jti, token_type, uid/],
    [`${token(zoe).slice(0, -6)}AAAAAA`, /signature/],
  ];
  for (const [refused, why] of refusals) {
    shopPage.head = `<meta name="couture-token" content="${refused}">`;
    const { page } = await shop.visit(desk);
    page.on('console', (message) => said.push(message.text()));
    await page.goto(origin);
    await heading(page, 'Trending now');
    await until(() => why.test(said.join('\n')), `${why} in the console: ${said.join()}`);
    await page.close();
  }
});

test('an element whose api is another server gets no token', async ({ shop, origin, page: shopPage }) => {
  shopPage.head = `<meta name="couture-token" content="${token(zoe)}">`;
  const { page } = await shop.visit(desk);
  await page.goto(origin);
  await heading(page, 'Picked for you');
  const evil = origin.replace('127.0.0.1', 'localhost');
  await page.evaluate((api) => {
    document.body.insertAdjacentHTML(
      'afterbegin',
      `<couture-trending api="${api}" token="x.y.z"></couture-trending>`,
    );
  }, evil);
  await until(() => shopPage.leaked.length > 0, 'a request to the other server');
  assert.ok(
    shopPage.leaked.every((header) => header === 'none'),
    shopPage.leaked.join(),
  );
});

test('events arrive from shoppers who are signed in to couture’s own pages on the same site as well', async ({
  shop,
  origin,
}) => {
  const count = async () => {
    const [row] = await queryDatabase<{ count: number }>(
      shop.databaseUrl,
      'select count(*)::int as count from couture.recommendation_event',
    );
    return row!.count;
  };
  const { page, context } = await shop.visit(desk);
  const given = token(zoe);
  await context.request.post(`${shop.url}/api/session`, { data: { token: given } });
  assert.is((await context.cookies(shop.url)).length, 1);
  const before = await count();
  const answered = page.waitForResponse((response) => response.url().endsWith('/api/events'));
  await page.goto(origin);
  assert.is((await answered).status(), 202);
  await until(async () => (await count()) > before, 'the impressions');
});
