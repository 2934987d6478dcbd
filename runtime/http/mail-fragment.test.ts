// The HTML of newsletters: escaped, with tables and whole addresses alone.
import { assert, suite } from '../../fixtures/suite.ts';
import type { MailProduct } from '../contract/mail-list.ts';
import { mailFragment } from './mail-fragment.ts';

const test = suite('the HTML of newsletters');

const product = {
  id: 1,
  name: '<img src=x onerror=alert(1)> & "co"',
  price_text: '€ 9.00',
  former_price_text: '€ 12.00',
  image_url: 'https://shop.example/a.jpg?w=1&h="2"',
  link: 'https://shop.example/p/1',
} as unknown as MailProduct;

test('whatever a product is called, the fragment has the elements of the template alone', () => {
  const fragment = mailFragment([product, { ...product, image_url: null }, product], {
    columns: 2,
    lang: 'ar',
  });
  const elements = new Set([...fragment.matchAll(/<(\/?\w+)/g)].map(([, name]) => name!.replace('/', '')));
  assert.equal([...elements].sort(), ['a', 'b', 'br', 'img', 'span', 'table', 'td', 'tr']);
  assert.not.ok(fragment.includes('<img src=x'));
  assert.ok(fragment.includes('&lt;img src=x onerror=alert(1)&gt; &amp; &quot;co&quot;'));
  assert.ok(fragment.includes('src="https://shop.example/a.jpg?w=1&amp;h=&quot;2&quot;"'));
  assert.is(fragment.match(/<tr>/g)!.length, 2);
  assert.match(fragment, 'dir="rtl"');
  assert.not.match(fragment, /<style|class=|flex|grid|script/);
});

test('without products there is nothing to embed', () => {
  assert.is(mailFragment([], { columns: 2, lang: 'en' }), '');
});
