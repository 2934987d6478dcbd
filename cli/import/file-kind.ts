// The first bytes of a file → an error if it is a workbook, an archive or anything else that is not delimited text.
import { CoutureError } from '../../runtime/core/errors.ts';

interface FileKind {
  /** The first bytes as latin1. */
  readonly start: string | RegExp;
  /** What else occurs in the first 4 KB. */
  readonly holds?: RegExp;
  readonly what: string;
  /** How to get a CSV file out of it; FILE stands for its path. */
  readonly remedy: string;
}

const sampleBytes = 4096;

const kinds: readonly FileKind[] = [
  {
    start: 'PK\x03\x04',
    holds: /\[Content_Types\]\.xml|xl\/|_rels\//,
    what: 'an Excel workbook',
    remedy: 'Open it, choose "Save as" with the type "CSV UTF-8", and import that file.',
  },
  {
    start: 'PK\x03\x04',
    holds: /application\/vnd\.oasis/,
    what: 'an OpenDocument spreadsheet',
    remedy: 'Save it as CSV (UTF-8), and import that file.',
  },
  { start: 'PK\x03\x04', what: 'a zip archive', remedy: 'Extract it first: unzip -p FILE > orders.csv' },
  { start: 'PK\x05\x06', what: 'an empty zip archive', remedy: 'Export the orders again.' },
  {
    start: '\xd0\xcf\x11\xe0',
    what: 'an old Excel workbook',
    remedy: 'Save it as CSV (UTF-8), and import that file.',
  },
  {
    start: /^BZh[1-9]/,
    what: 'compressed with bzip2',
    remedy: 'Decompress it first: bunzip2 < FILE > orders.csv',
  },
  {
    start: '\x28\xb5\x2f\xfd',
    what: 'compressed with Zstandard',
    remedy:
      'Decompress it first: unzstd < FILE > orders.csv. With Node 24 or later, couture reads it as it is.',
  },
  {
    start: '\xfd7zXZ',
    what: 'compressed with xz',
    remedy: 'Decompress it first: unxz < FILE > orders.csv',
  },
  {
    start: '\x04\x22\x4d\x18',
    what: 'compressed with lz4',
    remedy: 'Decompress it first: unlz4 < FILE > orders.csv',
  },
  {
    start: '\x1f\x9d',
    what: 'compressed with compress',
    remedy: 'Decompress it first: gunzip < FILE > orders.csv',
  },
  {
    start: '\x1f\x8b',
    what: 'compressed with gzip twice',
    remedy: 'Decompress it once: gunzip < FILE > orders.csv.gz',
  },
  {
    start: /^(?:\xff\xfe\0\0|\0\0\xfe\xff)/,
    what: 'text in UTF-32',
    remedy: 'Convert it first: iconv -f UTF-32 -t UTF-8 FILE > orders.csv',
  },
  { start: '7z\xbc\xaf', what: 'a 7z archive', remedy: 'Extract it first: 7z x FILE' },
  { start: 'Rar!\x1a\x07', what: 'a RAR archive', remedy: 'Extract it first: unrar x FILE' },
  { start: /^[\s\S]{257}ustar/, what: 'a tar archive', remedy: 'Extract it first: tar -xf FILE' },
  {
    start: /^(?:PGDMP|--\s+-- PostgreSQL database (?:cluster )?dump|-- (?:MySQL|MariaDB) dump)/,
    what: 'a database dump',
    remedy: 'Restore it into a database, then export the orders as CSV or connect couture to that database.',
  },
  {
    start: 'PAR1',
    what: 'a Parquet file',
    remedy: `Convert it first: duckdb -c "copy (from read_parquet('FILE')) to 'orders.csv' (header)"`,
  },
  {
    start: 'SQLite format 3',
    what: 'a SQLite database',
    remedy: 'Export the orders first: sqlite3 -csv -header FILE "select …"',
  },
  { start: '%PDF', what: 'a PDF document', remedy: 'Export the orders as CSV instead.' },
  {
    start: /^\s*(?:\{|\[\s*[[{])/,
    what: 'JSON',
    remedy:
      'Convert it first: jq -r "[.order_id, .customer_id, .product_id, .ordered_at] | @csv" FILE, with a header line.',
  },
  {
    start: /^\s*<(?:!doctype|html|\?xml)/i,
    what: 'an HTML or XML document',
    remedy: 'Export the orders as CSV instead. A download that asks for a login often ends like this.',
  },
];

/**
 * Rejects a file that cannot be delimited text.
 * @param raw the first bytes of the file
 * @param decoded the same, in UTF-8
 * @throws CoutureError `file_invalid`
 */
export function requireText(path: string, raw: Buffer, decoded: Buffer): void {
  // A file that was decompressed already may be compressed in itself.
  const kind = kindOf(raw) ?? kindOf(decoded);
  if (kind) {
    // A path that a shell would split is left for the user to quote.
    const remedy = /^[\w./-]+$/.test(path) ? kind.remedy.replace('FILE', path) : kind.remedy;
    throw new CoutureError('file_invalid', `${path} is ${kind.what}, not a CSV file`, remedy);
  }
  // Real exports hold a stray NUL at most.
  const sample = decoded.subarray(0, sampleBytes);
  const controls = sample.filter((byte) => byte < 9 || (byte > 13 && byte < 27)).length;
  if (controls > 8 && controls > sample.length / 50) {
    throw new CoutureError(
      'file_invalid',
      `${path} holds binary data, not text`,
      'couture reads CSV files, plain or compressed with gzip.',
    );
  }
}

function kindOf(bytes: Buffer): FileKind | undefined {
  const text = bytes
    .subarray(0, sampleBytes)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '');
  return kinds.find(
    ({ start, holds }) =>
      (typeof start === 'string' ? text.startsWith(start) : start.test(text)) && (!holds || holds.test(text)),
  );
}
