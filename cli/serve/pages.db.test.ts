// What the runtime hosts: product pages with their own heads, pictures, files of a front end, robots, sitemap, sign-in.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Koa from 'koa';
import { assert, suite } from '../../fixtures/suite.ts';
import { frontEnd } from '../../runtime/http/front-end.ts';
import { type Body, type SampleServer, sampleServer } from './sample-server.test.server.ts';

const test = suite<{ shop: SampleServer }>('pages and files');
test.before(async (context) => {
  context.shop = await sampleServer({ publicUrl: 'https://shop.example', currency: 'GBP' });
});
test.after((context) => context.shop?.close());

test('a product page says in its head what the product is and costs now', async ({ shop }) => {
  await shop.client.query(`update shop.product set name = '<b>"Juno" & Co</b>' where product_id = 6`);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const response = await shop.get('/product/6');
  const page = await response.text();
  assert.match(response.headers.get('content-security-policy')!, "script-src 'self'");
  assert.match(page, '<title>&lt;b&gt;&quot;Juno&quot; &amp; Co&lt;/b&gt;</title>');
  assert.match(page, '<link rel="canonical" href="https://shop.example/product/6">');
  assert.match(page, '<meta property="og:image" content="https://shop.example/pictures/6.svg">');
  assert.match(page, '<meta property="product:price:currency" content="GBP">');
  const data = JSON.parse(/<script type="application\/ld\+json">(.*?)<\/script>/s.exec(page)![1]!);
  const card = await shop.json('/api/products/6');
  assert.is(data.name, '<b>"Juno" & Co</b>');
  assert.equal(data.offers, {
    '@type': 'Offer',
    url: 'https://shop.example/product/6',
    price: (card.discounted_price ?? card.price).toFixed(2),
    priceCurrency: 'GBP',
    availability: 'https://schema.org/InStock',
  });
  assert.is(data.aggregateRating.reviewCount, card.review_count);
  for (const gone of ['/product/999999999', '/product/x', '/products/%00']) {
    const missing = await shop.get(gone, { Accept: 'text/html' });
    assert.is(missing.status, 404, gone);
    assert.match(await missing.text(), 'No such product');
  }
});

test('pictures of the sample shop come compressed, and can run nothing', async ({ shop }) => {
  const picture = await shop.get('/pictures/6.svg', { 'Accept-Encoding': 'gzip' });
  assert.is(picture.headers.get('content-type'), 'image/svg+xml');
  assert.is(picture.headers.get('content-encoding'), 'gzip');
  assert.match(picture.headers.get('content-security-policy')!, 'sandbox');
  assert.match(await picture.text(), '<svg');
  const again = { 'If-None-Match': picture.headers.get('etag')!, 'Cache-Control': 'max-age=0' };
  assert.is((await shop.get('/pictures/6.svg', again)).status, 304);
  for (const path of ['/pictures/999999.svg', '/pictures/6.png', '/pictures/..%2f6.svg'])
    assert.is((await shop.get(path)).status, 404);
});

test('search engines find every product once', async ({ shop }) => {
  assert.match(await (await shop.get('/robots.txt')).text(), 'Sitemap: https://shop.example/sitemap.xml');
  const parts = [...(await (await shop.get('/sitemap.xml')).text()).matchAll(/<loc>(.*?)<\/loc>/g)];
  assert.equal(
    parts.map(([, url]) => url),
    ['https://shop.example/sitemap-1.xml'],
  );
  const part = await (await shop.get('/sitemap-1.xml')).text();
  const urls = [...part.matchAll(/<loc>(.*?)<\/loc>/g)].map(([, url]) => url);
  const { rows } = await shop.client.query(
    'select count(distinct coalesce(group_id, product_id))::int as n from shop.product',
  );
  assert.equal([urls.length, new Set(urls).size], [rows[0]!.n, rows[0]!.n]);
  assert.is((await shop.get('/sitemap-2.xml')).status, 404);
});

test('there is no sign-in page but in the demo', async ({ shop }) => {
  assert.is((await shop.get('/demo/sign-in')).status, 404);
  assert.is((await shop.post('/demo/sign-in', { sub: '7' }, { Origin: 'https://shop.example' })).status, 404);
  const open = await sampleServer({ host: '0.0.0.0' }, { demo: true });
  try {
    assert.is((await open.get('/demo/sign-in')).status, 404, 'others can reach it');
  } finally {
    await open.close();
  }
});

test('a front end is hosted: hashed files for a year, its shell for its own addresses', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'couture-web-'));
  mkdirSync(path.join(folder, 'assets'));
  const shell = '<html><head><title>Shop</title></head><body><main>shell</main></body></html>';
  writeFileSync(path.join(folder, 'index.html'), shell);
  writeFileSync(path.join(folder, 'assets', 'shop-a1b2c3d4.js'), 'export {};');
  writeFileSync(path.join(folder, 'sw.js'), '// worker');
  writeFileSync(path.join(folder, '.secret'), 'secret');
  const seen: number[] = [];
  const app = new Koa();
  app.use(async (ctx, next) => {
    ctx.set('X-Request-Id', 'kept');
    await next();
    seen.push(ctx.status);
  });
  app.use(frontEnd({ folder, shell, demo: false }));
  app.use(async (ctx, next) => {
    if (ctx.path === '/api/x') ctx.body = { x: 1 };
    else await next();
  });
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  const get = (address: string, accept = 'text/html') =>
    fetch(url + address, { headers: { Accept: accept } });
  try {
    const script = await get('/assets/shop-a1b2c3d4.js', '*/*');
    assert.is(script.headers.get('cache-control'), 'public, max-age=31536000, immutable');
    assert.is(script.headers.get('x-request-id'), 'kept');
    assert.match(script.headers.get('content-type')!, 'javascript');
    assert.is(await script.text(), 'export {};');
    assert.match((await get('/sw.js', '*/*')).headers.get('cache-control')!, 'no-cache');
    for (const address of ['/', '/cart', '/category/Dresses', '/search?q=x']) {
      const page = await get(address);
      assert.equal([page.status, await page.text()], [200, shell], address);
      assert.is(page.headers.get('cache-control'), 'no-cache');
    }
    const unknown = await get('/nothing/here');
    assert.equal([unknown.status, await unknown.text()], [404, shell]);
    assert.equal(((await (await get('/api/x')).json()) as Body).x, 1);
    for (const address of [
      '/.secret',
      '/assets/gone-a1b2c3d4.js',
      '/..%2fpackage.json',
      '/assets/..%5c..%5cx',
      '/api/none',
    ])
      assert.is((await get(address, '*/*')).status, 404, address);
    assert.equal(seen.slice(0, 3), [200, 200, 200]);
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
});

test('who asks too much is told when to come back', async () => {
  const shop = await sampleServer({ rateLimit: 5, jwtSecret: 'y'.repeat(40) });
  try {
    const statuses = [];
    for (let n = 0; n < 7; n++) statuses.push((await shop.get('/api/recommendations/trending')).status);
    assert.equal(statuses, [200, 200, 200, 200, 200, 429, 429]);
    const refused = await shop.get('/api/categories');
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    const { code, title } = (await refused.json()) as Body;
    assert.equal([code, title], ['too_many_requests', 'Too many requests']);
    assert.is((await shop.get('/healthz')).status, 200, 'whoever watches is always answered');
    assert.match(await (await shop.get('/metrics')).text(), 'couture_requests_limited_total 3');
  } finally {
    await shop.close();
  }
});

test('more at once than can be answered in time is refused at once', async () => {
  const shop = await sampleServer({ maxInFlight: 1 });
  try {
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, n) => shop.get(`/api/recommendations/similar/${n + 1}`)),
    );
    const refused = all.filter((each) => each.status === 503);
    assert.ok(refused.length > 0 && refused.length < 12);
    assert.is(refused[0]!.headers.get('retry-after'), '1');
    assert.is(((await refused[0]!.json()) as Body).code, 'overloaded');
  } finally {
    await shop.close();
  }
});
