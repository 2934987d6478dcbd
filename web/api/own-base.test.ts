// The front end below a base path: nothing in it begins at the root of the host.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { assert, suite } from '../../fixtures/suite.ts';

const web = path.resolve(import.meta.dirname, '../../../web');
const test = suite('addresses of the front end');

test('links, forms and requests name addresses through own() or below()', () => {
  const rooted = /\b(?:href|src|action)="\/(?!\/)|\bhref: ?['`]\/|\bfetch\(['`]\/|\bgo\(['`]\//;
  const found = ['api', 'chat', 'console', 'elements', 'push', 'shop', 'state', 'widgets', 'worker'].flatMap(
    (folder) =>
      readdirSync(path.join(web, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !/\.(?:test|bench)\.ts$/.test(file))
        .map((file) => path.join(folder, file))
        .filter((file) => rooted.test(readFileSync(path.join(web, file), 'utf8'))),
  );
  assert.equal(found, []);
});

test('a worker takes the path from its own address', async () => {
  Object.assign(globalThis, { location: { pathname: '/recs/service-worker.js' } });
  const { below, own, ownPathOf } = await import('./own-base.ts');
  assert.is(own('/cart'), '/recs/cart');
  assert.is(below('', '/api/shop'), '/recs/api/shop');
  assert.is(below('https://recs.example', '/api/shop'), 'https://recs.example/api/shop');
  assert.is(ownPathOf('/recs/cart'), '/cart');
  for (const path of ['/', '/recs', '/recsx/cart', '/cart']) assert.is(ownPathOf(path), undefined, path);
});
