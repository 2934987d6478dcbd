// What the worker may cache: which requests it handles, and which responses are public.
import { assert, suite } from '../../fixtures/suite.ts';
import { isServerPage, isShopPage, keptCopy, mayKeep, shelfOf } from './may-keep.ts';

const test = suite('what the worker may cache');
const origin = 'https://shop.example';

const shelf = (path: string, init: RequestInit = {}) =>
  shelfOf(new Request(new URL(path, origin), init), origin);

test('only public data and pictures are cached', () => {
  for (const path of [
    '/api/products/6',
    '/api/products?category=Dresses',
    '/api/categories',
    '/api/recommendations/similar/6?limit=6',
    '/api/recommendations/trending',
    '/api/recommendations/you-may-like/6',
  ])
    assert.is(shelf(path), 'data', path);
  assert.is(shelf('/pictures/6.svg'), 'pictures');
  for (const path of [
    '/api/session',
    '/api/orders',
    '/api/watchlist',
    '/api/recommendations/personalized',
    '/api/recommendations/for-cart',
    '/api/products/6/secret',
    '/api/chat-sessions/1',
    '/metrics',
    '/account',
    'https://elsewhere.example/api/products/6',
  ])
    assert.is(shelf(path), undefined, path);
});

test('what is kept has the date of this device, whatever the clock of the server says', async () => {
  for (const days of [-400, -15, 0, 15, 400]) {
    const now = new Date(Date.UTC(2026, 10, 30 + days));
    const answer = new Response('{}', {
      headers: { Date: 'Mon, 30 Nov 2026 00:00:00 GMT', 'Content-Type': 'application/json', ETag: '"1"' },
    });
    const kept = keptCopy(answer, await answer.clone().blob(), now);
    assert.is(Date.parse(kept.headers.get('Date')!), now.getTime(), `${days} days ahead`);
    assert.is(kept.headers.get('ETag'), '"1"');
    assert.is(await kept.text(), '{}');
  }
});

test('writes, range requests and requests with credentials are left to the network', () => {
  assert.is(shelf('/api/products/6', { method: 'POST' }), undefined);
  assert.is(shelf('/api/products/6', { headers: { Authorization: 'Bearer x' } }), undefined);
  assert.is(shelf('/pictures/6.svg', { headers: { Range: 'bytes=0-1' } }), undefined);
});

const answer = (status: number, headers: Record<string, string>) =>
  new Response('', { status, headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers } });
const mayKeepData = (response: Response) => mayKeep(response, 'data');

test('only complete, public answers are cached', () => {
  const open = { 'Cache-Control': 'public, no-cache' };
  assert.ok(mayKeepData(answer(200, open)));
  assert.ok(mayKeepData(answer(200, {})));
  for (const status of [201, 206, 400, 404, 500])
    assert.not(mayKeepData(answer(status, open)), String(status));
  for (const control of ['no-store', 'private, no-cache', 'public, No-Store', 'max-age=5, private'])
    assert.not(mayKeepData(answer(200, { 'Cache-Control': control })), control);
});

test('only an answer of the type that was asked for is cached', () => {
  const wanted = { pages: 'text/html', data: 'application/json', pictures: 'image/svg+xml' } as const;
  const given = [
    '',
    'text/html; charset=utf-8',
    'text/plain',
    'application/json',
    'application/problem+json',
    'image/png',
    'image/svg+xml',
  ];
  const kind = (type: string) =>
    type.includes('json') ? 'json' : type.split('/')[0] + (type.includes('html') ? 'html' : '');
  for (const [shelf, type] of Object.entries(wanted))
    for (const each of given)
      assert.is(
        mayKeep(answer(200, { 'Content-Type': each }), shelf as keyof typeof wanted),
        kind(each) === kind(type),
        `${each} as ${shelf}`,
      );
});

test('answers that vary by customer are cached only if marked public', () => {
  assert.not(mayKeepData(answer(200, { Vary: 'Cookie' })));
  assert.not(
    mayKeepData(answer(200, { Vary: 'Accept-Encoding, Authorization', 'Cache-Control': 'no-cache' })),
  );
  assert.ok(mayKeepData(answer(200, { Vary: 'Authorization, Cookie', 'Cache-Control': 'public, no-cache' })));
  assert.not(mayKeepData(answer(200, { Vary: '*', 'Cache-Control': 'public' })));
});

test('other pages of the server and other entry points are not pages of the shop', () => {
  const denied = (path: string) => !isShopPage(new URL(path, origin));
  for (const path of [
    '/accessibility?lang=de',
    '/api/products',
    '/demo/sign-in',
    '/sign-in?to=%2Faccount',
    '/sign-in/return',
    '/console',
    '/embed/x',
    '/stories.html',
    '/sitemap.xml',
    '/product/6/photo.jpg',
    '/healthz',
  ])
    assert.ok(denied(path), path);
  for (const path of ['/', '/product/6', '/category/Hats%2C%20Scarves', '/cart', '/apis', '/consoles'])
    assert.not(denied(path), path);
  for (const path of [
    '/product/SKU-1.5',
    '/products/a.b?colour=x',
    '/category/Dr.Martens',
    '/category/St.Ives/',
  ])
    assert.not(denied(path), path);
});

test('pages of the server that people open without a network get the shell; those of programs and forms do not', () => {
  const isServers = (path: string) => isServerPage(new URL(path, origin));
  for (const path of [
    '/sign-in?to=%2Faccount',
    '/demo/sign-in',
    '/console',
    '/accessibility?lang=de',
    '/console/',
  ]) {
    assert.ok(isServers(path), path);
    assert.not(isShopPage(new URL(path, origin)), path);
  }
  for (const path of [
    '/sign-in/return',
    '/api/shop',
    '/embed',
    '/stories.html',
    '/',
    '/account',
    '/console.html',
  ])
    assert.not(isServers(path), path);
});
