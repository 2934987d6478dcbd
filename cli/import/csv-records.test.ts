// Records of CSV text equal those of csv-parse, whatever the chunks.
import { parse } from 'csv-parse/sync';
import { Random } from '../../fixtures/random.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { CsvRecords, UnclosedRecord } from './csv-records.ts';

const test = suite('csv records');

function recordsOf(text: string, chunkBytes: number, form = { delimiter: ',', quote: '"' }) {
  const read: string[][] = [];
  const records = new CsvRecords(form, (fields) => read.push(fields));
  const bytes = Buffer.from(text);
  try {
    for (let at = 0; at < bytes.length; at += chunkBytes) records.push(bytes.subarray(at, at + chunkBytes));
    records.end();
  } catch (error) {
    if (error instanceof UnclosedRecord) return 'unclosed';
    throw error;
  }
  return { read, line: records.line };
}

test('any text has the records that csv-parse finds, in chunks of any size', () => {
  const random = new Random(1);
  const pieces = [
    'a',
    'b c',
    '',
    '12',
    'é€',
    '"x"',
    '"x ""y"" z"',
    '"x,y"',
    '"x\ny"',
    '""',
    '9"',
    'ł"s',
    ' "q"',
  ];
  const pick = <T>(list: readonly T[]) => list[Math.floor(random.next() * list.length)]!;
  for (let turn = 0; turn < 2_000; turn++) {
    const end = pick(['\n', '\r\n']);
    const lines = Array.from({ length: 1 + Math.floor(random.next() * 6) }, () =>
      Array.from({ length: 1 + Math.floor(random.next() * 4) }, () => pick(pieces)).join(','),
    );
    // The first line end shows csv-parse the kind.
    const text = `a,b${end}${lines.join(end)}${pick(['', end])}`;
    const expected = parse(text, {
      record_delimiter: end,
      relax_quotes: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }) as string[][];
    const found = recordsOf(text, pick([1, 2, 3, 7, 1_000]));
    assert.ok(found !== 'unclosed', JSON.stringify(text));
    assert.equal(found.read, expected, JSON.stringify(text));
  }
});

test('a mark that is not closed is an error, at the end and after a megabyte', () => {
  assert.is(recordsOf('a,b\n1,"2\n3,4\n', 4), 'unclosed');
  assert.is(recordsOf(`a,b\n1,"${'2\n'.repeat(1_000_000)}`, 1 << 16), 'unclosed');
  assert.is(recordsOf('x'.repeat(2_000_000), 1 << 16), 'unclosed');
});

test('lines end in CR on old Macs, and separators may have several bytes', () => {
  assert.equal(recordsOf('a,b\r1,2\r3,4', 1), {
    read: [
      ['a', 'b'],
      ['1', '2'],
      ['3', '4'],
    ],
    line: 3,
  });
  assert.equal(recordsOf("'a'·'b·c'\n1·2\n", 1, { delimiter: '·', quote: "'" }), {
    read: [
      ['a', 'b·c'],
      ['1', '2'],
    ],
    line: 2,
  });
});

test('each record says its line, in texts of many blocks and in lines longer than one', () => {
  const long = 'x'.repeat(40_000);
  const rows = Array.from({ length: 5_000 }, (_, at) => {
    if (at % 1_000 === 7) return `${at},"two\nlines é"`;
    return `${at},${at % 1_500 === 3 ? long : 'ł'}`;
  });
  const text = `${rows.join('\r\n')}\r\n`;
  for (const chunkBytes of [999, 1 << 18]) {
    const found: [string, number, number][] = [];
    const records: CsvRecords = new CsvRecords({ delimiter: ',', quote: '"' }, ([id = '', field = '']) =>
      found.push([id, field.length, records.line]),
    );
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += chunkBytes) records.push(bytes.subarray(at, at + chunkBytes));
    records.end();
    let line = 0;
    const expected = rows.map((row) => {
      const [id = '', field = ''] = row.replaceAll('"', '').split(',');
      line += row.includes('\n') ? 2 : 1;
      return [id, field.length, line];
    });
    assert.equal(found, expected, `${chunkBytes}`);
  }
});
