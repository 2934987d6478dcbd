// CSV files as they occur: gzipped or plain, with all kinds of quotes and separators, complete or truncated.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import zlib, { gzipSync } from 'node:zlib';
import { assert, rejects, suite } from '../../fixtures/suite.ts';
import { readCsv } from './csv-file.ts';

interface Context {
  folder: string;
}

const test = suite<Context>('csv file');
test.before((context) => {
  context.folder = mkdtempSync(path.join(os.tmpdir(), 'couture-csv-'));
});
test.after((context) => rmSync(context.folder, { recursive: true, force: true }));

async function read(context: Context, content: string | Buffer, delimiter?: string) {
  const file = path.join(context.folder, `${Math.random()}.csv`);
  writeFileSync(file, content);
  const rows: string[][] = [];
  const lines: number[] = [];
  let header: readonly string[] = [];
  const handlers = {
    header: (fields: readonly string[]) => (header = fields),
    record(fields: string[], line: number) {
      rows.push(fields);
      lines.push(line);
    },
  };
  for await (const _ of readCsv(file, handlers, { delimiter }));
  return { header, rows, lines };
}

test('each record comes with the line where it ends', async (context) => {
  const { header, rows, lines } = await read(context, 'a,b\n1,"x\ny"\n\n3,4\n');
  assert.equal(header, ['a', 'b']);
  assert.equal(rows, [
    ['1', 'x\ny'],
    ['3', '4'],
  ]);
  assert.equal(lines, [3, 5]);
});

test('a byte order mark, CRLF and a missing final newline are accepted', async (context) => {
  const { header, rows } = await read(context, '\ufeffa,b\r\n1,2\r\n3,4');
  assert.equal(
    [header, ...rows],
    [
      ['a', 'b'],
      ['1', '2'],
      ['3', '4'],
    ],
  );
});

test('gzip is detected by content, not by file name', async (context) => {
  const { rows } = await read(context, gzipSync('a,b\n1,2\n'));
  assert.equal(rows, [['1', '2']]);
});

test('the separator is detected from the header, unless it is given', async (context) => {
  assert.equal((await read(context, 'a;b;c\n1,5;2;3\n')).rows, [['1,5', '2', '3']]);
  assert.equal((await read(context, 'a\tb\n1\t2\n')).rows, [['1', '2']]);
  assert.equal((await read(context, 'a;b,c\n1;2,3\n', ',')).rows, [['1;2', '3']]);
});

test('an inch mark inside an unquoted field is kept', async (context) => {
  assert.equal((await read(context, 'a,b\n1,frame 12" x 9"\n2,3\n')).rows[0], ['1', 'frame 12" x 9"']);
});

test('records with any number of fields are passed on', async (context) => {
  assert.equal((await read(context, 'a,b\n1\n1,2,3\n')).rows, [['1'], ['1', '2', '3']]);
});

test('the error for an unclosed quotation mark names its line', async (context) => {
  const error = await rejects(
    () => read(context, 'a,b\n1,2\n3,"4\n5,6\n7,8\n'),
    (each) => (each as Error & { code: string }).code === 'file_invalid',
  );
  assert.match(error.message, 'after line 2');
});

test('a truncated gzip file is rejected', async (context) => {
  const whole = gzipSync(`a,b\n${Array.from({ length: 5000 }, (_, n) => `${n},${n * 7919}`).join('\n')}`);
  await rejects(() => read(context, whole.subarray(0, whole.length / 2)), /cannot be decompressed/);
});

test('UTF-16 is read in either byte order, with and without a byte order mark', async (context) => {
  const text = 'a,b\n1,Grün\n2,ł\n';
  for (const mark of ['\ufeff', '']) {
    const little = Buffer.from(mark + text, 'utf16le');
    for (const bytes of [little, Buffer.from(little).swap16(), gzipSync(little)]) {
      const { header, rows } = await read(context, bytes);
      assert.equal(
        [header, ...rows],
        [
          ['a', 'b'],
          ['1', 'Grün'],
          ['2', 'ł'],
        ],
      );
    }
  }
});

test('bytes that are not valid UTF-8 are read as Windows-1252, also in a file that otherwise is UTF-8', async (context) => {
  const latin1 = Buffer.from(`a,b\n${'1,x\n'.repeat(100_000)}2,Gr\xfcn \x80\n`, 'latin1');
  assert.equal((await read(context, latin1)).rows.at(-1), ['2', 'Grün €']);
  const mixed = Buffer.concat([Buffer.from('a,b\n1,Grün Öl\n2,'), Buffer.from('Gr\xfcn\n', 'latin1')]);
  assert.equal((await read(context, mixed)).rows, [
    ['1', 'Grün Öl'],
    ['2', 'Grün'],
  ]);
});

test('characters split between chunks stay whole', async (context) => {
  const text = `a,b\n${'1,żółw €\n'.repeat(200_000)}`;
  const { rows } = await read(context, text);
  assert.is(rows.length, 200_000);
  assert.ok(rows.every((row) => row[1] === 'żółw €'));
});

test('a given encoding is used', async (context) => {
  const file = path.join(context.folder, 'cyrillic.csv');
  writeFileSync(file, Buffer.from([0x61, 0x2c, 0x62, 0x0a, 0xd2, 0xee, 0xf0, 0x2c, 0x31, 0x0a]));
  const rows: string[][] = [];
  const handlers = { header() {}, record: (fields: string[]) => rows.push(fields) };
  for await (const _ of readCsv(file, handlers, { encoding: 'windows-1251' }));
  assert.equal(rows, [['Тор', '1']]);
});

test('lines above the header are skipped: titles, blank lines, and the separator that Excel states', async (context) => {
  for (const [text, line] of [
    ['sep=;\r\na;b;c\r\n1;2,5;3\r\n', 3],
    ['Orders, exported on Monday\n\na;b;c\n1;2,5;3\n', 4],
    ['\n\na;b;c\n1;2,5;3\n', 4],
  ] as const) {
    const { header, rows, lines } = await read(context, text);
    assert.equal([header, rows, lines], [['a', 'b', 'c'], [['1', '2,5', '3']], [line]], text);
  }
});

test('the separator is the one that the lines agree on', async (context) => {
  for (const text of ['a;b\nA;12,50\nB;9,00\n', 'a^b\n1^2\n', 'a|b\nx, y|2\n', "'a','b'\n'x, y','2'\n"]) {
    const { header, rows } = await read(context, text);
    assert.equal([header.length, rows[0]!.length], [2, 2], text);
  }
});

test('a file of lines that end in CR, as on old Macs, is read', async (context) => {
  assert.equal((await read(context, 'a,b\r1,2\r3,4')).rows, [
    ['1', '2'],
    ['3', '4'],
  ]);
});

test('headers that are repeated in a file put together of others are no records; with the columns in another order, they are refused', async (context) => {
  const { rows, lines } = await read(context, 'a,b\n1,2\na,b\n3,4\n\ufeffa,b\n\ufeff5,6\na,7\n');
  assert.equal(
    rows.map(([first]) => first!.trim()),
    ['1', '3', '5', 'a'],
  );
  assert.equal(lines, [2, 4, 6, 7]);
  const error = await rejects(
    () => read(context, 'a,b,c\n1,2,3\nb,c,a\n4,5,6\n'),
    /line 3 names the columns again/,
  );
  assert.match((error as Error & { hint: string }).hint, 'one by one');
});

test('lines that end in different ways are told apart by their number of fields', async (context) => {
  for (const text of [
    'a,b\r\n1,2\n3,4\r5,6\r\n',
    'a,b\r1,2\r\n3,4\n5,6',
    'a,b\r\r\n1,2\r\r\n3,4\r\r\n5,6\r\r\n',
  ]) {
    const { rows } = await read(context, text);
    assert.equal(
      rows.map((row) => row.map((cell) => cell.trim())),
      [
        ['1', '2'],
        ['3', '4'],
        ['5', '6'],
      ],
      JSON.stringify(text),
    );
  }
  const { rows } = await read(context, 'a,b\n1,x\ry\n3,4\n');
  assert.equal(rows[0], ['1', 'x\ry']);
});

test('marks that a backslash escapes are kept, as MySQL writes them', async (context) => {
  const { rows } = await read(context, 'a,b\n"Mug \\"big\\", red","C:\\\\"\n"Pan, 10\\" wide","x"\n');
  assert.equal(rows, [
    ['Mug "big", red', 'C:\\'],
    ['Pan, 10" wide', 'x'],
  ]);
});

test('names of groups above the names of columns are skipped', async (context) => {
  const { header, rows } = await read(
    context,
    'Order,,,Item,\norder id,date,customer,sku,qty\n1,2024-05-01,ann,M1,2\n',
  );
  assert.equal([header[1], rows.length], ['date', 1]);
});

test('NUL bytes are dropped, and a line without an end is no open quotation', async (context) => {
  assert.equal((await read(context, 'a,b\n1\0\0,2\n')).rows, [['1', '2']]);
  await rejects(() => read(context, `a,b${',1,2'.repeat(400_000)}`), /line 1 is longer than a megabyte/);
});

test('a quotation mark inside a quoted field does not end it', async (context) => {
  const { rows } = await read(context, 'a,b\n"Frame 12" oak",1\n"Plain ""word""",2\n');
  assert.equal(rows, [
    ['Frame 12" oak', '1'],
    ['Plain "word"', '2'],
  ]);
});

test('fields in typographic marks, as word processors write them, are quoted', async (context) => {
  for (const [open, close] of ['“”', '„“', '””', '«»']) {
    const quoted = (fields: readonly string[]) => fields.map((field) => open + field + close).join(',');
    const rows = [
      ['1', 'Mug, blue', '5.50'],
      ['2', 'Café', '6'],
    ];
    const text = [['id', 'name', 'price'], ...rows].map(quoted).join('\r\n');
    assert.equal((await read(context, text)).rows, rows, `${open}…${close}`);
    // Only the words are in marks.
    const words = `id,name\n1,${open}Mug${close}\n2,${open}Pan${close}\n`;
    assert.equal((await read(context, words)).rows, [
      ['1', 'Mug'],
      ['2', 'Pan'],
    ]);
  }
  const titles = 'id,name\n1,“Mug” by Ann\n2,Pan “L”\n3,Cup\n4,Jug\n';
  assert.equal((await read(context, titles)).rows[0], ['1', '“Mug” by Ann']);
});

test('other kinds of files are named, with a way to get a CSV file', async (context) => {
  const zip = (name: string) =>
    Buffer.concat([Buffer.from('PK\x03\x04\x14\0\0\0', 'latin1'), Buffer.from(name)]);
  for (const [bytes, what, remedy] of [
    [zip('[Content_Types].xml'), /an Excel workbook/, 'CSV UTF-8'],
    [zip('orders.csv'), /a zip archive/, 'unzip'],
    [Buffer.from('\xd0\xcf\x11\xe0\xa1\xb1', 'latin1'), /old Excel/, 'CSV'],
    [Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]), /an empty zip archive/, 'again'],
    [Buffer.from('BZh91AY&SY'), /compressed with bzip2/, /bunzip2 < \/\S+ > orders\.csv/],
    [Buffer.from('\xfd7zXZ\0\0\x04', 'latin1'), /compressed with xz/, /unxz < \/\S+ > orders\.csv/],
    [Buffer.from('\x04\x22\x4d\x18', 'latin1'), /compressed with lz4/, 'unlz4'],
    [Buffer.from('\x1f\x9d\x90', 'latin1'), /compressed with compress/, 'gunzip'],
    [Buffer.from('Rar!\x1a\x07\x01\0', 'latin1'), /RAR/, 'unrar'],
    [gzipSync(Buffer.concat([Buffer.alloc(257, 'a'), Buffer.from('ustar\0')])), /tar archive/, 'tar -xf'],
    [gzipSync(gzipSync('a,b\n1,2\n')), /gzip twice/, 'gunzip'],
    [Buffer.from('\xff\xfe\0\0a\0\0\0', 'latin1'), /UTF-32/, 'iconv'],
    [Buffer.from('PGDMP\x01\x0e\0', 'latin1'), /a database dump/, 'Restore'],
    [Buffer.from('--\n-- PostgreSQL database dump\n--\n'), /a database dump/, 'Restore'],
    [Buffer.from('-- MySQL dump 10.13  Distrib 8.0\n'), /a database dump/, 'Restore'],
    [Buffer.from('PAR1....'), /Parquet/, 'duckdb'],
    [Buffer.from('{"order_id":1}\n'), /JSON/, 'jq'],
    [Buffer.from('[{"order_id":1}]'), /JSON/, 'jq'],
    [gzipSync('{"order_id":1}\n'), /JSON/, 'jq'],
    [Buffer.from('<!DOCTYPE html><html>'), /HTML/, 'CSV'],
    [Buffer.from(Array.from({ length: 200 }, (_, at) => at % 7)), /binary/, 'CSV'],
  ] as const) {
    const error = await rejects(() => read(context, bytes), what);
    assert.match((error as Error & { hint: string }).hint, remedy);
    assert.not.ok(error.message.includes('\0') || error.message.includes('\x03'));
  }
});

test('Zstandard is read where Node can, and refused with the command otherwise', async (context) => {
  if (Number.parseInt(process.versions.node, 10) >= 24) {
    const { zstdCompressSync } = zlib as unknown as { zstdCompressSync: (text: string) => Buffer };
    const text = `a,b\n${'1,2\n'.repeat(200_000)}`;
    const packed = zstdCompressSync(text);
    assert.is((await read(context, packed)).rows.length, 200_000);
    await rejects(() => read(context, packed.subarray(0, packed.length / 2)), /cannot be decompressed/);
    return;
  }
  const packed = Buffer.from('\x28\xb5\x2f\xfd..', 'latin1');
  const error = await rejects(() => read(context, packed), /compressed with Zstandard/);
  assert.match((error as Error & { hint: string }).hint, /unzstd < \/\S+ > orders\.csv.*Node 24/);
});

test('the error for a missing file or a folder names it', async (context) => {
  const missing = path.join(context.folder, 'missing.csv');
  const drive = async (file: string) => {
    for await (const _ of readCsv(file, { header() {}, record() {} }));
  };
  await rejects(() => drive(missing), /missing\.csv cannot be read/);
  await rejects(() => drive(context.folder), /not a file/);
});

test('leaving the loop early closes the file, and an abort stops reading', async (context) => {
  const file = path.join(context.folder, 'long.csv');
  writeFileSync(file, `a,b\n${'1,2\n'.repeat(500_000)}`);
  let records = 0;
  const handlers = { header() {}, record: () => records++ };
  for await (const _ of readCsv(file, handlers)) break;
  assert.ok(records > 0 && records < 400_000, `${records} records`);
  const abort = new AbortController();
  await rejects(async () => {
    for await (const _ of readCsv(file, handlers, { signal: abort.signal })) abort.abort(new Error('stop'));
  }, /stop/);
});
