// Product ids in requests, without a database.
import { assert, rejects, suite } from '../../fixtures/suite.ts';
import { openPool } from '../../sql/pool.ts';
import { CardCache } from './card-cache.ts';
import { ProductIds } from './product-ids.ts';

const test = suite('product ids');

test('text that is longer than any id is neither looked up nor cached', async () => {
  // Nothing listens there, so that a lookup fails.
  const pool = openPool('postgres://couture@127.0.0.1:1/none', { applicationName: 'test', max: 1 });
  const cards = new CardCache(() => Promise.reject(new Error('read')), { age: 750, max: 10 });
  try {
    for (const type of ['bigint', 'uuid', 'text'] as const) {
      const ids = new ProductIds(pool, type, cards);
      for (const text of ['x'.repeat(201), `handle:${'x'.repeat(16_000)}`, '1'.repeat(1_000_000)])
        assert.is(await ids.find(text), undefined, `${type} ${text.length}`);
      await rejects(() => ids.find('x'.repeat(200)), /read|ECONNREFUSED|cannot be reached/);
    }
  } finally {
    await pool.end();
  }
});

test('what is known of a name and of an unknown id holds for seconds, and for no longer', async () => {
  const known = { groups: true, type: 'bigint', handles: true };
  const answer = (name: string) =>
    name === 'product_aliases_known' ? [known] : [{ at: 1, kind: 'group', products: ['8'] }];
  const pool = { query: async ({ name }: { name: string }) => ({ rows: answer(name) }) };
  const cards = new CardCache(async () => new Map(), { age: 750, max: 10 });
  const ids = new ProductIds(pool as never, 'bigint', cards);
  for (const text of ['group:8', '8']) {
    const { until } = (await ids.find(text))!;
    const left = until - Date.now();
    assert.ok(left > 10_000 && left < 20_000, `${text}: ${left} ms`);
  }
});
