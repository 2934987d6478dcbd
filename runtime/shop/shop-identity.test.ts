// What a shop is called and promises when nobody has said so.
import { assert, suite } from '../../fixtures/suite.ts';
import { loadConfig } from '../core/config.ts';
import { shopIdentity } from './shop-identity.ts';

const test = suite('shop identity');

function identity(flags: Record<string, unknown>, sample = false) {
  return shopIdentity(loadConfig({ directory: '/nowhere', env: {}, flags }).config, sample);
}

test('the sample shop has its name and its discount, a real shop has neither', () => {
  const sample = identity({}, true);
  assert.equal([sample.name, sample.bundleDiscount, sample.sample], ['ClassyCouture', 0.1, true]);
  const real = identity({});
  assert.equal([real.name, real.bundleDiscount, real.sample], ['Shop', 0, false]);
});

test('a real shop is called as its host is', () => {
  assert.is(identity({ shopUrl: 'https://www.lindmoe.example/de' }).name, 'lindmoe.example');
  assert.is(identity({ publicUrl: 'https://recs.lindmoe.example' }).name, 'recs.lindmoe.example');
  assert.is(identity({ shopUrl: 'http://127.0.0.1:8000' }).name, 'Shop');
  assert.is(identity({ shopUrl: 'http://localhost:8000' }).name, 'Shop');
  assert.is(identity({ shopUrl: 'http://[::1]:8000' }).name, 'Shop');
});

test('what is set counts, on any shop', () => {
  for (const sample of [true, false]) {
    const { name, bundleDiscount } = identity({ shopName: 'Lind & Moe', bundleDiscount: '0.05' }, sample);
    assert.equal([name, bundleDiscount], ['Lind & Moe', 0.05]);
  }
  assert.is(identity({ bundleDiscount: '0' }, true).bundleDiscount, 0);
});

test('a checkout address is one of the shop, and has a place for the items', () => {
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
  for (const checkoutUrl of ['https://a.example/cart', 'javascript:{items}', '//evil.example/{items}'])
    assert.throws(() => identity({ checkoutUrl }), /checkout-url/);
});
