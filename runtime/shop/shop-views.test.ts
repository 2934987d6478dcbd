// Fallbacks, queries and log lines while a read of a view fails.
import { assert, rejects, suite } from '../../fixtures/suite.ts';
import type { Log } from '../core/log.ts';
import { ShopViews } from './shop-views.ts';

const test = suite('reads of the shop’s views');

function watched(): { views: ShopViews; logged: string[] } {
  const logged: string[] = [];
  const log = {
    warn: (facts: { what: string }) => logged.push(`warn ${facts.what}`),
    info: (facts: { what: string }) => logged.push(`info ${facts.what}`),
  };
  return { views: new ShopViews(log as unknown as Log), logged };
}

const missing = () =>
  Promise.reject(
    Object.assign(new Error('relation "couture_source.product" does not exist'), { code: '42P01' }),
  );

test('a failing read is logged once and not retried for each request', async () => {
  const { views, logged } = watched();
  let asked = 0;
  const read = () => {
    asked += 1;
    return missing();
  };
  for (let request = 0; request < 50; request++)
    assert.is(await views.read('product', 'cards', read, () => 'known'), 'known');
  assert.equal([asked, views.answered, logged], [1, 50, ['warn cards']]);
  assert.ok(views.isBroken('product'));
  assert.not.ok(views.isBroken('customer'));
  assert.not.ok(views.wasRead('cards'));
});

test('one read of a view can fail while another works', async () => {
  const { views } = watched();
  await views.read('product', 'texts', missing, () => '');
  assert.is(
    await views.read(
      'product',
      'cards',
      async () => 'fresh',
      () => 'known',
    ),
    'fresh',
  );
  assert.equal(
    views.failures.map(({ what }) => what),
    ['texts'],
  );
  assert.ok(views.wasRead('cards'));
});

test('reads recover with the view, and this is logged', async () => {
  const { views, logged } = watched();
  await views.read('product', 'cards', missing, () => 'known');
  let answer = 'known';
  while (answer === 'known')
    answer = await views.read(
      'product',
      'cards',
      async () => 'fresh',
      () => 'known',
    );
  assert.equal(logged, ['warn cards', 'info cards']);
  assert.not.ok(views.isBroken('product'));
});

test('an unreachable, busy or slow Postgres is not treated as a view failure', async () => {
  const { views, logged } = watched();
  for (const code of ['ECONNREFUSED', '57P01', '57014', '53300', '08006', '40001', '22021']) {
    const fail = () => Promise.reject(Object.assign(new Error(code), { code }));
    await rejects(() => views.read('product', 'cards', fail, () => 'known'), new RegExp(code));
  }
  assert.equal(logged, []);
});
