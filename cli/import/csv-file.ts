// A CSV file, plain or gzipped → its records, in constant memory.
import type { ReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { type Parser, parse } from 'csv-parse';
import { CoutureError } from '../../runtime/core/errors.ts';

export interface CsvHandlers {
  /** Called once with the header, before any record. */
  header(fields: readonly string[]): void;
  /** Called for each record; `line` is the line where it ends. The callee owns the array. */
  record(fields: string[], line: number): void;
}

export interface CsvOptions {
  /** The field separator; undefined picks the one of , ; tab | that occurs most in the header. */
  readonly delimiter?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A longer record means an unclosed quotation mark, not a row of an order file. */
const maxRecordSize = 1 << 20;

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
  let parser: Parser | undefined;
  let lastLine = 0;
  const feed = (chunk: Buffer) => {
    parser ??= openParser(chunk, handlers, options.delimiter, (line) => (lastLine = line));
    return write(parser, chunk);
  };
  let raw: ReadStream | undefined;
  try {
    const gzipped = await isGzip(file, path);
    raw = file.createReadStream({ start: 0, highWaterMark: 1 << 18, autoClose: false });
    const text = gzipped ? raw.pipe(createGunzip({ chunkSize: 1 << 18 })) : raw;
    // pipe() does not forward errors.
    raw.on('error', (error) => text.destroy(error));
    for await (const chunk of text as AsyncIterable<Buffer>) {
      options.signal?.throwIfAborted();
      await feed(chunk);
      yield raw.bytesRead;
    }
    if (parser) await end(parser);
  } catch (cause) {
    throw explain(path, lastLine, cause);
  } finally {
    parser?.destroy();
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
    throw new Error('not a file');
  } catch (cause) {
    throw new CoutureError(
      'file_unreadable',
      `${path} cannot be read: ${(cause as Error).message}`,
      'Check the path and its permissions.',
      { cause },
    );
  }
}

/** Decides by the first bytes, not by the file name. */
async function isGzip(file: FileHandle, path: string): Promise<boolean> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
  const start = bytesRead < 2 ? 0 : buffer.readUInt16BE(0);
  if (start === 0xfffe || start === 0xfeff) {
    throw new CoutureError(
      'file_invalid',
      `${path} is UTF-16, but couture reads UTF-8`,
      'Convert the file first: iconv -f UTF-16 -t UTF-8 …',
    );
  }
  return start === 0x1f8b;
}

function openParser(
  firstChunk: Buffer,
  handlers: CsvHandlers,
  delimiter: string | undefined,
  atLine: (line: number) => void,
): Parser {
  let headerRead = false;
  const parser = parse({
    bom: true,
    delimiter: delimiter ?? likelyDelimiter(firstChunk.toString('utf8').split(/\r?\n/, 1)[0] ?? ''),
    max_record_size: maxRecordSize,
    // Allow an inch mark such as 12" in an unquoted field.
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    on_record(fields: string[], { lines }) {
      atLine(lines);
      if (headerRead) handlers.record(fields, lines);
      else handlers.header(fields);
      headerRead = true;
      return null;
    },
  });
  parser.on('error', () => {});
  return parser.resume();
}

function likelyDelimiter(header: string): string {
  const times = (mark: string) => header.split(mark).length;
  return [',', ';', '\t', '|'].reduce((best, mark) => (times(mark) > times(best) ? mark : best));
}

function write(parser: Parser, chunk: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}

function end(parser: Parser): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.once('error', reject).once('end', resolve).end();
  });
}

function explain(path: string, lastLine: number, cause: unknown): unknown {
  const { code = '', message } = cause as { code?: string; message: string };
  if (code === 'CSV_QUOTE_NOT_CLOSED' || code === 'CSV_MAX_RECORD_SIZE') {
    return new CoutureError(
      'file_invalid',
      `${path}: a quotation mark opened after line ${lastLine} is not closed`,
      `Check line ${lastLine + 1}: double quotation marks inside a quoted field ("").`,
      { cause },
    );
  }
  if (code.startsWith('CSV_')) {
    return new CoutureError(
      'file_invalid',
      `${path} after line ${lastLine}: ${message}`,
      'Correct the file and import it again.',
      { cause },
    );
  }
  if (code.startsWith('Z_')) {
    return new CoutureError(
      'file_invalid',
      `${path} cannot be decompressed after line ${lastLine}: ${message}`,
      'The file is corrupt or truncated; download it again.',
      { cause },
    );
  }
  return cause;
}
