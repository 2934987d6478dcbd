// Relative URLs resolve against the shop; disguised foreign URLs are rejected.
import { assert, suite } from '../../fixtures/suite.ts';
import { ShopAddresses } from './shop-addresses.ts';

const test = suite('shop addresses');
const unset = { shopUrl: undefined, mediaUrl: undefined, productUrl: undefined };
const none = new ShopAddresses(unset);
const shop = new ShopAddresses({ ...unset, shopUrl: 'https://shop.example' });

test('with a shop URL, paths of pages and pictures resolve against the shop', () => {
  assert.is(shop.product('/products/7', '7'), 'https://shop.example/products/7');
  assert.is(shop.picture('/media/7.jpg'), 'https://shop.example/media/7.jpg');
  assert.is(shop.page('/category/Coats?sort=new'), 'https://shop.example/category/Coats?sort=new');
});

test('pictures resolve against the media URL; Django stores them as paths below it', () => {
  for (const mediaUrl of ['https://cdn.example/media', 'https://cdn.example/media/']) {
    const addresses = new ShopAddresses({ ...unset, shopUrl: 'https://shop.example', mediaUrl });
    assert.is(addresses.picture('products/7.jpg'), 'https://cdn.example/media/products/7.jpg');
    assert.is(addresses.picture('/media/7.jpg'), 'https://cdn.example/media/7.jpg');
    assert.is(addresses.product('/products/7', '7'), 'https://shop.example/products/7');
  }
  const media = new ShopAddresses({ ...unset, mediaUrl: 'https://cdn.example' });
  assert.is(media.picture('7.jpg'), 'https://cdn.example/7.jpg');
  assert.is(media.product('/products/7', '7'), '/products/7');
});

test('absolute URLs stay as they are', () => {
  for (const addresses of [none, shop]) {
    assert.is(addresses.product('https://other.example/p?a=b#c', '7'), 'https://other.example/p?a=b#c');
    assert.is(addresses.picture('HTTP://img.example/7.jpg'), 'HTTP://img.example/7.jpg');
  }
});

test('without a shop URL, paths and products without a url refer to couture’s storefront', () => {
  assert.is(none.product('/product/7', '7'), '/product/7');
  assert.is(none.product(null, 'A 7'), '/product/A%207');
  assert.is(none.picture('/pictures/7.svg'), '/pictures/7.svg');
  assert.is(none.picture('7.svg'), null);
});

test('a product without a url links to its URL pattern, or to the shop’s front page', () => {
  const withPattern = new ShopAddresses({
    ...unset,
    shopUrl: 'https://shop.example',
    productUrl: '/products/{id}/',
  });
  assert.is(withPattern.product(null, 'A/7'), 'https://shop.example/products/A%2F7/');
  assert.is(withPattern.product('', '7'), 'https://shop.example/products/7/');
  assert.is(withPattern.product('/p/7', '7'), 'https://shop.example/p/7');
  assert.is(shop.product(null, '7'), 'https://shop.example/');
});

test('disguised foreign URLs and scripts are rejected', () => {
  const wrong = [
    'javascript:x',
    'data:text/html,x',
    '//evil.example/x',
    '/\\evil.example',
    '\\\\evil.example',
  ];
  for (const address of [...wrong, '\t//evil.example', 'https://[', 'blob:https://shop.example/1', '']) {
    assert.is(none.picture(address), null, address);
    assert.is(shop.picture(address), null, address);
    assert.is(shop.product(address, '7'), 'https://shop.example/', address);
  }
});

test('only plain http origins must be allowed explicitly', () => {
  const settings = { ...unset, shopUrl: 'http://127.0.0.1:8000/', mediaUrl: 'https://cdn.example' };
  assert.equal(new ShopAddresses(settings).plainOrigins, ['http://127.0.0.1:8000']);
  assert.equal(shop.plainOrigins, []);
});

test('below a base path, paths lead to the storefront there; without a storefront, to the host', () => {
  const below = new ShopAddresses({ ...unset, basePath: '/recs' });
  assert.is(below.product(null, 'a b'), '/recs/product/a%20b');
  assert.is(below.product('/products/7', '7'), '/recs/products/7');
  assert.is(below.picture('/pictures/7.svg'), '/recs/pictures/7.svg');
  assert.is(below.product('https://shop.example/7', '7'), 'https://shop.example/7');
  const beside = new ShopAddresses({ ...unset, basePath: '/recs', storefront: false });
  assert.is(beside.product('/products/7', '7'), '/products/7');
  const elsewhere = new ShopAddresses({ ...unset, basePath: '/recs', shopUrl: 'https://shop.example' });
  assert.is(elsewhere.product('/products/7', '7'), 'https://shop.example/products/7');
  assert.is(elsewhere.own('7'), '/recs/product/7');
});
