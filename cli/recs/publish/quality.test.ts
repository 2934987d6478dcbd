import { assert, suite } from '../../../fixtures/suite.ts';
import { appendEntry, openListTable, reasonCode } from '../lists/list-table.ts';
import { figures, productListQuality } from './quality.ts';

const test = suite('quality');

test('coverage counts products that stand in a list on evidence or content, not those that fill it', () => {
  const table = openListTable(4, 3);
  appendEntry(table, 0, 1, 5, 2);
  appendEntry(table, 0, 2, 4, reasonCode.content);
  appendEntry(table, 0, 3, -1, reasonCode.bestseller);
  appendEntry(table, 1, 3, -1, reasonCode.categoryBestseller);
  assert.equal(productListQuality(table), { lists: 2, entries: 4, mean_length: 1, coverage: 0.5 });
});

test('empty lists count as lists that could have been written', () => {
  assert.equal(productListQuality(openListTable(3, 2)), {
    lists: 0,
    entries: 0,
    mean_length: 0,
    coverage: 0,
  });
  assert.equal(figures(2, 7, 3, Uint8Array.of(1, 1, 0)), {
    lists: 2,
    entries: 7,
    mean_length: 2.3333,
    coverage: 0.6667,
  });
});

test('a shop without products has figures too', () => {
  assert.equal(figures(0, 0, 0, new Uint8Array(0)), { lists: 0, entries: 0, mean_length: 0, coverage: 0 });
});
