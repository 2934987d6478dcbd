// TypeScript (search text) and SQL (product text) split text into the same words.

import { openWares, type Wares } from '../../../fixtures/catalogue-shop.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { searchWords, wordsInSql } from './search-words.ts';

const test = suite<{ wares: Wares }>('search words');

test.before(async (context) => {
  context.wares = await openWares();
});
test.after(({ wares }) => wares?.close());

/** Text → its words, in both implementations. */
const samples: Record<string, string> = {
  'Clémentine Puff-Sleeve Dress': 'clementine puff sleeve dress',
  'cotton/linen 3.5 l, 1e5 -7 a_b x@y.example': 'cotton linen 3 5 l 1e5 7 a b x y example',
  'see http://shop.example/q?r=1': 'see http shop example q r 1',
  'Straße ŁÓDŹ Ørsted Ægir cœur İstanbul ILIK ılık đak': 'strasse lodz orsted aegir coeur istanbul ilik dak',
  'ΟΔΟΣ οδός': 'οδοσ',
  'Юбка ЮБКА ёлка': 'юбка елка',
  '红色连衣裙 ワンピース ﾜﾝﾋﾟｰｽ がく': '红 色 连 衣 裙 ワ ン ヒ ー ス か く',
  '원피스 한글': '원피스 한글'.normalize('NFKD'),
  กระโปรงสีดำ: 'กระโปรงสีดำ'.normalize('NFKD'),
  'हिन्दी साड़ी': 'हिन्दी साड़ी'.normalize('NFKD'),
  'فُستان أحمر': 'فُستان أحمر'.normalize('NFKD'),
  '½ off — “new” ‘in’ … ¿sí? 10 €': '1 2 off new in si 10',
  '10€ ★soft★ 👗dress→hem،': '10 soft dress hem',
  'tee tee TEE': 'tee',
  'Ｄｒｅｓｓ １２ ٣٨ ۴۰ ४२ ৪৪': 'dress 12 38 40 42 44',
  'men’s\u00a0‘linen’\u202fshirt': 'men s linen shirt',
  'sun\u00address jump\u200bsuit\u2060s \ufefftee': 'sundress jumpsuits tee',
  '& | ! ( ) : * < > \' " \\ ; --': '',
};

test('text is split into words without diacritics and in lower case', () => {
  for (const [text, words] of Object.entries(samples)) assert.is(searchWords(text).join(' '), words, text);
});

test('Postgres splits a product’s text into the same words', async ({ wares }) => {
  for (const text of Object.keys(samples)) {
    const { rows } = await wares.client.query(
      `select to_tsvector('simple', ${wordsInSql('$1::text', 1_000)})::text as product,
         to_tsvector('simple', $2)::text as typed`,
      [text, searchWords(text).join(' ')],
    );
    assert.is(rows[0].product, rows[0].typed, text);
  }
});

test('HTML markup does not become words', async ({ wares }) => {
  const { rows } = await wares.client.query(`select ${wordsInSql('$1::text', 1_000)} as words`, [
    '<p class="strong">Soft &amp; warm<br/>wool, &#60; 5 > 3</p>',
  ]);
  assert.is(rows[0].words, 'soft warm wool 5 3');
});

test('a search has at most twelve words, of at most fifty characters', () => {
  const typed = Array.from({ length: 40 }, (_, n) => `${'w'.repeat(60)}${n} word${n}`).join(' ');
  const words = searchWords(typed);
  assert.is(words.length, 12);
  assert.ok(words.every((word) => word.length <= 50));
});
