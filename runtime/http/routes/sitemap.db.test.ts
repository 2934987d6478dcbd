// robots.txt, the sitemap index and its parts over a real server.
import { assert, suite } from '../../../fixtures/suite.ts';
import { type CatalogueServer, catalogueServer } from '../../test-support/products-server.ts';

const test = suite<{ shop: CatalogueServer }>('sitemap');

test.before(async (context) => {
  context.shop = await catalogueServer(
    (wares) =>
      wares.add(
        { product_id: '1', url: '/dress?colour=red&size="s"', group_id: '1' },
        { product_id: '2', group_id: '1' },
        { product_id: '3', url: 'https://other.example/hat' },
        { product_id: '4', url: 'javascript:alert(1)' },
        { product_id: '5', url: 'https://[nonsense' },
      ),
    { publicUrl: 'https://shop.example/' },
  );
});
test.after(({ shop }) => shop?.close());

const addresses = (xml: string) => [...xml.matchAll(/<loc>(.*?)<\/loc>/g)].map((match) => match[1]);

test('robots.txt names the sitemap', async ({ shop }) => {
  const reply = await shop.get('/robots.txt');
  assert.match(reply.headers.get('Content-Type')!, 'text/plain');
  assert.match(reply.text, /^User-agent: \*\n/);
  assert.match(reply.text, /\nSitemap: https:\/\/shop\.example\/sitemap\.xml\n$/);
  assert.not.match(reply.text, /Disallow: \/(api\/?)?\n/);
});

test('the sitemap lists its parts, and a part its products, each with a working URL', async ({ shop }) => {
  const index = await shop.get('/sitemap.xml');
  assert.match(index.headers.get('Content-Type')!, 'application/xml');
  assert.equal(addresses(index.text), ['https://shop.example/sitemap-1.xml']);
  const part = await shop.get('/sitemap-1.xml');
  assert.match(part.text, /^<\?xml version="1.0" encoding="UTF-8"\?>\n<urlset xmlns=/);
  assert.equal(addresses(part.text), [
    'https://shop.example/dress?colour=red&amp;size=%22s%22',
    'https://other.example/hat',
    'https://shop.example/product/4',
    'https://shop.example/product/5',
  ]);
});

test('other parts are 404', async ({ shop }) => {
  for (const path of [
    '/sitemap-2.xml',
    '/sitemap-0.xml',
    '/sitemap-x.xml',
    '/sitemap-.xml',
    '/sitemap-01.xml',
  ]) {
    assert.is((await shop.get(path)).status, 404, path);
  }
});

test('without a public URL the request’s host is used if it has no domain; others are rejected', async () => {
  const shop = await catalogueServer((wares) => wares.add({ product_id: '1' }));
  try {
    assert.equal(addresses((await shop.get('/sitemap-1.xml')).text), [`${shop.url}/product/1`]);
    const [, index] = await shop.getAs('couture:3000', '/sitemap.xml');
    assert.equal(addresses(index), ['http://couture:3000/sitemap-1.xml']);
    for (const host of ['<b>', 'a b', '[', 'evil.example', '127.0.0.1.evil.example', 'localhost.']) {
      const [status, text] = await shop.getAs(host, '/sitemap-1.xml');
      assert.equal([status, JSON.parse(text).code], [400, 'bad_request'], host);
    }
  } finally {
    await shop.close();
  }
});
