// The fields of the checkout: what they accept, and what is read back from storage.
import { assert, suite } from '../../fixtures/suite.ts';
import { deliveryFields, deliveryOf, faultOf } from './delivery.ts';

const test = suite('delivery');

const invisible = ['', ' ', '\u00a0', '\u200b', '\u3000\t', '\ufeff', '\u2800'];

test('every field but the postcode needs something that is visible', () => {
  for (const field of deliveryFields)
    for (const text of invisible)
      assert.is(
        faultOf(field, text),
        field === 'postcode' ? undefined : 'missing',
        `${field} ${JSON.stringify(text)}`,
      );
});

test('addresses of any kind pass; what is no e-mail address does not', () => {
  for (const text of [
    'ann@example.org',
    'ann+shop@mail.example.co.uk',
    ' ann@example.org ',
    'änn@exämple.de',
    '用户@例子.公司',
  ])
    assert.is(faultOf('email', text), undefined, text);
  for (const text of [
    'ann',
    'ann@',
    '@example.org',
    'ann@example',
    'ann@@example.org',
    'a nn@example.org',
    'ann@example..org',
    'ann@.org',
  ])
    assert.is(faultOf('email', text), 'no address', text);
  for (const text of ['12', 'Straße des 17. Juni 135', '東京都千代田区', "O’Brien's", 'Łódź'])
    for (const field of ['name', 'address', 'postcode', 'city', 'country'] as const)
      assert.is(faultOf(field, text), undefined);
});

test('storage may hold anything', () => {
  const whole = Object.fromEntries(deliveryFields.map((field) => [field, ` ${field}\u000b `]));
  assert.equal(deliveryOf(whole), Object.fromEntries(deliveryFields.map((field) => [field, field])));
  for (const field of deliveryFields)
    for (const value of [undefined, null, 7, {}, ['x']])
      assert.is(deliveryOf({ ...whole, [field]: value }), undefined);
  for (const value of [undefined, null, 7, 'text', [], {}]) assert.is(deliveryOf(value), undefined);
});
