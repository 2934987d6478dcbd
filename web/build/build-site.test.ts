// The hash that decides whether the site is built again.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { assert, suite } from '../../fixtures/suite.ts';
import { hashOfSources } from './build-site.ts';

const test = suite<{ folder: string }>('sources of the site');
test.beforeEach((context) => {
  context.folder = mkdtempSync(path.join(os.tmpdir(), 'couture-site-'));
  for (const folder of ['web/shop', 'runtime/contract'])
    mkdirSync(path.join(context.folder, folder), { recursive: true });
  writeFileSync(path.join(context.folder, 'web/shop/shop.element.ts'), 'one');
});
test.afterEach(({ folder }) => rmSync(folder, { recursive: true }));

test('a changed, a new and a renamed source change the hash', ({ folder }) => {
  const seen = new Set([hashOfSources(folder, {})]);
  writeFileSync(path.join(folder, 'web/shop/shop.element.ts'), 'two');
  seen.add(hashOfSources(folder, {}));
  writeFileSync(path.join(folder, 'runtime/contract/money.ts'), '');
  seen.add(hashOfSources(folder, {}));
  writeFileSync(path.join(folder, 'package-lock.json'), '{}');
  seen.add(hashOfSources(folder, {}));
  rmSync(path.join(folder, 'web/shop/shop.element.ts'));
  writeFileSync(path.join(folder, 'web/shop/cart.element.ts'), 'two');
  seen.add(hashOfSources(folder, {}));
  assert.is(seen.size, 5);
});

test('the kill switch changes it; a test does not', ({ folder }) => {
  const hash = hashOfSources(folder, {});
  assert.not.equal(hashOfSources(folder, { COUTURE_KILL_WORKER: '1' }), hash);
  writeFileSync(path.join(folder, 'web/shop/shop.test.ts'), 'new');
  assert.is(hashOfSources(folder, {}), hash);
});
