// The fallback chain in code and the codes that SQL reads are the same.
import { databaseSuite } from '../../../fixtures/database-suite.ts';
import { assert } from '../../../fixtures/suite.ts';
import { migrate } from '../../migrate.ts';
import { openPool } from '../../pool.ts';
import { fallbackChain, reasonCode, servedFallbacks, storedFallbacks } from './fallback-chain.ts';
import { readFallbackReason } from './served-lists.ts';

const test = databaseSuite('the fallback chain');

test('every part of the chain keeps its order, and ends with the bestsellers of the shop, except for similar', () => {
  for (const parts of [storedFallbacks, servedFallbacks]) {
    for (const [kind, part] of Object.entries<readonly string[]>(parts)) {
      const inOrder = fallbackChain.filter((source) => part.includes(source));
      assert.equal([...part], inOrder);
      if (kind !== 'similar') assert.is(part.at(-1), 'bestseller');
      else assert.ok(!part.includes('bestseller') && !part.includes('trending'));
    }
  }
});

test('SQL names the source of each stored code as the code does, and has words for it', async ({
  client,
  database,
}) => {
  await migrate(client);
  for (const kind of Object.keys(storedFallbacks)) {
    const { rows } = await client.query<{ code: number; source: string; words: string | null }>(
      `select code, couture.reason_source($1, code) as source, couture.reason_words($1, code) as words
       from unnest($2::int[]) as code`,
      [kind, Object.values(reasonCode)],
    );
    const { content_elsewhere, ...sources } = reasonCode;
    const sourceOf = new Map(rows.map(({ code, source }) => [code, source]));
    assert.is(sourceOf.get(content_elsewhere), 'content');
    for (const [source, code] of Object.entries(sources)) assert.is(sourceOf.get(code), source);
    assert.ok(rows.every(({ words }) => words !== null));
  }
  const pool = openPool(database.url, { max: 1 });
  try {
    assert.is(await readFallbackReason(pool, 'category_bestseller'), 'bestseller in its category');
  } finally {
    await pool.end();
  }
});
