// Searches with synonyms of the shop and with misspelt words.
import { openWares, type Wares } from '../../../fixtures/catalogue-shop.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { type CatalogueQuery, cataloguePage } from './catalogue.ts';
import { refreshCatalogue } from './catalogue-refresh.ts';
import { readSynonyms } from './synonyms.ts';
import { corrected, readVocabulary } from './vocabulary.ts';

const test = suite<{ wares: Wares }>('searches that mean something else');
test.before(async (context) => {
  context.wares = await openWares();
  await context.wares.add(
    { product_id: '1', name: 'Clémentine Sundress', category: 'Dresses', tags: ['linen'] },
    { product_id: '2', name: 'Astrid Knit Dress', category: 'Dresses' },
    { product_id: '3', name: 'Noor Dress', category: 'Dresses', featured: true },
    { product_id: '4', name: 'Bruna Shirt', description: 'It isn’t viscose.', category: 'Tops' },
  );
  await refreshCatalogue(context.wares.pool);
});
test.after(({ wares }) => wares?.close());

const first = { category: undefined, after: undefined, limit: 48 } as const;

async function found({ pool }: Wares, text: string, query: Partial<CatalogueQuery> = {}): Promise<string> {
  const page = await cataloguePage(pool, { ...first, sort: 'relevance', ...query, text });
  return (page.loosened ? '~ ' : '') + page.rows.map((row) => row.variants.join('+')).join(' ');
}

test('the shop’s synonyms find what is called otherwise', async ({ wares }) => {
  await wares.client.query(
    `insert into couture.synonym (words) values ('{frock,dress}'), ('{top with buttons,shirt}'), ('{t-shirt,tee}')`,
  );
  const synonyms = await readSynonyms(wares.pool);
  assert.is(await found(wares, 'frock', { synonyms }), '3 2 1');
  assert.is(await found(wares, 'knit frocks', { synonyms }), '2');
  assert.is(await found(wares, 'top with buttons', { synonyms }), '4');
  // English drops "t" as a stop word, and Bruna's shirt is no T-shirt.
  assert.is(await found(wares, 't-shirt', { synonyms }), '~ ');
  assert.is(await found(wares, 'astrid:*A | (', { synonyms }), await found(wares, 'astrid a'));
});

test('a search without results is corrected, and stays corrected to its last page', async ({ wares }) => {
  const vocabulary = await readVocabulary(wares.pool);
  assert.ok(vocabulary.has('sundress') && vocabulary.has('linen') && !vocabulary.has('viscose'));
  const query = {
    ...first,
    sort: 'relevance',
    correct: async (words: readonly string[]) => corrected(words, vocabulary),
  } as const;
  const page = await cataloguePage(wares.pool, { ...query, text: 'drses', limit: 2 });
  assert.equal([page.corrected, page.rows.length, page.loosened], ['dress', 2, false]);
  const rest = await cataloguePage(wares.pool, { ...query, text: 'drses', after: page.next });
  assert.equal([rest.corrected, rest.rows.length], ['dress', 1]);
  const known = await cataloguePage(wares.pool, { ...query, text: 'dress' });
  assert.is(known.corrected, undefined);
  const distant = await cataloguePage(wares.pool, { ...query, text: 'quetzalcoatl' });
  assert.equal([distant.corrected, distant.rows], [undefined, []]);
});
