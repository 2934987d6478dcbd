// Relative URLs cause warnings only if they would lead shoppers away from the shop.
import { assert, suite } from '../../fixtures/suite.ts';
import { loadConfig } from '../core/config.ts';
import { addressWarnings } from './address-warnings.ts';

const test = suite('address warnings');
const kinds = {
  products: 300,
  without_url: 0,
  relative_urls: 300,
  relative_pictures: 120,
  plain_origins: [] as string[],
};
const cors = { corsOrigins: 'https://shop.example' };

function messages(flags: Record<string, unknown>, found = kinds): string[] {
  const { config } = loadConfig({ directory: '/nowhere', env: {}, flags });
  return addressWarnings(found, config).map(({ message }) => message);
}

test('no warning when couture’s storefront is the shop', () => {
  assert.equal(messages({}), []);
});

test('relative URLs cause warnings with embedded widgets and without a storefront', () => {
  assert.match(
    messages(cors).join('\n'),
    /300 of 300 .* relative url[\s\S]*120 of 300 .* relative image_url/,
  );
  assert.match(messages({ storefront: false }).join('\n'), /pages that do not exist/);
});

test('the shop URL fixes links and pictures, the media URL only pictures', () => {
  assert.equal(messages({ ...cors, shopUrl: 'https://shop.example' }), []);
  assert.is(messages({ ...cors, mediaUrl: 'https://cdn.example' }).length, 1);
});

test('pictures without TLS are not shown, unless they are the shop’s or the media URL’s', () => {
  const plain = { ...kinds, relative_urls: 0, relative_pictures: 0, plain_origins: ['http://127.0.0.1:81'] };
  assert.match(
    messages({}, plain).join(),
    'Pictures from http://127.0.0.1:81 are not shown on couture’s pages',
  );
  assert.equal(messages({ mediaUrl: 'http://127.0.0.1:81/media' }, plain), []);
  assert.equal(messages({ storefront: false }, plain), []);
});

test('products without a url need a URL pattern', () => {
  const none = { ...kinds, without_url: 7, relative_urls: 0, relative_pictures: 0 };
  const shopUrl = 'https://shop.example';
  assert.match(messages({ shopUrl }, none).join(), '7 of 300 products have no url');
  assert.equal(messages({ shopUrl, productUrl: '/products/{id}' }, none), []);
});
