// Pages that arrive with their content: the data of the API, live, escaped, in the visitor's language, the same for everybody.
import { createHash } from 'node:crypto';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { bearer, type SampleServer, sampleServer } from '../test-support/sample-server.ts';

const test = suite<{ shop: SampleServer }>('written pages');
test.before(async (context) => {
  context.shop = await sampleServer();
});
test.after((context) => context.shop?.close());

const html = { Accept: 'text/html,*/*;q=0.8', 'Accept-Language': 'en-GB,en;q=0.9' };
const read = async (shop: SampleServer, path: string, headers: Record<string, string> = {}) =>
  (await shop.get(path, { ...html, ...headers })).text();
/** URL of the API → its answer in the page. */
const answersIn = (page: string): Record<string, unknown> =>
  JSON.parse(/id="couture-answers">(.*?)<\/script>/s.exec(page)?.[1] ?? '{}');
const main = (page: string) => /<main class="boot[^>]*>.*?<\/main>/s.exec(page)![0];

test('home, category, search and product pages have the products of the API, and the picture to load first', async ({
  shop,
}) => {
  for (const path of ['/', '/category/Dresses', '/search?q=dress', '/product/6']) {
    const page = await read(shop, path);
    const answers = answersIn(page);
    assert.ok(Object.keys(answers).length >= 2, path);
    for (const [url, answer] of Object.entries(answers)) assert.equal(answer, await shop.json(url), url);
    assert.match(main(page), /<h1/);
    const picture = /<link rel="preload" as="image" href="(.*?)" fetchpriority="high">/.exec(page)![1]!;
    assert.match(main(page), `src="${picture}"`);
    assert.is((await shop.get(picture)).status, 200);
  }
  const { products } = await shop.json('/api/products?category=Dresses&limit=24');
  const list = main(await read(shop, '/category/Dresses'));
  for (const { name, url, price, discounted_price: sale } of products) {
    assert.match(list, `href="${url}">${name}</a>`);
    assert.match(list, (sale ?? price).toLocaleString('en', { style: 'currency', currency: 'EUR' }), name);
  }
});

test('nobody is in a page: with and without a session it has the same bytes and sets no cookie', async ({
  shop,
}) => {
  const token = (await bearer('206')).Authorization.slice('Bearer '.length);
  for (const path of ['/', '/category/Bags', '/search?q=dress', '/product/6', '/cart', '/checkout']) {
    const guest = await shop.get(path, html);
    const signedIn = await shop.get(path, { ...html, Cookie: `couture_session=${token}` });
    assert.is(await signedIn.text(), await guest.text(), path);
    assert.is(signedIn.headers.get('etag'), guest.headers.get('etag'));
    assert.is(signedIn.headers.get('set-cookie'), null);
    assert.is(signedIn.headers.get('cache-control'), 'public, no-cache');
  }
});

test('an unchanged page is not sent again; a new price is in it within a second', async ({ shop }) => {
  const path = '/product/42';
  const first = await shop.get(path, html);
  const held = { ...html, 'If-None-Match': first.headers.get('etag')!, 'Cache-Control': 'max-age=0' };
  assert.is((await shop.get(path, held)).status, 304);
  await shop.client.query('update shop.product set price = 1234.5, on_sale = false where product_id = 42');
  await until(
    async () => main(await read(shop, path)).includes('€1,234.50'),
    'the page to have the new price',
  );
  assert.is((await shop.get(path, held)).status, 200);
});

test('what the shop writes stays text, in elements, attributes and scripts', async ({ shop }) => {
  const nasty = `"><script>alert(1)</script></noscript><img src=x onerror=alert(1)> & '$&'`;
  const before = (await read(shop, '/category/Dresses')).match(/<script/g)!.length;
  await shop.client.query('update shop.product set name = $1, description = $1 where product_id = 6', [
    nasty,
  ]);
  for (const path of ['/product/6', '/category/Dresses']) {
    await until(async () => (await read(shop, path)).includes('alert(1)'), `${path} to have the name`);
    const page = await read(shop, path);
    assert.is(page.match(/<script/g)!.length, before + Number(path.startsWith('/product')), path);
    assert.not.match(page, /<img src=x/);
    assert.match(JSON.stringify(answersIn(page)), '</noscript><img src=x');
  }
});

test('a page is in the language that the visitor prefers, with prices of their region', async ({ shop }) => {
  for (const [accepted, lang, price] of [
    ['de-AT,de;q=0.9,en;q=0.5', 'de', /€ ?\d+,\d\d|€ ?\d+/],
    ['fr-FR,ar-EG;q=0.9', 'ar', /[٠-٩]/],
    ['fr-FR', 'en', /€\d/],
    ['*', 'en', /€\d/],
  ] as const) {
    const response = await shop.get('/category/Bags', { ...html, 'Accept-Language': accepted });
    const page = await response.text();
    assert.match(page, `<html lang="${lang}" dir="${lang === 'ar' ? 'rtl' : 'ltr'}">`);
    assert.match(/class="price">.*?<\/span>/s.exec(main(page))![0].replaceAll('\u00a0', ' '), price);
    assert.match(response.headers.get('vary')!, 'Accept-Language');
  }
});

test('documents of the worker, filtered lists and other pages have no content; campaigns change nothing', async ({
  shop,
}) => {
  const others = [
    '/search',
    '/search?q=+',
    '/search?q=dress&size=M',
    '/search?q=quetzalcoatl',
    '/cart',
    '/checkout',
  ];
  for (const path of ['/index.html', '/category/Dresses?on_sale=1', ...others])
    assert.equal(answersIn(await read(shop, path)), {}, path);
  const plain = await read(shop, '/category/Dresses');
  assert.is(await read(shop, '/category/Dresses?utm_source=letter&gclid=1'), plain);
  assert.is((await shop.get('/category/Nothing', html)).status, 404);
});

test('the results of a search are those of the words that the app reads, which stay text', async ({
  shop,
}) => {
  for (const [query, words] of [
    ['q=+dress+&utm_source=letter', 'dress'],
    ['q=dress&q=shoes', 'dress'],
    ['q=dress+%3C%3E', 'dress &lt;&gt;'],
  ]) {
    const page = await read(shop, `/search?${query}`);
    assert.match(main(page), `<h1>“${words}”</h1>`, query);
  }
});

test('where visitors are compared, the home page has no list that depends on their group', async () => {
  const shop = await sampleServer({ holdout: 0.5 });
  try {
    const page = await read(shop, '/');
    assert.match(main(page), 'Shop by category');
    assert.not.match(main(page), 'Trending now');
    assert.not.match(Object.keys(answersIn(page)).join(), 'trending');
  } finally {
    await shop.close();
  }
});

test('below a path, in the shop’s language and colours: links, styles and words are its own', async () => {
  const shop = await sampleServer({
    basePath: '/recs',
    locale: 'de',
    shopName: 'Haus & Hof',
    brandColor: '#7a1f3d',
    fontFamily: 'Georgia, serif',
    logoUrl: '/logo.svg',
  });
  try {
    for (const path of ['/recs/', '/recs/category/Dresses', '/recs/product/6', '/recs/cart']) {
      const response = await shop.get(path, html);
      const page = await response.text();
      assert.is(response.status, 200, path);
      const links = [...page.matchAll(/<(?:a|img|link|script)\b[^>]* (?:href|src)="(\/[^"]*)"/g)].map(
        ([, url]) => url!,
      );
      assert.equal(
        links.filter((url) => !url.startsWith('/recs/')),
        links.filter((url) => url === '/logo.svg'),
        path,
      );
      assert.match(page, '<html lang="de"');
      assert.match(page, '<img src="/logo.svg" alt="Haus &amp; Hof">');
      const style = /<style>(.*?)<\/style>/s.exec(page)![1]!;
      assert.match(style, '--couture-sans:Georgia, serif');
      const hash = createHash('sha256').update(style).digest('base64');
      assert.match(response.headers.get('content-security-policy')!, `style-src 'self' 'sha256-${hash}'`);
    }
    assert.match(main(await read(shop, '/recs/')), 'Gerade gefragt');
  } finally {
    await shop.close();
  }
});
