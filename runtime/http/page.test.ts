// Pages with their own head: nothing that a shop writes becomes markup.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { assert, suite } from '../../fixtures/suite.ts';
import { addressGroup } from './address-group.ts';
import { answerHeaders } from './middleware/secure-headers.ts';
import { sendSignInPage, writePage } from './page.ts';

const test = suite('pages and headers');

const nasty = `</script><script>alert(1)</script> "quoted" & 'so' $& \u2028`;
const head = {
  title: nasty,
  description: nasty,
  canonical: 'https://shop.example/product/1?a=1&b="2"',
  properties: { 'og:title': nasty },
  data: { '@type': 'Product', name: nasty },
};

test('product names cannot end an element, attribute or script', () => {
  for (const shell of [
    undefined,
    '<html><head><title>Shop</title></head><body><main></main></body></html>',
  ]) {
    const page = writePage(shell, head, '<h1>x</h1>');
    assert.is(page.match(/<script/g)!.length, 1);
    assert.is(page.match(/<\/script/g)!.length, 1);
    const [, json] = /<script type="application\/ld\+json">(.*?)<\/script>/s.exec(page)!;
    assert.is(JSON.parse(json!).name, nasty);
    assert.match(
      page,
      '&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt; &quot;quoted&quot; &amp; &#39;so&#39; $&amp;',
    );
  }
});

test('the policy allows the style of a sign-in page and no other', async () => {
  const headers = await answerHeaders({ https: false, embedded: false }, () => false);
  const app = new Koa()
    .use((ctx, next) => {
      ctx.state.requestId = 'r';
      return next();
    })
    .use(headers.middleware)
    .use((ctx) => sendSignInPage(ctx, 403, 'No <b>', '<p>x</p>'));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const html = await response.text();
    const [, style] = /<style>(.*?)<\/style>/s.exec(html)!;
    const hash = createHash('sha256').update(style!).digest('base64');
    assert.is(response.status, 403);
    assert.match(response.headers.get('Content-Security-Policy')!, `;style-src 'sha256-${hash}' 'self';`);
    assert.match(html, '<h1>No &lt;b&gt;</h1>');
    // Pages below /api, such as those of links in mails, have the policy of the API, which allows nothing.
    const ofApi = await fetch(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/chat-mail/return`,
    );
    const policy = ofApi.headers.get('Content-Security-Policy')!;
    assert.is(policy, `default-src 'none';frame-ancestors 'none';style-src 'sha256-${hash}'`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('a shell keeps its body, and the product replaces its head', () => {
  const shell =
    '<html><head><title>Shop</title><meta name="description" content="old"><meta property="og:title" content="old">' +
    '<link rel="canonical" href="/"><link rel="stylesheet" href="/a.css"></head><body><main></main></body></html>';
  const page = writePage(shell, { title: 'Dress', description: 'new' }, '');
  assert.not.match(page, 'old');
  assert.is(page.match(/<title>/g)!.length, 1);
  for (const kept of ['<title>Dress</title>', 'content="new"', '/a.css', '<main></main>'])
    assert.match(page, kept);
});

test('the API policy allows no scripts, the page policy only its own', async () => {
  const headersFor = async (path: string, https: boolean) => {
    const headers: Record<string, string> = {};
    const { middleware } = await answerHeaders({ https, embedded: false }, () => false);
    const res = { setHeader: (name: string, value: string) => (headers[name] = value) };
    await middleware({ path, res, state: {} } as never, async () => {});
    return headers;
  };
  const [api, page] = [await headersFor('/api/x', false), await headersFor('/', true)];
  assert.is(api['Content-Security-Policy'], "default-src 'none';frame-ancestors 'none'");
  assert.match(page['Content-Security-Policy']!, "script-src 'self';");
  assert.match(page['Content-Security-Policy']!, "require-trusted-types-for 'script'");
  assert.not.match(page['Content-Security-Policy']!, 'unsafe');
  for (const feature of ['camera', 'microphone', 'geolocation', 'payment'])
    assert.match(page['Permissions-Policy']!, `${feature}=()`);
  assert.not.ok(api['Permissions-Policy']);
  assert.ok(page['Strict-Transport-Security']);
  assert.not.ok(api['Strict-Transport-Security']);
  assert.is(api['X-Content-Type-Options'], 'nosniff');
});

test('addresses of one IPv6 subscriber share a limit', () => {
  assert.is(addressGroup('2001:db8:1:2:3:4:5:6'), addressGroup('2001:db8:1:2::1'));
  assert.is.not(addressGroup('2001:db8:1:2::1'), addressGroup('2001:db8:1:3::1'));
  assert.is(addressGroup('::ffff:192.0.2.1'), '192.0.2.1');
  assert.is(addressGroup('192.0.2.1'), '192.0.2.1');
});

test('an address has one limit, however a proxy writes it', () => {
  const written = (address: string) => {
    const bare = address.includes(':') ? [address, `[${address}]`, `[${address}]:443`] : [address];
    const ports = address.includes(':') ? [] : [`${address}:1`, `${address}:51234`];
    return [...bare, ...ports].flatMap((each) => [each, each.toUpperCase(), `"${each}"`]);
  };
  const same: Record<string, string[]> = {
    '203.0.113.9': [
      '203.0.113.9',
      '::ffff:203.0.113.9',
      '::ffff:cb00:7109',
      '0:0:0:0:0:ffff:cb00:7109',
      '64:ff9b::cb00:7109',
      '64:ff9b::203.0.113.9',
    ],
    '2001:db8:1:2::/64': [
      '2001:db8:1:2::1',
      '2001:0db8:0001:0002:0003:0004:0005:0006',
      '2001:db8:1:2:0:0:0:0',
      '2001:db8:1:2::%eth0',
    ],
    '0:0:0:0::/64': ['::1', '::'],
    '2001:db8:0:0::/64': ['2001:db8::', '2001:db8::1', '2001:db8:0:0:1::', '2001:db8::192.0.2.1'],
  };
  for (const [group, addresses] of Object.entries(same))
    for (const address of addresses.flatMap(written)) assert.is(addressGroup(address), group, address);
  // What is no address has a limit of its own, and never fails.
  for (const odd of [
    '',
    'unknown',
    '_hidden',
    ':',
    '::1::',
    '1:2:3',
    'fe80::zz',
    '999.1.1.1:80',
    '[',
    '[]:1',
  ])
    assert.type(addressGroup(odd), 'string');
});
