// The name and the promises of a shop without explicit configuration.
import { assert, suite } from '../../fixtures/suite.ts';
import { loadConfig } from '../core/config.ts';
import { shopIdentity } from './shop-identity.ts';

const test = suite('shop identity');

function identity(flags: Record<string, unknown>, sample = false) {
  return shopIdentity(loadConfig({ directory: '/nowhere', env: {}, flags }).config, sample);
}

test('the sample shop has a default name and discount, a real shop has neither', () => {
  const sample = identity({}, true);
  assert.equal([sample.name, sample.bundleDiscount, sample.sample], ['ClassyCouture', 0.1, true]);
  const real = identity({});
  assert.equal([real.name, real.bundleDiscount, real.sample], ['Shop', 0, false]);
});

test('a real shop is named after its host', () => {
  assert.is(identity({ shopUrl: 'https://www.lindmoe.example/de' }).name, 'lindmoe.example');
  assert.is(identity({ publicUrl: 'https://recs.lindmoe.example' }).name, 'recs.lindmoe.example');
  assert.is(identity({ shopUrl: 'http://127.0.0.1:8000' }).name, 'Shop');
  assert.is(identity({ shopUrl: 'http://localhost:8000' }).name, 'Shop');
  assert.is(identity({ shopUrl: 'http://[::1]:8000' }).name, 'Shop');
});

test('explicit configuration wins on any shop', () => {
  for (const sample of [true, false]) {
    const { name, bundleDiscount } = identity({ shopName: 'Lind & Moe', bundleDiscount: '0.05' }, sample);
    assert.equal([name, bundleDiscount], ['Lind & Moe', 0.05]);
  }
  assert.is(identity({ bundleDiscount: '0' }, true).bundleDiscount, 0);
});

test('the checkout URL resolves against the shop and keeps the placeholder for items', () => {
  const shopUrl = 'https://shop.example/';
  assert.is(
    identity({ shopUrl, checkoutUrl: '/cart/{items}' }).checkoutUrl,
    'https://shop.example/cart/{items}',
  );
  assert.is(
    identity({ checkoutUrl: 'https://a.example/?p={items}' }).checkoutUrl,
    'https://a.example/?p={items}',
  );
  assert.is(identity({}).checkoutUrl, null);
  for (const checkoutUrl of ['/cart?{ids}&{quantities}', '/cart#{json}'])
    assert.is(identity({ checkoutUrl }).checkoutUrl, checkoutUrl);
  for (const checkoutUrl of [
    '/cart?{quantities}',
    'https://a.example/cart',
    'javascript:{items}',
    '//evil.example/{items}',
  ])
    assert.throws(() => identity({ checkoutUrl }), /checkout-url/);
});
