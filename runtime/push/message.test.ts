// Payloads by the rules with which browsers read Declarative Web Push messages (w3c.github.io/push-api, "declarative push
// message parser"): a message that breaks one is handed to the service worker, as if it were any other.
import { assert, suite } from '../../fixtures/suite.ts';
import { maxMessageBytes, payloadOf, pushMessage } from './message.ts';

const test = suite('declarative messages');

const message = pushMessage.parse({
  title: 'New coats',
  body: 'For cold days',
  url: '/category/Coats?from=push',
  icon: '/icons/any-192.png',
  image: 'https://media.example/coats.webp',
  tag: 'c7',
  badge: 3,
  actions: [
    { title: 'View coats', url: '/category/Coats' },
    { title: 'Notification settings', url: '/account' },
  ],
});

test('a message with everything is valid, with and without the address of the shop', () => {
  for (const origin of ['https://shop.example', 'https://shop.example/couture', '']) {
    const read = parsed(payloadOf(message, { origin, beacon: '7.1.x', lang: 'ar' }), 'https://shop.example/');
    assert.is(read.navigate, `https://shop.example${origin.slice(20)}/category/Coats?from=push`);
    assert.equal(read.actions, [
      ['1', 'View coats', `https://shop.example${origin.slice(20)}/category/Coats`],
      ['2', 'Notification settings', `https://shop.example${origin.slice(20)}/account`],
    ]);
    assert.equal([read.dir, read.badge, read.mutable], ['rtl', 3, true]);
  }
});

test('a message with the least is valid, and a badge of 0 removes the number', () => {
  const least = pushMessage.parse({ title: 'x', body: 'y' });
  assert.equal(parsed(payloadOf(least), 'https://shop.example/shop/').badge, null);
  assert.is(parsed(payloadOf({ ...least, badge: 0 }), 'https://shop.example/').badge, 0);
});

test('buttons lead to pages of the shop, two at most, and the largest message without a picture fits', () => {
  const button = (title: string, url: string) => ({ title, url });
  for (const actions of [
    [button('x', 'https://evil.example/')],
    [button('x', '//evil.example/')],
    [button('x', 'javascript:alert(1)')],
    [button('', '/')],
    [button('x'.repeat(41), '/')],
    [button('1', '/'), button('2', '/'), button('3', '/')],
  ])
    assert.not.ok(pushMessage.safeParse({ title: 'x', body: 'y', actions }).success, JSON.stringify(actions));
  const path = `/${'p'.repeat(499)}`;
  const largest = pushMessage.parse({
    ...{ title: 'x'.repeat(120), body: 'y'.repeat(500), url: path, tag: 't'.repeat(32), badge: 9_999 },
    actions: [button('a'.repeat(40), path), button('b'.repeat(40), path)],
  });
  const payload = payloadOf(largest, { origin: 'https://shop.example', beacon: 'b'.repeat(100), lang: 'de' });
  assert.ok(Buffer.byteLength(payload) <= maxMessageBytes);
});

/** The steps of the parser that can fail, and what it reads. @throws Error when the browser would not take the message */
function parsed(payload: string, base: string) {
  const { web_push, notification, app_badge, mutable = false } = JSON.parse(payload);
  const must = (is: boolean, what: string) => assert.ok(is, `${what}: ${payload}`);
  must(web_push === 8030, 'the magic number');
  const { title, navigate, dir = 'auto', lang = '', actions = [], ...texts } = notification;
  must(typeof title === 'string' && title !== '', 'the title');
  must(['auto', 'ltr', 'rtl'].includes(dir) && typeof lang === 'string', 'language and direction');
  for (const name of ['body', 'tag', 'icon', 'image'])
    must(texts[name] === undefined || typeof texts[name] === 'string', name);
  // Safari 18.4 reads a string here.
  must(texts.app_badge === undefined || /^\d+$/.test(texts.app_badge), 'the badge of the notification');
  must(app_badge === undefined || (Number.isSafeInteger(app_badge) && app_badge >= 0), 'the badge');
  return {
    navigate: new URL(navigate, base).href,
    actions: (actions as Array<Record<string, string>>).map((each) => {
      must(typeof each.action === 'string' && typeof each.title === 'string', 'a button');
      return [each.action, each.title, new URL(each.navigate!, base).href];
    }),
    dir,
    badge: app_badge ?? null,
    mutable,
  };
}
