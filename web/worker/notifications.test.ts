// Push message → notification, for any payload.
import { assert, suite } from '../../fixtures/suite.ts';
import { shopOf } from './known-shop.ts';
import { linkOf, notificationOf, ownPath } from './notifications.ts';

const test = suite('notifications');
const origin = 'https://shop.example';
const shop = { name: 'Lind & Moe', origin: undefined };
const defaults = { page: '/', icon: '/icons/any-192.png' };

test('a message is shown unchanged', () => {
  const text = JSON.stringify({
    web_push: 8030,
    notification: {
      title: 'New coats',
      body: 'For cold days',
      lang: 'en-GB',
      dir: 'ltr',
      navigate: '/category/Coats',
      icon: '/pictures/1.svg',
      tag: 'c7',
      app_badge: '2',
      data: { beacon: '7.1.x' },
    },
    app_badge: '2',
  });
  const { title, options, badge } = notificationOf(text, origin, shop, defaults);
  assert.is(title, 'New coats');
  assert.is(badge, 2);
  assert.equal(options, {
    body: 'For cold days',
    lang: 'en-GB',
    dir: 'ltr',
    icon: '/pictures/1.svg',
    badge: '/icons/any-192.png',
    tag: 'c7',
    data: { url: '/category/Coats', beacon: '7.1.x' },
  });
});

test('a large picture may be on another host, over https', () => {
  const shown = (image: unknown) =>
    notificationOf(JSON.stringify({ notification: { image } }), origin, shop, defaults).options.image;
  assert.is(shown('/pictures/7.svg'), '/pictures/7.svg');
  assert.is(shown('https://media.example/7.webp'), 'https://media.example/7.webp');
  for (const image of ['http://media.example/7.webp', 'data:image/png;base64,AA', 7, null])
    assert.is(shown(image), undefined);
});

for (const text of [
  null,
  '',
  'not JSON',
  '[]',
  '7',
  'null',
  '{"notification": "x"}',
  '{"notification": {"title": 7, "body": {}, "lang": "<b>", "dir": "up", "navigate": [], "icon": 3, "data": "x", "tag": null}, "app_badge": "many"}',
]) {
  test(`${JSON.stringify(text)} is a plain notification`, () => {
    const { title, options, badge } = notificationOf(text, origin, shop, defaults);
    assert.is(title, 'Lind & Moe');
    assert.is(badge, undefined);
    assert.equal(options.data, { url: '/' });
    assert.equal([options.lang, options.dir], [undefined, undefined]);
  });
}

test('a click opens a path of this origin and nothing else', () => {
  assert.is(ownPath('/product/6?a=1#b', origin), '/product/6?a=1#b');
  assert.is(ownPath('https://shop.example/cart', origin), '/cart');
  for (const url of [
    'https://evil.example/',
    '//evil.example/x',
    '/\\evil.example',
    'https://shop.example.evil.example/',
    'http://shop.example/',
    'https://shop.example:8443/',
    'javascript:alert(1)',
    'data:text/html,x',
    'blob:https://shop.example/x',
    'https://shop.example@evil.example/',
  ])
    assert.is(ownPath(url, origin), undefined, url);
});

test('buttons are shown with pages of the shop, and no others', () => {
  const { options } = notificationOf(
    JSON.stringify({
      notification: {
        actions: [
          { action: 'x', title: 'View', navigate: '/category/Coats' },
          { action: 'y', title: 'Win', navigate: 'https://evil.example/' },
          { action: 'z', title: 'Third', navigate: '/cart' },
        ],
      },
    }),
    origin,
    shop,
    defaults,
  );
  assert.equal(options.actions, [{ action: '1', title: 'View' }]);
  assert.equal(options.data, { url: '/', actions: { 1: '/category/Coats' } });
  for (const actions of [7, 'x', {}, [null], [7], [[]], [{ title: 7, navigate: '/' }], [{ title: 'x' }]]) {
    const shown = notificationOf(JSON.stringify({ notification: { actions } }), origin, shop, defaults);
    assert.equal([shown.options.actions, shown.options.data], [undefined, { url: '/' }]);
  }
});

test('the number of the icon is that of the message, or of its notification', () => {
  const badge = (message: object) => notificationOf(JSON.stringify(message), origin, shop, defaults).badge;
  assert.is(badge({ app_badge: 3, notification: { app_badge: '4' } }), 3);
  assert.is(badge({ notification: { app_badge: '4' } }), 4);
  for (const app_badge of [-1, 1.5, 'x', {}, 10_000, null]) assert.is(badge({ app_badge }), undefined);
});

test('long texts are cut', () => {
  const { title, options } = notificationOf(
    JSON.stringify({ notification: { title: 'x'.repeat(999), body: 'y'.repeat(9_999) } }),
    origin,
    shop,
    defaults,
  );
  assert.is(title.length, 120);
  assert.is(options.body?.length, 500);
});

test('a click may open the shop’s own site, but no third site', () => {
  const elsewhere = { name: 'x', origin: 'https://lindmoe.example' };
  const link = 'https://lindmoe.example/products/6?a=1';
  assert.is(linkOf(link, origin, elsewhere), link);
  assert.is(linkOf('/cart', origin, elsewhere), '/cart');
  const text = JSON.stringify({ notification: { navigate: link } });
  const { options } = notificationOf(text, origin, elsewhere, defaults);
  assert.is(options.data.url, link);
  assert.is(linkOf(link, origin, shop), undefined);
  for (const url of [
    'https://evil.example/',
    '//evil.example/x',
    'https://lindmoe.example.evil.example/',
    'javascript:x',
  ])
    assert.is(linkOf(url, origin, elsewhere), undefined, url);
});

test('the worker reads the shop’s details from the server, and survives any response', () => {
  assert.equal(shopOf({ name: 'Lind & Moe', url: 'https://lindmoe.example/de' }, 'h'), {
    name: 'Lind & Moe',
    origin: 'https://lindmoe.example',
  });
  for (const facts of [undefined, null, 7, {}, { name: 7, url: 8 }, { name: ' ', url: 'x' }])
    assert.equal(shopOf(facts, 'recs.example'), { name: 'recs.example', origin: undefined });
});
