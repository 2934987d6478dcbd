// Order files → lines for COPY, with every line counted as accepted or rejected. Memory does not grow with lines.
import path from 'node:path';
import { CoutureError } from '../../runtime/core/errors.ts';
import type { OrderFactRow } from '../../sql/store/sample/imported-orders.ts';
import type { Progress } from '../terminal/progress.ts';
import { type CsvOptions, fileBytes, readCsv } from './csv-file.ts';
import { FileOverlap } from './file-overlap.ts';
import { isCounted, LineFigures } from './line-figures.ts';
import type { OrderFile } from './order-files.ts';
import {
  type ImportedLine,
  isRejected,
  type OrderRowReader,
  type Rejected,
  type Rejection,
  rejections,
} from './order-row.ts';
import type { ProductCatalogue } from './product-catalogue.ts';
import { RoundedIds } from './rounded-ids.ts';

export interface RejectedRecord {
  readonly file: string;
  readonly line: number;
  readonly why: Rejection;
  readonly detail: string;
}

/** A file that was not read as UTF-8 throughout. */
export interface OtherEncoding {
  readonly file: string;
  readonly encoding: string;
  /** Bytes that are invalid in a file that otherwise is UTF-8. */
  readonly odd_bytes: number;
}

export interface IntakeOptions extends CsvOptions {
  readonly files: readonly string[];
  /** Import nothing if any record is rejected. */
  readonly strict: boolean;
}

/** Number of rejected records shown; all are counted. */
const maxShownRejections = 10;
/** Share of lines with rounded ids above which nothing is imported. */
const maxRoundedShare = 0.01;

/** Reads the files, and counts accepted and rejected lines. */
export class Intake {
  read = 0;
  taken = 0;
  readonly rejected = new Map<Rejection, number>();
  readonly first: RejectedRecord[] = [];
  readonly encodings: OtherEncoding[] = [];
  /** Currency → lines. */
  readonly currencies = new Map<string, number>();
  readonly reader: OrderRowReader;
  readonly figures = new LineFigures();
  /** Undefined for one file. */
  overlap: FileOverlap | undefined;
  readonly #rounding = new RoundedIds();
  readonly #catalogue: ProductCatalogue;
  readonly #options: IntakeOptions;
  readonly #progress: Progress;

  constructor(
    reader: OrderRowReader,
    catalogue: ProductCatalogue,
    options: IntakeOptions,
    progress: Progress,
  ) {
    this.reader = reader;
    this.#catalogue = catalogue;
    this.#options = options;
    this.#progress = progress;
  }

  /** Passes on the lines of all files, and yields after each chunk of a file. Lines that were kept until then would outlive a collection. */
  async *lines(files: readonly OrderFile[], write: (line: ImportedLine) => void): AsyncGenerator<void> {
    if (files.length > 1) this.overlap = new FileOverlap();
    for (const file of files) {
      this.overlap?.begin();
      yield* this.#records(file, this.reader, (fields, line) => {
        for (const each of this.reader.read(fields)) {
          this.read++;
          const taken = this.#accept(file, line, each);
          if (!taken) continue;
          this.#count(taken);
          write(taken);
        }
      });
    }
    this.figures.end();
  }

  /** Yields the orders of files without products. They are not order lines, so only rejected ones are counted. */
  async *orders(
    files: readonly OrderFile[],
    reader: OrderRowReader,
  ): AsyncGenerator<readonly OrderFactRow[]> {
    for (const [place, file] of files.entries()) {
      let batch: OrderFactRow[] = [];
      const chunks = this.#records(file, reader, (fields, line) => {
        const taken = this.#accept(file, line, reader.readOrder(fields));
        if (!taken) return;
        batch.push([
          place,
          taken.keys,
          taken.customerId || null,
          taken.dated ? new Date(taken.orderedAt).toISOString() : null,
          taken.cancelled ?? null,
          taken.changedAt === undefined ? null : new Date(taken.changedAt).toISOString(),
          taken.currency || null,
          taken.refundOf || null,
        ]);
      });
      for await (const _ of chunks) {
        yield batch;
        batch = [];
      }
    }
  }

  /** @throws CoutureError `rows_rejected`, `file_invalid` */
  check(): void {
    const bad = this.read - this.taken;
    if (this.#options.strict && bad > 0) {
      throw new CoutureError(
        'rows_rejected',
        `${bad.toLocaleString('en-GB')} of ${this.read.toLocaleString('en-GB')} lines are invalid, and --strict is set:${this.#listed()}`,
        'Nothing was imported. Correct the file, or drop --strict to import the valid lines.',
      );
    }
    const rejected = this.rejected.get('rounded') ?? 0;
    const rounded = rejected > maxRoundedShare * this.read ? rejected : this.#rounding.lines;
    if (rounded > 0) {
      const example =
        rounded === rejected
          ? (this.first.find(({ why }) => why === 'rounded')?.detail ?? '')
          : `"${this.#rounding.example}"`;
      throw new CoutureError(
        'file_invalid',
        `${rounded.toLocaleString('en-GB')} of ${this.read.toLocaleString('en-GB')} lines have ids such as ${example}: a spreadsheet rounded them, and different ids became equal`,
        'Nothing was imported. Export the file again and import it without opening it in a spreadsheet, or format the column as text first.',
      );
    }
    if (this.taken > 0) return;
    throw new CoutureError(
      'file_invalid',
      this.read === 0
        ? `${this.#options.files.join(', ')}: no lines below the header`
        : `None of ${this.read.toLocaleString('en-GB')} lines is valid:${this.#listed()}`,
      this.#hintForNoLines(),
    );
  }

  #hintForNoLines(): string {
    const most = [...this.rejected].sort((a, b) => b[1] - a[1])[0]?.[0];
    if (most === 'future')
      return 'Nothing was imported. Check the clock of this machine and the dates in the file.';
    if (most === 'time')
      return 'Nothing was imported. Write times as 2024-03-01 10:00:00, name another column with --map ordered_at=COLUMN, or ignore times with --map ordered_at=.';
    return 'Nothing was imported. Check the separator (--delimiter) and the columns (--map).';
  }

  async *#records(
    file: OrderFile,
    reader: OrderRowReader,
    take: (fields: string[], line: number) => void,
  ): AsyncGenerator<void> {
    const size = await fileBytes(file.path);
    const name = path.basename(file.path);
    const stage = this.#progress.stage(`Reading ${name}`.slice(0, 24), 0, 'lines');
    let records = 0;
    const handlers = {
      header: () => reader.begin(file),
      record: (fields: string[], line: number) => {
        records++;
        take(fields, line);
      },
      encoding: (encoding: string, odd: number) => {
        if (encoding !== 'utf-8' || odd > 0) this.encodings.push({ file: name, encoding, odd_bytes: odd });
      },
    };
    for await (const bytes of readCsv(file.path, handlers, this.#options)) {
      stage.update(records, bytes > 0 ? Math.round((records * size) / bytes) : 0);
      yield;
    }
    // The last record may end with the file.
    yield;
    stage.update(records, records);
    stage.end();
  }

  #accept<Read extends ImportedLine>(file: OrderFile, line: number, read: Read | Rejected): Read | undefined {
    if (!isRejected(read)) return read;
    this.rejected.set(read.why, (this.rejected.get(read.why) ?? 0) + 1);
    if (this.first.length < maxShownRejections) this.first.push({ file: file.path, line, ...read });
    return undefined;
  }

  #count(line: ImportedLine): void {
    this.taken++;
    this.figures.add(line);
    this.overlap?.see(line);
    this.#rounding.see(line.orderId);
    this.#rounding.see(line.productId);
    this.#catalogue.sold(line, isCounted(line));
    if (line.currency) this.currencies.set(line.currency, (this.currencies.get(line.currency) ?? 0) + 1);
  }

  #listed(): string {
    return this.first.map((each) => `\n  ${rejectionWords(each)}`).join('');
  }
}

/** `orders.csv, line 12: quantity is not a number: "six"`. */
export function rejectionWords({ file, line, why, detail }: RejectedRecord): string {
  return `${path.basename(file)}, line ${line}: ${rejections[why]}${detail ? `: ${detail}` : ''}`;
}
