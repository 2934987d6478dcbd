import { assert, suite } from '../../../fixtures/suite.ts';
import { keptFolder, spillFolder } from './housekeeping.ts';

const test = suite('folders of a database');

test('each database has its own, also where the parameters of the URL name the server', () => {
  const urls = [
    'postgresql://db.example/shop',
    'postgresql://db.example:5433/shop',
    'postgresql:///shop?host=/run/a',
    'postgresql:///shop?host=/run/b',
    'postgresql:///shop?host=/run/b&port=5433',
    'postgresql:///other?host=/run/a',
  ];
  for (const folder of [keptFolder, (home: string, url: string) => spillFolder(home, url, 1)])
    assert.is(new Set(urls.map((url) => folder('home', url))).size, urls.length);
  const [same, again] = ['one', 'two'].map((word) => keptFolder('home', `postgresql://me:${word}@db/shop`));
  assert.is(same, again, 'another password');
});
