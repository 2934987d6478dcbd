// A build's lists → CSV or JSON Lines, one entry per line, in constant memory.
import { stringify } from 'csv-stringify/sync';
import { jsonId } from '../../../runtime/shop/shop-ids.ts';
import type { IdTypes } from '../../../sql/id-types.ts';
import type { Client } from '../../../sql/pool.ts';
import { type ExportedRow, exportRows } from '../../../sql/store/lists/list-export.ts';
import { printable } from '../../terminal/printable.ts';
import { writeText } from './write-text.ts';

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
 * Writes all entries and returns their number.
 * @throws CoutureError `file_unreadable` if the file cannot be written
 */
export async function exportLists(input: ExportInput): Promise<number> {
  let rows = 0;
  await writeText(chunks(), input.file, input.signal);
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

/** Reasons contain names of products, and lists of the shop are of categories. Ids and numbers stay as they are. */
function csvRow([kind, subject, rank, item, score, reason, source]: ExportedRow): ExportedRow {
  const of = isOfShop(kind) ? csvText(subject) : subject;
  return [kind, of, rank, item, score, csvText(reason), source];
}

/** A spreadsheet runs what begins like a formula. */
function csvText(text: string): string {
  const plain = printable(text);
  return /^[\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(plain) ? `'${plain}` : plain;
}

function isOfShop(kind: string): boolean {
  return kind === 'trending' || kind === 'bestseller';
}

function jsonLine([kind, subject, rank, item, score, reason, source]: ExportedRow, ids: IdTypes): string {
  const type = kind === 'personalized' || kind === 'buy_again' ? ids.customer : ids.product;
  const subjectId = isOfShop(kind) ? subject : jsonId(type ?? 'text', subject);
  const item_id = jsonId(ids.product ?? 'text', item);
  return `${printable(JSON.stringify({ kind, subject: subjectId, rank, item_id, score, reason, source }))}\n`;
}
