// CSV files as they occur: gzipped or plain, with all kinds of quotes and separators, complete or truncated.
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

test('UTF-16 is rejected with a hint how to convert it', async (context) => {
  const error = await rejects(() => read(context, Buffer.from('\ufeffa,b\n1,2\n', 'utf16le')), /UTF-16/);
  assert.match((error as Error & { hint: string }).hint, 'iconv');
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
