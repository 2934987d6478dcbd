import { assert, suite } from '../../../fixtures/suite.ts';
import { blendTables } from './blend-tables.ts';
import { type NeighbourTable, openNeighbourTable } from './neighbour-table.ts';

const test = suite('blend tables');

function tableOf(rows: Array<Array<[item: number, score: number]>>, k: number): NeighbourTable {
  const table = openNeighbourTable(rows.length, k);
  for (const [row, entries] of rows.entries()) {
    table.length[row] = entries.length;
    for (const [at, [item, score]] of entries.entries()) {
      table.items[table.start[row]! + at] = item;
      table.scores[table.start[row]! + at] = score;
    }
  }
  return table;
}

function rowsOf({ start, length, items, scores }: NeighbourTable): Array<Array<[number, number]>> {
  return Array.from(length, (entries, row) =>
    Array.from({ length: entries }, (_, at): [number, number] => {
      const place = start[row]! + at;
      return [items[place]!, scores[place]!];
    }).sort((a, b) => b[1] - a[1] || a[0] - b[0]),
  );
}

test('a row has the sums of the rows, cut to the length of the longest, ties to the lower item', () => {
  const left = tableOf(
    [
      [
        [1, 2],
        [2, 1],
      ],
      [],
      [[0, 1]],
      [],
    ],
    5,
  );
  const right = tableOf(
    [
      [
        [2, 3],
        [3, -1],
      ],
      [
        [3, 1],
        [0, 0.5],
      ],
      [
        [1, 1],
        [3, 1],
      ],
      [],
    ],
    2,
  );
  const expected = [
    [
      [2, 4],
      [1, 2],
    ],
    [
      [3, 1],
      [0, 0.5],
    ],
    [
      [0, 1],
      [1, 1],
    ],
    [],
  ];
  assert.equal(rowsOf(blendTables([left, right])!), expected);
});

test('one table stays as it is, and no table is undefined', () => {
  const table = tableOf([[[0, 1]]], 1);
  assert.is(blendTables([undefined, table]), table);
  assert.is(blendTables([undefined, undefined]), undefined);
});
