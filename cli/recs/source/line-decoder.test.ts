import { assert, rejects, suite } from '../../../fixtures/suite.ts';
import { CopyEncoder } from '../../../sql/copy/copy-encoder.ts';
import { encodeId, openIdTable } from './id-table.ts';
import { batchCapacity, type LineBatch, lineFault } from './line-batch.ts';
import { type DecoderTables, LineDecoder } from './line-decoder.ts';

const test = suite('line decoder');

type Line = [
  order: string | null,
  customer: string | null,
  product: string | null,
  quantity: number | null,
  at: string | null,
];

const lines: Line[] = [
  ['o1', 'c1', 'known', 1, '2024-03-01T23:59:59.999Z'],
  ['o1', 'c1', 'other', 2, '2024-03-02T00:00:00Z'],
  ['o2', null, 'known', 1, '1999-12-31T23:59:59Z'],
  ['o2', '', 'known', 1, '2000-01-01T00:00:00Z'],
  ['o3', 'c2', 'no such product', 1, '2024-03-01T00:00:00Z'],
  ['o3', 'c2', null, 1, '2024-03-01T00:00:00Z'],
  ['o3', 'c2', 'free', 1, '2024-03-01T00:00:00Z'],
  ['o3', 'c2', 'known', 0, '2024-03-01T00:00:00Z'],
  ['o3', 'c2', 'known', -3, '2024-03-01T00:00:00Z'],
  ['o3', 'c2', 'known', null, '2024-03-01T00:00:00Z'],
  [null, 'c2', 'known', 1, '2024-03-01T00:00:00Z'],
  ['o3', 'c3', 'known', 1, null],
  ['o3', 'c3', 'known', 1, 'infinity'],
  ['o3', 'c3', 'known', 1, '-infinity'],
  ['o3', 'c3', 'known', 1, '9999-12-31T00:00:00Z'],
  ['', 'c1', 'other', 1, '2024-03-01T00:00:00Z'],
  ['o3', 'c3', 'known', 1, '2024-08-22T23:59:59Z'],
  ['o3', 'c3', 'known', 1, '2024-08-23T00:00:00Z'],
  ['o3', 'c3', 'known', 0, '2099-01-01T00:00:00Z'],
];

const days = { '2024-03-01': 8826, '2024-03-02': 8827 };

test('each field is decoded', () => {
  const { rows, tables } = decode(lines, (bytes) => [bytes]);
  const items = rows.map((row) => row.product);
  const { unknownProduct, zeroPriceProduct, nonPositiveQuantity, noOrder, noDate, futureDate } = lineFault;
  assert.equal(items, [
    0,
    1,
    0,
    0,
    unknownProduct,
    unknownProduct,
    zeroPriceProduct,
    nonPositiveQuantity,
    nonPositiveQuantity,
    nonPositiveQuantity,
    noOrder,
    noDate,
    noDate,
    noDate,
    noDate,
    1,
    0,
    futureDate,
    futureDate,
  ]);
  assert.equal(
    rows.slice(0, 5).map((row) => row.day),
    [days['2024-03-01'], days['2024-03-02'], -1, 0, days['2024-03-01']],
  );
  assert.equal(
    rows.map((row) => row.customer),
    [0, 0, -1, -1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 0, 2, 2, 2],
  );
  assert.equal(
    [0, 1, 2].map((index) => tables.customers.text(index)),
    ['c1', 'c2', 'c3'],
  );
  assert.is(rows[0]!.order, rows[1]!.order);
  assert.is.not(rows[0]!.order, rows[2]!.order);
  assert.is(rows[2]!.order, rows[3]!.order);
  assert.is.not(rows[15]!.order, rows[14]!.order, 'an empty id is an id');
});

test('a stream split at any byte, or at every byte, gives the same lines', () => {
  const whole = decode(lines, (bytes) => [bytes]).rows;
  const { length } = encode(lines);
  for (let cut = 0; cut <= length; cut++) {
    const { rows } = decode(lines, (bytes) => [bytes.subarray(0, cut), bytes.subarray(cut)]);
    assert.equal(rows, whole, `cut at ${cut}`);
  }
  const { rows } = decode(lines, (bytes) => Array.from(bytes, (_, at) => bytes.subarray(at, at + 1)));
  assert.equal(rows, whole);
});

test('the memory of a chunk can be reused once the chunk is decoded', () => {
  const whole = decode(lines, (bytes) => [bytes]).rows;
  const tables = openTables();
  const rows: Row[] = [];
  const decoder = new LineDecoder(tables, (batch) => rows.push(...rowsOf(batch)));
  const bytes = encode(lines);
  const shared = Buffer.alloc(7);
  for (let at = 0; at < bytes.length; at += shared.length) {
    const size = bytes.copy(shared, 0, at);
    decoder.push(shared.subarray(0, size));
    shared.fill(0xee);
  }
  decoder.finish();
  assert.equal(rows, whole);
});

test('bigint ids keep all 64 bits', () => {
  const tables: DecoderTables = { ...openTables(), orderType: 'bigint' };
  const ids = ['9007199254740993', '9007199254740992', '-1', '4294967296', '0'];
  const { rows } = decode(
    ids.map((id): Line => [id, 'c', 'known', 1, '2024-03-01T00:00:00Z']),
    (bytes) => [bytes],
    tables,
  );
  assert.equal(
    rows.map((row) => row.order),
    ids,
  );
});

test('a batch is emitted when it is full', () => {
  const many = Array.from(
    { length: batchCapacity * 2 + 5 },
    (_, n): Line => [`o${n}`, 'c', 'known', 1, '2024-03-01T00:00:00Z'],
  );
  const sizes: number[] = [];
  const decoder = new LineDecoder(openTables(), (batch) => sizes.push(batch.length));
  decoder.push(encode(many));
  assert.equal(sizes, [batchCapacity, batchCapacity]);
  decoder.finish();
  assert.equal(sizes, [batchCapacity, batchCapacity, 5]);
});

test('a stream that ends early or has other columns is an error', async () => {
  const bytes = encode(lines);
  await rejects(() => decode(lines, () => [bytes.subarray(0, bytes.length - 1)]), /ended before its trailer/);
  const other = new CopyEncoder();
  other.header();
  other.row(1);
  other.text('x');
  await rejects(() => decode(lines, () => [Buffer.from(other.take())]), /1 fields .* expected 5/);
});

interface Row {
  readonly order: string;
  readonly customer: number;
  readonly product: number;
  readonly day: number;
}

function decode(source: readonly Line[], split: (bytes: Buffer) => Buffer[], tables = openTables()) {
  const rows: Row[] = [];
  const decoder = new LineDecoder(tables, (batch) => rows.push(...rowsOf(batch)));
  for (const chunk of split(encode(source, tables.orderType))) decoder.push(chunk);
  decoder.finish();
  return { rows, tables };
}

function rowsOf({ length, orderHigh, orderLow, customer, product, day }: LineBatch): Row[] {
  return Array.from({ length }, (_, row) => ({
    order: String((BigInt(orderHigh[row]!) << 32n) | BigInt(orderLow[row]! >>> 0)),
    customer: customer[row]!,
    product: product[row]!,
    day: day[row]!,
  }));
}

function openTables(): DecoderTables {
  const products = openIdTable('text');
  for (const id of ['known', 'other', 'free']) products.add(encodeId('text', id), 0, id.length);
  return {
    orderType: 'text',
    customerType: 'text',
    productType: 'text',
    customers: openIdTable('text'),
    products,
    itemOfProduct: Int32Array.of(0, 1, lineFault.zeroPriceProduct),
    latestDay: 9_000,
  };
}

function encode(source: readonly Line[], orderType = 'text'): Buffer {
  const encoder = new CopyEncoder();
  const text = (value: string | null) => (value === null ? encoder.null() : encoder.text(value));
  encoder.header();
  for (const [order, customer, product, quantity, at] of source) {
    encoder.row(5);
    if (orderType === 'bigint') encoder.int8(BigInt(order!));
    else text(order);
    text(customer);
    text(product);
    if (quantity === null) encoder.null();
    else encoder.int4(quantity);
    if (at === null) encoder.null();
    else if (at.endsWith('infinity')) encoder.int8(at.startsWith('-') ? -(2n ** 63n) : 2n ** 63n - 1n);
    else encoder.int8(BigInt(Date.parse(at) - Date.UTC(2000, 0, 1)) * 1_000n);
  }
  encoder.trailer();
  return Buffer.from(encoder.take());
}
