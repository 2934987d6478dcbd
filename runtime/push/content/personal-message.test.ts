// Texts with placeholders and one person's values → notification: fallbacks, unknown placeholders, escaping and size.
import { assert, suite } from '../../../fixtures/suite.ts';
import type { Card } from '../../shop/card-cache.ts';
import { maxMessageBytes } from '../message.ts';
import { cutText } from './fit-payload.ts';
import { composePersonal, isPersonal, type MessageTexts, parseMessage } from './personal-message.ts';
import { ProductLinks } from './product-links.ts';

const test = suite('personal messages');

const coat = {
  id: '7',
  name: 'Wool coat',
  category: 'Coats',
  pay_cents: 8995,
  image_url: '/pictures/7.svg',
  url: null,
} as Card;
const settings = {
  shopUrl: undefined,
  mediaUrl: undefined,
  productUrl: undefined,
  publicUrl: 'https://lind.example',
  basePath: '',
  storefront: true,
};
const context = { links: new ProductLinks(settings), currency: 'EUR', shopName: 'Lind & Moe', locale: 'en' };
const texts: MessageTexts = {
  title: 'Hi {{name|there}}',
  body: '{{product.name}} for {{ price }}',
  url: '{{product.url}}',
  image: '{{product.image}}',
};

function shown(
  given: MessageTexts,
  {
    name,
    card,
    personLocale = null,
    lang,
  }: { name?: string; card?: Card; personLocale?: string | null; lang?: string } = {},
) {
  const composed = composePersonal(
    parseMessage(given),
    { name, card },
    { ...context, personLocale, tag: 'c1' },
    { origin: 'https://lind.example', beacon: '1.2.x', lang },
  );
  return 'skip' in composed ? composed : { ...composed, ...JSON.parse(composed.payload).notification };
}

test('placeholders take the values of the person', () => {
  const { title, body, navigate, image, usedFallback } = shown(texts, { name: 'Ida', card: coat });
  assert.equal([title, body, usedFallback], ['Hi Ida', 'Wool coat for €89.95', false]);
  assert.equal([navigate, image], ['https://lind.example/product/7', 'https://lind.example/pictures/7.svg']);
  const german = shown(texts, { card: coat, personLocale: 'de-AT-x-odd' });
  assert.match(german.body, /Wool coat for €\s89,95|Wool coat for 89,95\s€/);
  assert.equal([german.title, german.usedFallback], ['Hi there', true]);
});

test('a person without a value and without a fallback gets no message', () => {
  assert.equal(shown(texts, { name: 'Ida' }), { skip: 'no_entry' });
  assert.equal(shown({ title: 'Hi {{name}}', body: 'New', url: '/' }), { skip: 'no_name' });
  const { navigate, usedFallback } = shown({ ...texts, body: '{{product.name|New in}}' });
  assert.equal([navigate, usedFallback], ['https://lind.example/', true]);
});

test('unknown placeholders and odd braces are refused, with the valid ones', () => {
  assert.throws(
    () => parseMessage({ title: 'Hi {{nmae}}', body: 'b', url: '/' }),
    /title has the unknown placeholder "{{nmae}}"/,
  );
  try {
    parseMessage({ title: 'a', body: '{{toString}}', url: '/' });
    assert.unreachable();
  } catch (error) {
    assert.match((error as { hint: string }).hint, /{{name}}, {{product\.name}}.*{{name\|there}}/);
  }
  for (const body of ['{{name', 'name}}', '{{na{me}}'])
    assert.throws(() => parseMessage({ title: 'a', body, url: '/' }), /braces that don't match|unknown/);
  assert.not.ok(isPersonal(parseMessage({ title: '{a}', body: 'b', url: '/' })));
});

test('names are one line of plain text, and no placeholders', () => {
  const { title, body } = shown(texts, {
    name: 'Ida\n\u202e{{price}}\u0007 ',
    card: { ...coat, name: '"<b>Coat</b>" \\' },
  });
  assert.is(title, 'Hi Ida {{price}}');
  assert.is(body, '"<b>Coat</b>" \\ for €89.95');
});

test('a message of any size fits, cut between graphemes', () => {
  const family = '👩‍👩‍👧‍👦';
  for (const name of ['"'.repeat(600), family.repeat(60), 'é'.repeat(600)]) {
    const { payload, title, body } = shown(
      { title: '{{product.name}}', body: '{{product.name}}'.repeat(20), url: '{{product.url}}' },
      { card: { ...coat, name, url: `/${'ü'.repeat(80)}` } },
    );
    assert.ok(Buffer.byteLength(payload) <= maxMessageBytes);
    assert.ok(title.length <= 120 && body.length <= 500);
    assert.ok(title.endsWith('…') && body.endsWith('…'));
  }
  assert.is(cutText(family.repeat(3), 25), `${family.repeat(2)}…`);
  assert.is(cutText('short', 5), 'short');
});

test('a long name leaves the text around it whole', () => {
  const long = 'Maximiliane '.repeat(25);
  const { title, body } = shown(
    { title: '{{name}}, this is new for you', body: '{{product.name}} for {{price}}', url: '/' },
    { name: long, card: { ...coat, name: long } },
  );
  assert.match(title, /^Maximiliane .{30,50}…, this is new for you$/);
  assert.match(body, /^Maximiliane .*… for €89\.95$/);
  const family = '👩‍👩‍👧‍👦';
  assert.is(
    shown({ title: 'Hi {{name}}!', body: 'b', url: '/' }, { name: family.repeat(27) }).title,
    `Hi ${family.repeat(5)}…!`,
  );
});

test('what a form got in place of a name is none', () => {
  for (const name of ['-', '.', '\u200b', '\u2800 ', '***', 'ida@shop.example', ' Ida <i.b@x.example>'])
    assert.is(shown({ title: 'Hi {{name|there}}', body: 'b', url: '/' }, { name }).title, 'Hi there', name);
  assert.is(shown({ title: 'Hi {{name|there}}', body: 'b', url: '/' }, { name: '🌸' }).title, 'Hi 🌸');
});

test('a value that is written the other way leaves the text after it in its place', () => {
  const message = { title: '{{name}}, new coats', body: '{{product.name}}: {{price}}', url: '/' };
  const person = { name: 'سارة', card: { ...coat, name: 'מעיל' } };
  const { title, body } = shown(message, person);
  assert.equal([title, body], ['\u2068سارة\u2069, new coats', '\u2068מעיל\u2069: €89.95']);
  const arabic = shown(message, { name: 'سارة', card: { ...coat, name: 'Wool coat' }, lang: 'ar' });
  assert.equal([arabic.title, arabic.body.slice(0, 12)], ['سارة, new coats', '\u2068Wool coat\u2069:']);
});
