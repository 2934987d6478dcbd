// A build's lists → CSV or JSON Lines, one entry per line, in constant memory: to stdout, or to a file that is
// moved into place once it is complete.
import { createWriteStream } from 'node:fs';
import { realpath, rename, rm, stat } from 'node:fs/promises';
import process from 'node:process';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { stringify } from 'csv-stringify/sync';
import { CoutureError } from '../../../runtime/core/errors.ts';
import { jsonId } from '../../../runtime/shop/shop-ids.ts';
import type { IdTypes } from '../../../sql/id-types.ts';
import type { Client } from '../../../sql/pool.ts';
import { type ExportedRow, exportRows } from '../../../sql/store/lists/list-export.ts';
import { printable } from '../../terminal/printable.ts';

export type ExportFormat = 'csv' | 'jsonl';

export interface ExportInput {
  readonly client: Client;
  readonly buildId: number;
  readonly kinds: readonly string[];
  readonly format: ExportFormat;
  /** Types of the ids: bigint ids become JSON numbers. */
  readonly ids: IdTypes;
  /** Path of the file, compressed if it ends in .gz; undefined: stdout. */
  readonly file: string | undefined;
  readonly onProgress?: (rows: number) => void;
  readonly signal: AbortSignal;
}

/** Columns of both formats: those of the view couture.recommendation without the build. */
export const exportColumns = ['kind', 'subject', 'rank', 'item_id', 'score', 'reason', 'source'] as const;

/**
 * Writes all entries and returns their number. A file is written beside its target and renamed when it is complete.
 * @throws CoutureError `file_unreadable` if the file cannot be written
 */
export async function exportLists(input: ExportInput): Promise<number> {
  let rows = 0;
  const text = Readable.from(chunks(), { objectMode: false });
  if (input.file === undefined) await writeOut(text, input.signal);
  else await writeFile(text, input.file, input.signal);
  return rows;

  async function* chunks(): AsyncGenerator<string> {
    if (input.format === 'csv') yield `${exportColumns.join(',')}\n`;
    for await (const batch of exportRows(input.client, input.buildId, input.kinds, {
      signal: input.signal,
    })) {
      rows += batch.length;
      input.onProgress?.(rows);
      yield input.format === 'csv'
        ? stringify(batch.map(csvRow))
        : batch.map((row) => jsonLine(row, input.ids)).join('');
    }
  }
}

async function writeOut(text: Readable, signal: AbortSignal): Promise<void> {
  try {
    await pipeline(text, process.stdout, { signal, end: false });
  } catch (error) {
    // The reader, such as `head`, has closed the pipe.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}

async function writeFile(text: Readable, file: string, signal: AbortSignal): Promise<void> {
  const place = await placeOf(file);
  const target = place.whole ? `${place.path}.${process.pid}.partial` : place.path;
  try {
    const out = createWriteStream(target);
    const steps: Writable[] = file.endsWith('.gz') ? [createGzip(), out] : [out];
    await pipeline([text, ...steps], { signal });
    if (place.whole) await rename(target, place.path);
  } catch (error) {
    if (place.whole) await rm(target, { force: true });
    throw unwritable(file, error);
  }
}

/** Where to write. Devices and pipes are written to directly: a rename would replace them with a file. */
async function placeOf(file: string): Promise<{ path: string; whole: boolean }> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory()) {
    throw new CoutureError(
      'file_unreadable',
      `${file} is a folder.`,
      'Give a file in it, such as lists.csv.gz.',
    );
  }
  // Resolve a symbolic link, so that the rename replaces its target and not the link.
  return found ? { path: await realpath(file), whole: found.isFile() } : { path: file, whole: true };
}

function unwritable(file: string, error: unknown): unknown {
  const { code = '', syscall = '', message } = error as NodeJS.ErrnoException;
  if (!/^(open|write|rename|close)$/.test(syscall)) return error;
  return new CoutureError(
    'file_unreadable',
    `Cannot write ${file}: ${message}`,
    code === 'ENOENT'
      ? 'Create its folder first.'
      : 'Check its folder, its permissions and the free disk space.',
    { cause: error },
  );
}

/** Reasons contain names of products; a spreadsheet runs what begins like a formula. Ids and numbers stay as they are. */
function csvRow([kind, subject, rank, item, score, reason, source]: ExportedRow): ExportedRow {
  const plain = printable(reason);
  const text = /^[\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(plain) ? `'${plain}` : plain;
  return [kind, subject, rank, item, score, text, source];
}

function jsonLine([kind, subject, rank, item, score, reason, source]: ExportedRow, ids: IdTypes): string {
  const type = kind === 'personalized' || kind === 'buy_again' ? ids.customer : ids.product;
  const subjectId = kind === 'trending' || kind === 'bestseller' ? subject : jsonId(type ?? 'text', subject);
  const item_id = jsonId(ids.product ?? 'text', item);
  return `${printable(JSON.stringify({ kind, subject: subjectId, rank, item_id, score, reason, source }))}\n`;
}
