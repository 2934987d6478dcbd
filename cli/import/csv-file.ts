// A CSV file, plain or gzipped, in any encoding → its records, in constant memory.
import type { ReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { type Parser, parse } from 'csv-parse';
import { CoutureError } from '../../runtime/core/errors.ts';
import { type Dialect, detectDialect } from './csv-dialect.ts';
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
  const reader = new TextReader(options.encoding);
  let parser: Parser | undefined;
  let lastLine = 0;
  const feed = (bytes: Buffer) => {
    const chunk = reader.push(bytes);
    if (parser) return write(parser, chunk);
    requireText(path, bytes, chunk);
    const open = openParser(chunk, handlers, options.delimiter, (line) => (lastLine = line));
    parser = open.parser;
    return write(parser, open.rest);
  };
  let raw: ReadStream | undefined;
  try {
    const gzipped = await isGzip(file);
    raw = file.createReadStream({ start: 0, highWaterMark: 1 << 18, autoClose: false });
    const text = gzipped ? raw.pipe(createGunzip({ chunkSize: 1 << 18 })) : raw;
    // pipe() does not forward errors.
    raw.on('error', (error) => text.destroy(error));
    for await (const chunk of text as AsyncIterable<Buffer>) {
      options.signal?.throwIfAborted();
      await feed(chunk);
      yield raw.bytesRead;
    }
    if (!parser) return;
    const rest = reader.end();
    if (rest.length > 0) await write(parser, rest);
    await end(parser);
    handlers.encoding?.(reader.encoding ?? 'utf-8', reader.oddBytes);
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

/** Decides by the first bytes, not by the file name. */
async function isGzip(file: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
  return bytesRead === 2 && buffer.readUInt16BE(0) === 0x1f8b;
}

interface OpenParser {
  readonly parser: Parser;
  /** What of the first chunk is left for the parser. */
  readonly rest: Buffer;
}

function openParser(
  start: Buffer,
  handlers: CsvHandlers,
  given: string | undefined,
  atLine: (line: number) => void,
): OpenParser {
  const text = start.toString('utf8').replace(/^\ufeff/, '');
  const dialect = detectDialect(text, given);
  let headerRead = false;
  handlers.dialect?.(dialect);
  const parser = parse({
    delimiter: dialect.delimiter,
    quote: dialect.quote,
    max_record_size: maxRecordSize,
    // Allow an inch mark such as 12" in an unquoted field.
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    on_record(fields: string[], { lines }) {
      const line = lines + dialect.skippedLines;
      atLine(line);
      if (headerRead) handlers.record(fields.some(isHalfQuoted) ? fields.map(unquoted) : fields, line);
      else handlers.header(fields);
      headerRead = true;
      return null;
    },
  });
  parser.on('error', () => {});
  return { parser: parser.resume(), rest: Buffer.from(text.slice(dialect.skip)) };
}

/** `"Frame 12" oak"`: the parser leaves the outer marks of a field that has one inside. */
function isHalfQuoted(field: string): boolean {
  return field.charCodeAt(0) === 34 && field.endsWith('"') && field.split('"').length % 2 === 0;
}

function unquoted(field: string): string {
  return isHalfQuoted(field) ? field.slice(1, -1) : field;
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
      `Check line ${lastLine + 1}: double quotation marks inside a quoted field (""). If the file ends there, export it again.`,
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
