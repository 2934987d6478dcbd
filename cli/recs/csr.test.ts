import { Random } from '../../fixtures/random.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { RowLengths, rowLength, rowOf, startsOf } from './csr.ts';

const test = suite('compressed sparse rows');

test('entries sorted by row equal a grouping in plain arrays, and keep their order within a row', () => {
  const random = new Random(5, 'csr');
  for (const start of [new Int32Array(41), new Float64Array(41)]) {
    const rows = Array.from({ length: 300 }, () => random.below(40));
    const expected = Array.from({ length: 40 }, (_, r) => [...rows.keys()].filter((at) => rows[at] === r));
    const lengths = new RowLengths(start);
    for (const r of rows) lengths.add(r);
    const places = lengths.places();
    const entries = new Int32Array(places.length);
    for (const [at, r] of rows.entries()) entries[places.next(r)] = at;
    assert.equal(
      expected.map((_, r) => [...rowOf(places.start, entries, r)]),
      expected,
    );
    assert.equal(
      expected.map((_, r) => rowLength(places.start, r)),
      expected.map((row) => row.length),
    );
  }
});

test('rows without entries are empty, and a table may have no rows', () => {
  assert.equal([...startsOf([2, 0, 3])], [0, 2, 2, 5]);
  assert.equal([...startsOf([])], [0]);
  const none = new RowLengths(new Int32Array(1)).places();
  assert.equal([none.length, [...none.start]], [0, [0]]);
});
