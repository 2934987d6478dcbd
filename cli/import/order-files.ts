// Sniffs order files: their columns, and whether 3/4/2024 is 3 April or 4 March.
import { CoutureError } from '../../runtime/core/errors.ts';
import { type Mapping, type OrderField, orderColumns } from './columns.ts';
import { readCsv } from './csv-file.ts';
import { textOf } from './field-values.ts';
import { sayDateOrder } from './order-row.ts';
import { type DateOrder, dateOrderOf, isLocalDate } from './parse-time.ts';

export interface SniffOptions {
  readonly files: readonly string[];
  readonly mapping: Mapping;
  readonly delimiter?: string | undefined;
  readonly dateOrder?: DateOrder | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Sniffed {
  readonly headers: ReadonlyArray<readonly string[]>;
  /** Field → column name of the first file. */
  readonly columns: Partial<Record<OrderField, string>>;
  /** Undefined if the dates are unambiguous, or if there are none. */
  readonly dateOrder: DateOrder | undefined;
}

/** A file without a time in this many records is treated as undated. */
const maxUndatedRecords = 1_000;

/**
 * Reads the headers, and dates until the order of day and month is known.
 * @throws CoutureError `file_unreadable`, `file_invalid`
 */
export async function sniffOrderFiles(options: SniffOptions): Promise<Sniffed> {
  const headers: Array<readonly string[]> = [];
  let columns: Partial<Record<OrderField, string>> | undefined;
  let decided: { readonly order: DateOrder; readonly file: string; readonly text: string } | undefined;
  let doubtful: string | undefined;
  for (const file of options.files) {
    let timeAt: number | undefined;
    let inDoubt: boolean | undefined;
    let seen = false;
    let records = 0;
    let dateOrder = options.dateOrder;
    let deciding = '';
    const handlers = {
      header(fields: readonly string[]) {
        seen = true;
        const found = orderColumns(file, fields, options.mapping);
        timeAt = found.ordered_at?.index;
        headers.push(fields);
        columns ??= Object.fromEntries(Object.entries(found).map(([field, column]) => [field, column.name]));
      },
      record(fields: string[]) {
        records++;
        const text = timeAt === undefined ? '' : textOf(fields[timeAt]);
        if (!text || dateOrder) return;
        // The first date shows the format of the file.
        inDoubt ??= isLocalDate(text) && !text.includes('.');
        if (!inDoubt) return;
        doubtful ??= text;
        dateOrder = dateOrderOf(text);
        deciding = text;
      },
    };
    for await (const _ of readCsv(file, handlers, options)) {
      const clear = dateOrder || timeAt === undefined || inDoubt === false;
      const undated = inDoubt === undefined && records > maxUndatedRecords;
      if (seen && (clear || undated)) break;
    }
    if (!seen) {
      throw new CoutureError('file_invalid', `${file} is empty`, 'The first line must name the columns.');
    }
    if (!dateOrder) continue;
    if (decided && decided.order !== dateOrder) throw ordersDiffer(decided, { file, text: deciding });
    decided ??= { order: dateOrder, file, text: deciding };
  }
  const dateOrder = decided?.order;
  if (doubtful && !dateOrder) {
    throw new CoutureError(
      'file_invalid',
      `The dates, such as "${doubtful}", are ambiguous: day and month cannot be told apart`,
      'Use --date-order dmy or --date-order mdy.',
    );
  }
  return { headers, columns: columns ?? {}, dateOrder };
}

function ordersDiffer(
  one: { file: string; text: string; order: DateOrder },
  other: { file: string; text: string },
) {
  const [first, second] = one.order === 'dmy' ? ['day', 'month'] : ['month', 'day'];
  return new CoutureError(
    'file_invalid',
    `${one.file} writes the ${first} first ("${one.text}"), ${other.file} the ${second} ("${other.text}")`,
    sayDateOrder,
  );
}
