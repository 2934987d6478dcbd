// Pages and pictures of the sample shop, as served by the whole runtime.
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { type SampleServer, sampleServer } from '../test-support/sample-server.ts';

const test = suite<{ shop: SampleServer }>('pages and pictures');
test.before(async (context) => {
  context.shop = await sampleServer({}, { demo: true });
});
test.after((context) => context.shop?.close());

test('a picture is an SVG without scripts, cached for a day', async ({ shop }) => {
  const product = await shop.json('/api/products/42');
  assert.is(product.image_url, '/pictures/42.svg');
  const response = await shop.get(product.image_url, { 'Accept-Encoding': 'br' });
  assert.is(response.status, 200);
  assert.is(response.headers.get('content-type'), 'image/svg+xml');
  assert.is(response.headers.get('content-encoding'), 'br');
  assert.is(response.headers.get('cache-control'), 'public, max-age=86400');
  assert.is(
    response.headers.get('content-security-policy'),
    "default-src 'none'; frame-ancestors 'none'; sandbox",
  );
  assert.is(response.headers.get('x-content-type-options'), 'nosniff');
  const svg = await response.text();
  assert.match(svg, /^<svg [\s\S]*<\/svg>\s*$/);
  // The policy above replaces these headers.
  assert.not.match(svg, /<style|\sstyle=|<script|\son\w+=|href="[^#]/);
  const held = { 'If-None-Match': response.headers.get('etag')!, 'Cache-Control': 'max-age=0' };
  const again = await shop.get(product.image_url, held);
  assert.equal([again.status, await again.text()], [304, '']);
});

test('the preview of a picture is a PNG as wide as link previews are', async ({ shop }) => {
  const response = await shop.get('/pictures/42.png');
  assert.equal([response.status, response.headers.get('content-type')], [200, 'image/png']);
  const png = Buffer.from(await response.arrayBuffer());
  assert.equal([png.readUInt32BE(16), png.readUInt32BE(20)], [840, 440]);
  // A picture without the drawing would be a few kilobytes of one colour.
  assert.ok(png.length > 15_000 && png.length < 200_000, `${png.length} bytes`);
  const page = await (await shop.get('/product/42', { Accept: 'text/html' })).text();
  assert.match(page, /property="og:image" content="[^"]*\/pictures\/42\.png"/);
});

test('an unknown picture is not found', async ({ shop }) => {
  for (const name of [
    '999999999.svg',
    '999999999.png',
    '42.jpg',
    '42',
    '-1.svg',
    '99999999999999999999.svg',
    '..%2f42.svg',
  ]) {
    const response = await shop.get(`/pictures/${name}`);
    assert.equal(
      [response.status, response.headers.get('content-type')],
      [404, 'application/problem+json'],
      name,
    );
  }
});

test('a shop without pictures gets 404, not an error', async ({ shop }) => {
  await shop.client.query('alter table shop.picture rename to picture_of_before');
  try {
    assert.is((await shop.get('/pictures/43.svg')).status, 404);
  } finally {
    await shop.client.query('alter table shop.picture_of_before rename to picture');
  }
  assert.is((await shop.get('/pictures/43.svg')).status, 200);
});

test('product pages of every kind have the same data as the API', async ({ shop }) => {
  const { products } = await shop.json('/api/products?limit=48');
  for (const product of products.slice(0, 12)) {
    const response = await shop.get(product.url, { Accept: 'text/html' });
    const page = await response.text();
    assert.is(response.status, 200, product.url);
    assert.match(response.headers.get('content-security-policy')!, "script-src 'self'");
    const data = JSON.parse(/<script type="application\/ld\+json">(.*?)<\/script>/s.exec(page)![1]!);
    assert.is(data.name, product.name);
    assert.is(data.offers.url, shop.url + product.url);
    assert.is(Number(data.offers.price), product.discounted_price ?? product.price);
    assert.is(data.offers.availability.endsWith('/InStock'), product.in_stock);
    assert.is(data.aggregateRating?.reviewCount ?? 0, product.review_count);
    assert.is((await shop.get(new URL(data.image).pathname)).status, 200);
  }
});

test('a product page shows shortly afterwards that its product is sold out', async ({ shop }) => {
  await shop.client.query('update shop.product set inventory = 0 where product_id = 42');
  const page = async () => (await shop.get('/product/42')).text();
  await until(
    async () => (await page()).includes('https://schema.org/OutOfStock'),
    'the page to show it as out of stock',
  );
});

test('an unknown address gets a problem response', async ({ shop }) => {
  for (const path of ['/no/such/page', '/.env', '/api/nothing', '/pictures/']) {
    const response = await shop.get(path);
    assert.equal(
      [response.status, response.headers.get('content-type')],
      [404, 'application/problem+json'],
      path,
    );
  }
});

test('a client that accepts no encoding gets the plain body', async ({ shop }) => {
  const paths = [
    '/',
    '/product/42',
    '/pictures/42.svg',
    '/sitemap-1.xml',
    '/api/products',
    '/api/openapi.json',
  ];
  const lists = ['/api/recommendations/bought-together/42?limit=24', '/api/recommendations/trending'];
  for (const path of [...paths, ...lists]) {
    const plain = async () => (await shop.get(path, { 'Accept-Encoding': 'identity' })).text();
    for (const accepted of ['identity;q=0', '*;q=0', 'gzip;q=0, identity;q=0', 'compress, identity;q=0']) {
      // A list can change between two requests, while the catalogue is refreshed.
      await until(async () => {
        const response = await shop.get(path, { 'Accept-Encoding': accepted });
        assert.equal(
          [response.status, response.headers.get('content-encoding')],
          [200, null],
          `${accepted} ${path}`,
        );
        return (await response.text()).length === (await plain()).length;
      }, `${accepted} ${path}: the plain body`);
    }
  }
});
