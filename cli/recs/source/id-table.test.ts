import { Random } from '../../../fixtures/random.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { hashBytes } from '../../../sql/hash32.ts';
import type { IdType } from '../../../sql/id-types.ts';
import { encodeId, type IdTable, openIdTable } from './id-table.ts';

const test = suite('id table');

const bigints = [
  '0',
  '-1',
  '1',
  '9007199254740993',
  '-9007199254740993',
  '9223372036854775807',
  '-9223372036854775808',
  '4294967296',
  '4294967295',
];
const texts = [
  '',
  ' ',
  'a',
  'A',
  'a ',
  '85123A',
  'prod_01H',
  'Ünïcødé',
  '商品',
  '🧥',
  'a\tb',
  `quo"te'd`,
  'x'.repeat(100_000),
];
const uuids = [
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  '0190a5b4-1c2d-7e3f-8a4b-5c6d7e8f9012',
];

for (const [type, ids] of [
  ['bigint', bigints],
  ['text', texts],
  ['uuid', uuids],
] as const) {
  test(`${type} ids get indexes in order of arrival and are returned unchanged`, () => {
    const table = openIdTable(type);
    assert.equal(
      ids.map((id) => find(table, type, id)),
      ids.map(() => -1),
    );
    assert.equal(
      ids.map((id) => add(table, type, id)),
      [...ids.keys()],
    );
    assert.equal(
      ids.map((id) => add(table, type, id)),
      [...ids.keys()],
      'a second time they are known',
    );
    assert.equal(
      ids.map((id) => find(table, type, id)),
      [...ids.keys()],
    );
    assert.equal(
      [...ids.keys()].map((index) => table.text(index)),
      ids,
    );
    assert.is(table.size, ids.length);
  });
}

test('an id is read from the middle of a buffer', () => {
  const table = openIdTable('text');
  const bytes = Buffer.from('xxabcabcxx');
  assert.is(table.add(bytes, 2, 3), 0);
  assert.is(table.add(bytes, 5, 3), 0);
  assert.is(table.find(bytes, 1, 3), -1);
  assert.is(table.find(bytes, 2, 2), -1, 'a prefix is another id');
  assert.is(table.text(0), 'abc');
});

for (const type of ['bigint', 'text', 'uuid'] as const) {
  test(`${type}: a table that grew from 16 to 100,000 ids equals a Map`, () => {
    const random = new Random(1, type);
    const table = openIdTable(type, 1);
    const map = new Map<string, number>();
    for (let n = 0; n < 200_000; n++) {
      const id = randomId(type, random.below(100_000));
      const known = map.get(id);
      assert.is(find(table, type, id), known ?? -1);
      if (known === undefined) map.set(id, map.size);
      assert.is(add(table, type, id), map.get(id));
    }
    assert.is(table.size, map.size);
    for (const [id, index] of map)
      if (table.text(index) !== id) assert.unreachable(`${id} became ${table.text(index)}`);
  });
}

test('ids with the same 32-bit hash are kept apart', () => {
  // Two texts whose hash collides, found by search.
  const seen = new Map<number, string>();
  let pair: [string, string] | undefined;
  for (let n = 0; !pair; n++) {
    const id = `order ${n}`;
    const hash = hashBytes(Buffer.from(id), 0, id.length, 0);
    const other = seen.get(hash);
    if (other) pair = [other, id];
    seen.set(hash, id);
  }
  const table = openIdTable('text');
  assert.equal(
    pair.map((id) => add(table, 'text', id)),
    [0, 1],
  );
  assert.equal(
    pair.map((id) => find(table, 'text', id)),
    [0, 1],
  );
});

function add(table: IdTable, type: IdType, id: string): number {
  const bytes = encodeId(type, id);
  return table.add(bytes, 0, bytes.length);
}

function find(table: IdTable, type: IdType, id: string): number {
  const bytes = encodeId(type, id);
  return table.find(bytes, 0, bytes.length);
}

/** The n-th id: neighbours differ in the low bits, and for every second one in the high bits alone. */
function randomId(type: IdType, n: number): string {
  if (type === 'text') return `P${n.toString(36)}`;
  if (type === 'bigint') return String(n % 2 ? BigInt(n) << 32n : BigInt(n) - 50_000n);
  return `${n.toString(16).padStart(8, '0')}-0000-7000-8000-000000000000`;
}
