// The runtime next to a shop with its own site and checkout: a Django shop whose views contain paths, as the preset
// creates them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestDatabase, testDatabase } from '../../fixtures/database.ts';
import { assert, rejects, suite } from '../../fixtures/suite.ts';
import { loadConfig } from '../../runtime/core/config.ts';
import { openLog } from '../../runtime/core/log.ts';
import { type RunningServer, startServer } from '../../runtime/server.ts';
import { fillDjangoShop } from '../test-support/django-shop.ts';
import type { Body } from '../test-support/sample-server.ts';

const test = suite<{ database: TestDatabase }>('next to a real shop');

test.before(async (context) => {
  context.database = await testDatabase();
  await fillDjangoShop(context.database.url);
});
test.after(({ database }) => database?.drop());

const shopUrl = 'https://lindmoe.example';

/** Serves the shop while `look` runs. */
async function serving(
  { database }: { database: TestDatabase },
  flags: Record<string, unknown>,
  look: (shop: {
    get(path: string, headers?: object): Promise<Response>;
    json(path: string): Promise<Body>;
  }) => Promise<void>,
): Promise<void> {
  const { config } = loadConfig({
    directory: '/',
    env: {},
    flags: { port: 0, drain: 0, home: '/nowhere', ...flags },
  });
  const given = Object.freeze({ ...config, databaseUrl: database.url });
  const server: RunningServer = await startServer({
    config: given,
    databaseUrl: database.url,
    log: openLog('silent'),
  });
  const get = (path: string, headers = {}) => fetch(server.url + path, { redirect: 'manual', headers });
  try {
    await look({ get, json: async (path) => (await get(path)).json() });
  } finally {
    await server.close();
  }
}

const opened = { Accept: 'text/html' };

test('links and pictures point to the shop, in every route that returns products', async (context) => {
  const flags = { shopUrl, mediaUrl: `${shopUrl}/media/` };
  await serving(context, flags, async ({ get, json }) => {
    const bundle = await json('/api/recommendations/bundle/10');
    const { products } = await json('/api/products?limit=10');
    const detail = await json('/api/products/12');
    const cards = [
      ...bundle.products,
      ...products,
      detail,
      ...(await json('/api/recommendations/similar/10')),
    ];
    assert.ok(bundle.products.length === 2 && products.length === 3, 'the responses have products');
    for (const card of cards) {
      assert.is(card.url, `${shopUrl}/products/${card.id}`);
      assert.ok(card.image_url.startsWith(`${shopUrl}/`), card.image_url);
    }
    assert.is(detail.image_url, `${shopUrl}/media/belts/12.jpg`);
    const page = await (await get('/product/12', opened)).text();
    assert.match(page, `<link rel="canonical" href="${shopUrl}/products/12">`);
    assert.match(page, `<meta property="og:image" content="${shopUrl}/media/belts/12.jpg">`);
    assert.match(await (await get('/sitemap-1.xml')).text(), `<loc>${shopUrl}/products/12</loc>`);
  });
});

test('no bundle discount is shown unless configured, since the shop’s checkout does not apply it', async (context) => {
  await serving(context, { shopUrl }, async ({ json }) => {
    const { original_price, bundle_price, savings, discount } = await json('/api/recommendations/bundle/10');
    assert.equal([original_price > 0, bundle_price, savings, discount], [true, original_price, 0, 0]);
  });
  await serving(context, { bundleDiscount: '0.1' }, async ({ json }) => {
    const { original_price, savings, discount } = await json('/api/recommendations/bundle/10');
    assert.equal([savings > 0, discount, savings < original_price], [true, 0.1, true]);
  });
});

test('pages carry the shop’s name and never call it a sample shop', async (context) => {
  await serving(
    context,
    { shopName: 'Lind & <Moe>', checkoutUrl: `${shopUrl}/cart/{items}` },
    async ({ get, json }) => {
      const facts = await json('/api/shop');
      assert.equal(
        [facts.name, facts.sample, facts.checkout, facts.checkout_url],
        ['Lind & <Moe>', false, false, `${shopUrl}/cart/{items}`],
      );
      for (const path of ['/', '/index.html', '/product/12', '/console', '/no/such/page']) {
        const page = await (await get(path, opened)).text();
        assert.match(page, /<title>[^<]*Lind &amp; &lt;Moe&gt;<\/title>/, path);
        assert.not.match(page, /ClassyCouture|__SHOP|Dresses, knitwear|couture-sample/, path);
      }
      const response = await get('/manifest.webmanifest');
      assert.is(response.headers.get('content-type'), 'application/manifest+json; charset=utf-8');
      const manifest = (await response.json()) as Record<string, unknown>;
      assert.equal([manifest.name, manifest.short_name], ['Lind & <Moe>', 'Lind & <Moe>']);
      assert.equal([manifest.description, manifest.screenshots], [undefined, undefined]);
      assert.ok(Array.isArray(manifest.icons));
      assert.is((await get('/stories.html')).status, 404);
    },
  );
  await serving(context, { shopUrl, locale: 'de' }, async ({ json }) => {
    const { lang, shortcuts } = await json('/manifest.webmanifest');
    assert.equal([lang, shortcuts[0].name, shortcuts[0].name_localized], ['de', 'Tasche', undefined]);
  });
  await serving(context, { shopUrl }, async ({ json }) => {
    const { lang, shortcuts } = await json('/manifest.webmanifest');
    assert.equal(
      [lang, shortcuts[0].name, shortcuts[0].name_localized],
      ['en', 'Bag', { de: 'Tasche', ar: 'السلة' }],
    );
    assert.is((await json('/api/shop')).name, 'lindmoe.example');
  });
});

test('the icon is the shop’s own; a file that is no square PNG of 512 pixels is refused with its size', async (context) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'couture-icon-'));
  const icon = path.join(folder, 'icon.png');
  const png = (width: number, height: number) => {
    const picture = Buffer.alloc(32);
    picture.write('\x89PNG\r\n\x1a\n', 'latin1');
    picture.writeUInt32BE(width, 16);
    picture.writeUInt32BE(height, 20);
    writeFileSync(icon, picture);
    return picture;
  };
  try {
    const picture = png(512, 512);
    await serving(context, { shopUrl, icon, brandColor: '#7A1F3D' }, async ({ get, json }) => {
      for (const address of ['/icons/any-192.png', '/favicon.ico', '/favicon.svg', '/apple-touch-icon.png']) {
        const response = await get(address);
        assert.is(response.headers.get('content-type'), 'image/png', address);
        assert.equal(Buffer.from(await response.arrayBuffer()), picture);
      }
      assert.is((await json('/manifest.webmanifest')).theme_color, '#7a1f3d');
      assert.is((await json('/api/shop')).brand.colors.light, '#7a1f3d');
    });
    png(512, 300);
    await rejects(() => serving(context, { icon }, async () => {}), /is a PNG of 512 × 300 pixels/);
    writeFileSync(icon, '<svg/>');
    await rejects(() => serving(context, { icon }, async () => {}), /is no PNG/);
    await rejects(
      () => serving(context, { icon: `${icon}x` }, async () => {}),
      /Cannot read the icon .*ENOENT/,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const wrong: Array<[Record<string, string>, RegExp]> = [
    [{ brandColor: 'red' }, /#7a1f3d/],
    [{ footerLinks: 'Imprint' }, /Imprint=\/imprint.*got "Imprint"/],
    [{ footerLinks: 'Imprint=javascript:alert(1)' }, /got "Imprint=javascript/],
    [{ logoUrl: 'logo.svg' }, /https:\/\/… or a path/],
    [{ fontFamily: 'a;}b{' }, /names of fonts/],
  ];
  for (const [flags, message] of wrong) await rejects(() => serving(context, flags, async () => {}), message);
});

test('without a storefront, only the API, widgets and console are served', async (context) => {
  await serving(context, { shopUrl, storefront: false }, async ({ get }) => {
    const status = async (path: string) => (await get(path, opened)).status;
    for (const path of [
      '/product/12',
      '/products/12',
      '/index.html',
      '/category/Dresses',
      '/cart',
      '/checkout',
      '/search',
      '/account',
      '/offline',
      '/sitemap.xml',
      '/sitemap-1.xml',
      '/manifest.webmanifest',
      '/stories.html',
      '/no/such/page',
    ])
      assert.is(await status(path), 404, path);
    for (const path of [
      '/api/shop',
      '/api/recommendations/similar/10',
      '/api/openapi.json',
      '/embed/couture-widgets.js',
      '/console',
      '/favicon.svg',
      '/healthz',
    ])
      assert.is(await status(path), 200, path);
    const script = /src="(\/assets\/[^"]+)"/.exec(await (await get('/console')).text())![1]!;
    assert.is(await status(script), 200, script);
    const root = await get('/', opened);
    assert.equal([root.status, root.headers.get('content-type')], [200, 'text/plain; charset=utf-8']);
    assert.match(await root.text(), 'The storefront is turned off');
    assert.is(await (await get('/robots.txt')).text(), 'User-agent: *\nDisallow: /\n');
  });
});

test('the content security policy allows pictures over plain HTTP', async (context) => {
  await serving(context, { shopUrl: 'http://127.0.0.1:8000' }, async ({ get }) => {
    const policy = (await get('/', opened)).headers.get('content-security-policy')!;
    assert.match(policy, "img-src 'self' https: data: http://127.0.0.1:8000;");
  });
});
