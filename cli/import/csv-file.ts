// A CSV file, plain or compressed with gzip or, on Node 24 and later, Zstandard, in any encoding → its records, in constant memory.
import type { ReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Duplex } from 'node:stream';
import zlib from 'node:zlib';
import { CoutureError } from '../../runtime/core/errors.ts';
import { type Dialect, detectDialect, hasTypographicMarks, plainMarks } from './csv-dialect.ts';
import { CsvRecords, UnclosedRecord } from './csv-records.ts';
import { requireText } from './file-kind.ts';
import { TextReader } from './text-encoding.ts';

export interface CsvHandlers {
  /** Called once with the header, before any record. */
  header(fields: readonly string[]): void;
  /** Called for each record; `line` is the line where it ends. The callee owns the array. */
  record(fields: string[], line: number): void;
  /** Called once, before the header. */
  dialect?(dialect: Dialect): void;
  /** Called at the end with the encoding, and the number of bytes that are invalid in it. */
  encoding?(encoding: string, oddBytes: number): void;
}

export interface CsvOptions {
  /** The field separator; undefined picks the one of , ; tab | ^ that the first lines agree on. */
  readonly delimiter?: string | undefined;
  /** An encoding as TextDecoder names it; undefined detects it. */
  readonly encoding?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a file to its end, or until the caller leaves the loop. Yields the number of bytes read so far after each chunk;
 * the handlers are called in between.
 * @throws CoutureError `file_unreadable`, `file_invalid`
 */
export async function* readCsv(
  path: string,
  handlers: CsvHandlers,
  options: CsvOptions = {},
): AsyncGenerator<number, void, undefined> {
  const file = await openFile(path);
  const reader = new TextReader(options.encoding);
  let records: CsvRecords | undefined;
  let isTypographic = false;
  const feed = (bytes: Buffer) => {
    let chunk = reader.push(bytes);
    if (!records) {
      requireText(path, bytes, chunk);
      const given = chunk.toString('utf8').replace(/^\ufeff/, '');
      isTypographic = hasTypographicMarks(given);
      const text = isTypographic ? plainMarks(given) : given;
      const dialect = detectDialect(text, options.delimiter);
      records = openRecords(path, dialect, handlers);
      chunk = Buffer.from(text.slice(dialect.skip));
    } else if (isTypographic) chunk = Buffer.from(plainMarks(chunk.toString('utf8')));
    records.push(chunk);
  };
  let raw: ReadStream | undefined;
  try {
    const decompress = await decompressor(file);
    raw = file.createReadStream({ start: 0, highWaterMark: 1 << 18, autoClose: false });
    const text = decompress ? raw.pipe(decompress) : raw;
    // pipe() does not forward errors.
    raw.on('error', (error) => text.destroy(error));
    for await (const chunk of text as AsyncIterable<Buffer>) {
      options.signal?.throwIfAborted();
      feed(chunk);
      yield raw.bytesRead;
    }
    if (!records) return;
    records.push(reader.end());
    records.end();
    handlers.encoding?.(reader.encoding ?? 'utf-8', reader.oddBytes);
  } catch (cause) {
    throw explain(path, records?.line ?? 0, cause);
  } finally {
    raw?.destroy();
    await file.close().catch(() => {});
  }
}

/** Size of the file on disk, for progress. */
export async function fileBytes(path: string): Promise<number> {
  const file = await openFile(path);
  try {
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    const file = await open(path);
    if ((await file.stat()).isFile()) return file;
    await file.close();
    throw new Error('it is not a file');
  } catch (cause) {
    throw new CoutureError(
      'file_unreadable',
      `${path} cannot be read: ${(cause as Error).message}`,
      'Check the path and its permissions.',
      { cause },
    );
  }
}

/** Node 22 has it, too, but ends in silence where a file is truncated. */
const readsZstandard = Number.parseInt(process.versions.node, 10) >= 24;

/** Decides by the first bytes, not by the file name. A format that this Node cannot read is left to `requireText`. */
async function decompressor(file: FileHandle): Promise<Duplex | undefined> {
  const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
  const options = { chunkSize: 1 << 18 };
  if (buffer.readUInt16BE(0) === 0x1f8b) return zlib.createGunzip(options);
  if (buffer.readUInt32BE(0) !== 0x28b52ffd || !readsZstandard) return undefined;
  return (zlib as unknown as { createZstdDecompress: typeof zlib.createGunzip }).createZstdDecompress(
    options,
  );
}

function openRecords(path: string, dialect: Dialect, handlers: CsvHandlers): CsvRecords {
  let header: readonly string[] | undefined;
  handlers.dialect?.(dialect);
  const records = new CsvRecords(dialect, (fields) => {
    if (!header) handlers.header((header = fields));
    else if (!isHeader(path, fields, header, records.line)) handlers.record(fields, records.line);
  });
  records.line = dialect.skippedLines;
  return records;
}

/**
 * Whether a record repeats the header, as in files that were put together of others.
 * @throws CoutureError `file_invalid` if it is a header with the columns in another order
 */
function isHeader(path: string, fields: string[], header: readonly string[], line: number): boolean {
  const first = fields[0]!.charCodeAt(0) === byteOrderMark ? fields[0]!.slice(1) : fields[0]!;
  // Few records begin with a name of a column.
  if (first === '' || !header.includes(first)) return false;
  const rest = fields.slice(1);
  if (first === header[0] && rest.every((name, at) => name === header[at + 1])) return true;
  const filled = rest.filter(Boolean);
  if (filled.length < 2 || !filled.every((name) => header.includes(name))) return false;
  throw new CoutureError(
    'file_invalid',
    `${path}, line ${line} names the columns again, in another order than the first line`,
    'Files with different columns were put together. Pass them one by one: couture import orders A.csv B.csv.',
  );
}

const byteOrderMark = 0xfeff;

function explain(path: string, lastLine: number, cause: unknown): unknown {
  const { code = '', message } = cause as { code?: string; message: string };
  if (cause instanceof UnclosedRecord && !cause.isQuoted) {
    return new CoutureError(
      'file_invalid',
      `${path}: line ${lastLine + 1} is longer than a megabyte`,
      'Every record must end with a line break. Export the file again.',
      { cause },
    );
  }
  if (cause instanceof UnclosedRecord) {
    return new CoutureError(
      'file_invalid',
      `${path}: a quotation mark opened after line ${lastLine} is not closed`,
      `Check line ${lastLine + 1}: double quotation marks inside a quoted field (""). If the file ends there, export it again.`,
      { cause },
    );
  }
  if (/^(Z_|ZSTD_)/.test(code)) {
    return new CoutureError(
      'file_invalid',
      `${path} cannot be decompressed after line ${lastLine}: ${message}`,
      'The file is corrupt or truncated; download it again.',
      { cause },
    );
  }
  return cause;
}
