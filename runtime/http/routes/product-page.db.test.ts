// Product pages over a real socket: the head for search engines and link previews, with live data.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { openWares, type Wares } from '../../../fixtures/catalogue-shop.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import type { IdType } from '../../../sql/id-types.ts';
import { openLog } from '../../core/log.ts';
import { Storefront } from '../../shop/storefront.ts';
import { newBinding } from '../bind.ts';
import { problems } from '../middleware/problem.ts';
import { type PageSettings, productPages } from './product-page.ts';

interface Shop {
  readonly wares: Wares;
  readonly origin: string;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  page(path: string): Promise<string>;
  close(): Promise<void>;
}

const nasty = `</script><script>alert(1)</script> "A" & 'B' $& \u2028`;
const test = suite<{ shop: Shop }>('product pages');

test.before(async (context) => {
  context.shop = await open();
  await context.shop.wares.add(
    {
      product_id: '1',
      name: 'Wool coat',
      description: `A coat of wool.\n${'Warm and long. '.repeat(20)}`,
      category: 'Coats',
      price: 129.9,
      discounted_price: 99.5,
      on_sale: true,
      rating: 4.256,
      review_count: 12,
      inventory: 3,
      url: '/product/1',
    },
    { product_id: '2', name: nasty, description: nasty, category: nasty, price: 5, inventory: 0 },
    { product_id: '3', url: 'https://', rating: 0, review_count: 0, inventory: 1 },
    { product_id: '4', url: 'javascript:alert(1)', inventory: 1 },
    { product_id: '5', url: 'https://shop.example/p/five?a=1&b=2', inventory: 1 },
  );
  await context.shop.wares.client.query(`
    update wares.product set image_url = case product_id when 1 then '/pictures/1.svg' when 3 then 'https://[' end`);
});
test.after(({ shop }) => shop?.close());

test('the head describes the product and its price', async ({ shop }) => {
  const response = await shop.get('/product/1');
  assert.is(response.status, 200);
  assert.is(response.headers.get('content-type'), 'text/html; charset=utf-8');
  const page = await response.text();
  assert.is(text(page, /<title>(.*?)<\/title>/), 'Wool coat – Lind & Moe');
  const address = `${shop.origin}/product/1`;
  assert.is(text(page, /<link rel="canonical" href="(.*?)">/), address);
  const description = text(page, /<meta name="description" content="(.*?)">/);
  assert.match(description, /^A coat of wool\. Warm and long\. .*(Warm|and|long\.)…$/);
  assert.ok(description.length <= 161);
  assert.equal(properties(page), {
    'og:type': 'product',
    'og:site_name': 'Lind & Moe',
    'og:title': 'Wool coat',
    'og:description': description,
    'og:url': address,
    'og:image': `${shop.origin}/pictures/1.png`,
    'product:price:amount': '99.50',
    'product:price:currency': 'EUR',
    'product:availability': 'in stock',
  });
  const { description: whole, ...data } = linkedData(page);
  assert.match(whole, /^A coat of wool\.\n/);
  assert.equal(data, {
    '@context': 'https://schema.org',
    '@type': 'Product',
    name: 'Wool coat',
    sku: '1',
    category: 'Coats',
    image: `${shop.origin}/pictures/1.svg`,
    offers: {
      '@type': 'Offer',
      url: address,
      price: '99.50',
      priceCurrency: 'EUR',
      availability: 'https://schema.org/InStock',
    },
    aggregateRating: { '@type': 'AggregateRating', ratingValue: '4.26', reviewCount: 12 },
  });
});

test('both forms of the path have the same canonical URL', async ({ shop }) => {
  for (const path of ['/product/1', '/products/1', '/product/1/', '/products/01']) {
    const page = await shop.page(path);
    assert.is(text(page, /rel="canonical" href="(.*?)"/), `${shop.origin}/product/1`, path);
  }
});

test('names and descriptions never become markup', async ({ shop }) => {
  const page = await shop.page('/product/2');
  assert.is(page.match(/<script/g)!.length, 1);
  assert.is(page.match(/<\/script/g)!.length, 1);
  assert.not.match(page, /alert\(1\)<\/|\u2028.*<\/script>/);
  const data = linkedData(page);
  assert.equal([data.name, data.description, data.category], [nasty, nasty, nasty]);
  assert.is(data.offers.availability, 'https://schema.org/OutOfStock');
  assert.is(properties(page)['og:title'], nasty);
});

test('without reviews there is no rating, and invalid URLs are left out', async ({ shop }) => {
  const page = await shop.page('/products/3');
  const data = linkedData(page);
  assert.is(data.aggregateRating, undefined);
  assert.is(data.image, undefined);
  assert.is(data.offers.url, `${shop.origin}/product/3`);
  assert.is(properties(page)['og:image'], undefined);
  assert.is(linkedData(await shop.page('/product/4')).offers.url, `${shop.origin}/product/4`);
  const elsewhere = await shop.page('/product/5');
  assert.is(text(elsewhere, /rel="canonical" href="(.*?)"/), 'https://shop.example/p/five?a=1&b=2');
});

test('stock and price are live, and an unchanged page is 304', async ({ shop }) => {
  const first = await shop.get('/product/1');
  const held = { 'If-None-Match': first.headers.get('etag')!, 'Cache-Control': 'max-age=0' };
  assert.is((await shop.get('/product/1', held)).status, 304);
  await shop.wares.client.query(
    'update wares.product set inventory = 0, on_sale = false where product_id = 1',
  );
  const changed = await shop.get('/product/1', held);
  assert.is(changed.status, 200);
  const { offers } = linkedData(await changed.text());
  assert.equal([offers.price, offers.availability], ['129.90', 'https://schema.org/OutOfStock']);
  await shop.wares.client.query(
    'update wares.product set inventory = 3, on_sale = true where product_id = 1',
  );
});

test('a missing product is a 404 page', async ({ shop }) => {
  for (const path of ['/product/999', '/products/coat', '/product/%00', '/product/99999999999999999999']) {
    const response = await shop.get(path);
    assert.is(response.status, 404, path);
    assert.is(response.headers.get('etag'), null);
    assert.match(await response.text(), '<title>Product not found</title>');
  }
});

test('the public URL and the currency come from the configuration', async () => {
  const settings = {
    publicUrl: 'https://shop.example/',
    currency: 'SEK',
    name: 'Lind & Moe',
    previewImage: '/p.png',
    shell: undefined,
  };
  const shop = await open(settings, 'text');
  try {
    await shop.wares.add({ product_id: 'a/b "c"', price: 10 });
    const page = await shop.page(`/product/${encodeURIComponent('a/b "c"')}`);
    const data = linkedData(page);
    assert.is(data.sku, 'a/b "c"');
    assert.is(data.offers.url, 'https://shop.example/product/a%2Fb%20%22c%22');
    assert.is(data.offers.priceCurrency, 'SEK');
    assert.match(page, '<h1>a/b &quot;c&quot;</h1>'.replace('a/b', 'Product a/b'));
  } finally {
    await shop.close();
  }
});

test('the head replaces the one in the front end’s shell', async () => {
  const old = `<title>Old</title>
    <meta content='Old > new' name=description><meta property='og:title' content="Old > new">
    <LINK href="/old" rel='canonical'><meta name="theme-color" content="#2563eb">`;
  for (const shell of [
    `<!doctype html><html><head>${old}</head><body><svg><title>Logo</title></svg></body></html>`,
    `<!doctype html><html>${old}<body><svg><title>Logo</title></svg>`,
    `<!DOCTYPE html>\n<main><svg><title>Logo</title></svg></main>`,
  ]) {
    const shop = await open({
      publicUrl: undefined,
      currency: 'EUR',
      name: 'Lind & Moe',
      previewImage: '/p.png',
      shell,
    });
    try {
      await shop.wares.add({ product_id: '1', name: 'Coat $& $1' });
      for (const [path, title] of [
        ['/product/1', 'Coat $&amp; $1'],
        ['/product/2', 'Product not found'],
      ]) {
        const page = await shop.page(path!);
        assert.match(page, /^<!doctype html>/i);
        assert.not.match(page, /old/i);
        assert.ok(page.indexOf(`<title>${title}</title>`) < page.indexOf('<svg><title>Logo</title></svg>'));
        assert.is(page.match(/<title>/g)!.length, 2);
        assert.is(page.includes('theme-color'), shell.includes('theme-color'));
      }
    } finally {
      await shop.close();
    }
  }
});

function text(page: string, pattern: RegExp): string {
  return unescaped(pattern.exec(page)?.[1] ?? '');
}

function unescaped(html: string): string {
  const signs: Record<string, string> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' };
  return html.replaceAll(/&([\w#]+);/g, (_, name: string) => signs[name]!);
}

function properties(page: string): Record<string, string> {
  const found = page.matchAll(/<meta property="([^"]*)" content="([^"]*)">/g);
  return Object.fromEntries([...found].map(([, name, content]) => [name, unescaped(content!)]));
}

// biome-ignore lint/suspicious/noExplicitAny: tests read it field by field
function linkedData(page: string): any {
  return JSON.parse(/<script type="application\/ld\+json">(.*?)<\/script>/s.exec(page)![1]!);
}

const plain: PageSettings = {
  publicUrl: undefined,
  currency: 'EUR',
  name: 'Lind & Moe',
  previewImage: '/icons/any-512.png',
  shell: undefined,
};

async function open(settings = plain, type: IdType = 'bigint'): Promise<Shop> {
  const wares = await openWares(type);
  const log = openLog('silent');
  const { pool, url } = wares;
  const ids = { product: type, customer: type };
  const storefront = new Storefront({ pool, url, ids, cardAge: 0, cacheMemory: 1e7, log });
  const binding = newBinding(async () => undefined);
  productPages(binding, storefront, settings);
  const server = http.createServer(new Koa().use(problems(log)).use(binding.router.routes()).callback());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const get = (path: string, headers = {}) => fetch(origin + path, { headers });
  return {
    wares,
    origin,
    get,
    page: async (path) => (await get(path)).text(),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await storefront.close();
      await wares.close();
    },
  };
}
