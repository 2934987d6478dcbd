// Paths below the base path of a shop's host.
import { assert, suite } from '../../fixtures/suite.ts';
import { loadConfig } from '../core/config.ts';
import { withoutBase } from './base-path.ts';

const test = suite('base path');

test('only whole segments are removed, once', () => {
  const cases = [
    ['/recs', '/recs'],
    ['/recs?a=/recs', '/recs?a=/recs'],
    ['/recs/', '/'],
    ['/recs/api/shop?x=1', '/api/shop?x=1'],
    ['/recs/recs', '/recs'],
    ['/recsx/api', '/recsx/api'],
    ['/api/shop', '/api/shop'],
    ['/recs//evil.example', '//evil.example'],
  ] as const;
  for (const [url, rest] of cases) assert.is(withoutBase(url, '/recs'), rest, url);
});

test('the setting is a path', () => {
  const settings = (flags: object) => loadConfig({ directory: '/', env: {}, flags: { ...flags } }).config;
  assert.is(settings({ basePath: '/recs/' }).basePath, '/recs');
  assert.is(settings({ basePath: '/a/b' }).basePath, '/a/b');
  for (const basePath of ['recs', '/', '//evil.example', '/a/../b', 'https://a.example/recs', '/a b', '/a"b'])
    assert.throws(() => settings({ basePath }), /base-path/, basePath);
});
