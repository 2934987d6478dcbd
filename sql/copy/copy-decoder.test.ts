// Binary COPY as it may come: a header extension, NULLs and empty values, chunks split anywhere, and streams that break off.
import { Random } from '../../fixtures/random.ts';
import { assert, rejects, suite } from '../../fixtures/suite.ts';
import { CopyDecoder } from './copy-decoder.ts';
import { CopyEncoder } from './copy-encoder.ts';

const test = suite('COPY decoder');

type Row = ReadonlyArray<string | null>;

const rows: Row[] = [
  ['a', null, 'ccc'],
  ['', '', ''],
  [null, null, null],
  ['ü'.repeat(300), '\xff\xff', null],
];

test('values, empty values and NULLs are told apart', () => {
  assert.equal(decode([encode(rows)]), rows);
  assert.equal(decode([encode([])]), []);
});

test('a stream split at any byte, or at every byte, gives the same rows', () => {
  const bytes = encode(rows, Buffer.from('extension'));
  for (let cut = 0; cut <= bytes.length; cut++)
    assert.equal(decode([bytes.subarray(0, cut), bytes.subarray(cut)]), rows, `cut at ${cut}`);
  assert.equal(decode(Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))), rows);
});

test('random rows in random parts of larger chunks come back, and chunks may be reused', () => {
  const random = new Random(7);
  for (let turn = 0; turn < 200; turn++) {
    const many = Array.from({ length: random.below(30) }, () =>
      [0, 1, 2].map(() => (random.chance(0.2) ? null : 'x'.repeat(random.below(40)))),
    );
    const bytes = encode(many, Buffer.alloc(random.below(50)));
    const decoder = new CopyDecoder(3);
    const found: Row[] = [];
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + 1 + random.below(60));
      at += part.length;
      const chunk = Buffer.concat([bytes, part, bytes]);
      decoder.push(chunk, bytes.length, bytes.length + part.length);
      while (decoder.next()) found.push(rowOf(decoder));
      chunk.fill(0xee);
    }
    decoder.finish();
    assert.equal(found, many, `turn ${turn}`);
  }
});

test('a header extension is skipped, however long', () => {
  for (const size of [1, 4, 19, 5_000]) assert.equal(decode([encode(rows, Buffer.alloc(size, 0xff))]), rows);
});

test('a stream that ends before its trailer is an error, and what follows the trailer is ignored', async () => {
  const bytes = encode(rows);
  for (const length of [0, 10, 19, 40, bytes.length - 2, bytes.length - 1])
    await rejects(() => decode([bytes.subarray(0, length)]), /ended before its trailer/);
  assert.equal(decode([bytes, Buffer.from('more')]), rows);
});

test('another format, unknown critical flags and another number of fields are errors', async () => {
  await rejects(() => decode([Buffer.from('1,2,3\n4,5,6\n7,8,9\n0,0,0\n')]), /not binary COPY/);
  const flagged = encode(rows);
  flagged.writeUInt32BE(1 << 16, 11);
  await rejects(() => decode([flagged]), /unknown flags: 10000/);
  const harmless = encode(rows);
  harmless.writeUInt32BE(1, 11);
  assert.equal(decode([harmless]), rows);
  await rejects(() => decode([encode([['a', 'b']])]), /2 fields .* expected 3/);
});

function decode(chunks: readonly Buffer[]): Row[] {
  const decoder = new CopyDecoder(3);
  const found: Row[] = [];
  for (const chunk of chunks) {
    decoder.push(chunk);
    while (decoder.next()) found.push(rowOf(decoder));
  }
  decoder.finish();
  return found;
}

function rowOf({ bytes, start, length }: CopyDecoder): Row {
  return Array.from(start, (at, field) =>
    length[field]! < 0 ? null : bytes.toString('utf8', at, at + length[field]!),
  );
}

function encode(source: readonly Row[], extension = Buffer.alloc(0)): Buffer {
  const encoder = new CopyEncoder();
  encoder.header();
  for (const row of source) {
    encoder.row(row.length);
    for (const value of row) {
      if (value === null) encoder.null();
      else encoder.text(value);
    }
  }
  encoder.trailer();
  const bytes = Buffer.from(encoder.take());
  const header = Buffer.from(bytes.subarray(0, 19));
  header.writeInt32BE(extension.length, 15);
  return Buffer.concat([header, extension, bytes.subarray(19)]);
}
