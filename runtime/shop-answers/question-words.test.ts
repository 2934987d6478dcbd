// What messages ask for, and their language, in English, German and Arabic.
import { assert, suite } from '../../fixtures/suite.ts';
import { languageOf, namedIn, topicsOf } from './question-words.ts';

const test = suite('words of questions');

const examples: ReadonlyArray<
  readonly [text: string, language: string | undefined, topics: readonly string[]]
> = [
  ['Hi, where is my order 1234? It should have arrived.', 'en', ['order']],
  ['I’d like to return these, when will I get the refund?', 'en', ['return']],
  ['Do you have this in size 38?', 'en', ['stock']],
  ['It’s sold out, is there something similar?', 'en', ['stock', 'similar']],
  ['What are your opening hours?', 'en', ['hours']],
  ['Wo bleibt mein Paket?', 'de', ['order']],
  ['Kann ich die Schuhe zurückschicken und umtauschen?', 'de', ['return']],
  ['Habt ihr das noch in Größe M auf Lager?', 'de', ['stock']],
  ['Gibt es etwas Ähnliches?', 'de', ['similar']],
  ['Wann habt ihr geöffnet?', 'de', ['hours']],
  ['أين طلبي؟', 'ar', ['order']],
  ['كيف يمكنني إرجاع الحذاء؟', 'ar', ['return']],
  ['هل المقاس 40 متوفر؟', 'ar', ['stock']],
  ['ما هي ساعات العمل؟', 'ar', ['hours']],
  ['Hello there', 'en', []],
  ['👍', undefined, []],
  ['', undefined, []],
];

for (const [text, language, topics] of examples)
  test(`"${text}" asks for ${topics.join(' and ') || 'nothing'}`, () => {
    assert.is(languageOf([text]), language);
    assert.equal(topicsOf([text]), topics);
  });

test('a topic comes once, in the order of the first words for it', () => {
  assert.equal(topicsOf(['Is it in stock?', 'And where is my order, my parcel?', 'The stock?']), [
    'stock',
    'order',
  ]);
});

test('a size is found as a word of its own', () => {
  const sizes = ['S', 'M', 'XL', '38', '38½', 'One size'];
  assert.is(namedIn(['Do you have it in m?'], sizes), 'M');
  assert.is(namedIn(['it’s great, is it in 38½?'], sizes), '38½');
  assert.is(namedIn(['In one size, please'], sizes), 'One size');
  assert.is(namedIn(['it’s for my mum'], sizes), undefined);
});

test('the longest message takes linear time', () => {
  const long = 'order '.repeat(700_000 / 6);
  assert.equal(topicsOf([long]), ['order']);
});
