// Formatting of times, and the reading order of figures.
import { assert, suite } from '../../fixtures/suite.ts';
import { inReadingOrder } from './reading-order.ts';
import { ago, moment } from './times.ts';

const test = suite('times');

test('a time is printed to the minute, in UTC', () => {
  assert.is(moment(new Date('2026-11-23T23:59:59+01:00')), '2026-11-23 22:59 UTC');
  assert.is(moment('2026-11-23T09:39:09.260Z'), '2026-11-23 09:39 UTC');
  assert.is(moment(null), null);
  assert.is(moment('infinity'), null);
});

test('a relative time uses a readable unit', () => {
  const words = [0, 30, 600, 5_000, 7_200, 90_000, 86_400 * 9].map(ago);
  assert.equal(words, [
    'just now',
    '30 s ago',
    '10 min ago',
    '83 min ago',
    '2 h ago',
    '25 h ago',
    '9 days ago',
  ]);
});

test('figures come in reading order, unknown ones last', () => {
  assert.equal(
    inReadingOrder('stages', { publish: 3, novel: 9, read_catalog: 1 }).map(([name]) => name),
    ['read_catalog', 'publish', 'novel'],
  );
});
