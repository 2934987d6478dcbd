// CSV files as they arrive: packed or not, with marks, quotes and separators of all kinds, whole or cut off.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
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

test('records come with the line where they end', async (context) => {
  const { header, rows, lines } = await read(context, 'a,b\n1,"x\ny"\n\n3,4\n');
  assert.equal(header, ['a', 'b']);
  assert.equal(rows, [
    ['1', 'x\ny'],
    ['3', '4'],
  ]);
  assert.equal(lines, [3, 5]);
});

test('a byte order mark, CRLF and a missing last line end do not matter', async (context) => {
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

test('gzip is told by its bytes, not by the name', async (context) => {
  const { rows } = await read(context, gzipSync('a,b\n1,2\n'));
  assert.equal(rows, [['1', '2']]);
});

test('the separator is that of the header, unless it is said', async (context) => {
  assert.equal((await read(context, 'a;b;c\n1,5;2;3\n')).rows, [['1,5', '2', '3']]);
  assert.equal((await read(context, 'a\tb\n1\t2\n')).rows, [['1', '2']]);
  assert.equal((await read(context, 'a;b,c\n1;2,3\n', ',')).rows, [['1;2', '3']]);
});

test('an inch mark inside an unquoted field is a character', async (context) => {
  assert.equal((await read(context, 'a,b\n1,frame 12" x 9"\n2,3\n')).rows[0], ['1', 'frame 12" x 9"']);
});

test('records of any number of fields are handed on', async (context) => {
  assert.equal((await read(context, 'a,b\n1\n1,2,3\n')).rows, [['1'], ['1', '2', '3']]);
});

test('a quotation mark that is never closed is placed', async (context) => {
  const error = await rejects(
    () => read(context, 'a,b\n1,2\n3,"4\n5,6\n7,8\n'),
    (each) => (each as Error & { code: string }).code === 'file_invalid',
  );
  assert.match(error.message, 'after line 2');
});

test('a gzip file that was cut off is refused', async (context) => {
  const whole = gzipSync(`a,b\n${Array.from({ length: 5000 }, (_, n) => `${n},${n * 7919}`).join('\n')}`);
  await rejects(() => read(context, whole.subarray(0, whole.length / 2)), /cannot be decompressed/);
});

test('UTF-16 is refused with the way out', async (context) => {
  const error = await rejects(() => read(context, Buffer.from('\ufeffa,b\n1,2\n', 'utf16le')), /UTF-16/);
  assert.match((error as Error & { hint: string }).hint, 'iconv');
});

test('a file that is not there, or is a folder, is named', async (context) => {
  const missing = path.join(context.folder, 'missing.csv');
  const drive = async (file: string) => {
    for await (const _ of readCsv(file, { header() {}, record() {} }));
  };
  await rejects(() => drive(missing), /missing\.csv cannot be read/);
  await rejects(() => drive(context.folder), /not a file/);
});

test('a loop that is left early closes the file, and an abort ends it', async (context) => {
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
