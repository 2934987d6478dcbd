// CSV files of orders → the schema `imported` and its source views, in one transaction. Memory does not grow with lines.
import path from 'node:path';
import { CoutureError } from '../../runtime/core/errors.ts';
import { migrate } from '../../sql/migrate.ts';
import { type Client, inTransaction } from '../../sql/pool.ts';
import { writePreset } from '../../sql/source/preset.ts';
import { forgetFormerShop } from '../../sql/store/builds/former-shop.ts';
import {
  copyImportedLines,
  copyImportedProducts,
  countImported,
  createImportedTables,
  dateUndatedLines,
  deriveImported,
  type ImportedCounts,
  type ImportedLineRow,
} from '../../sql/store/sample/imported.ts';
import { dateOfDay, dateWarnings, readLatestDay } from '../recs/source/order-dates.ts';
import { readSourceDates } from '../recs/source/plan.ts';
import type { Progress } from '../terminal/progress.ts';
import { type Mapping, type OrderField, orderColumns, requireMapped } from './columns.ts';
import { fileBytes, readCsv } from './csv-file.ts';
import { sniffOrderFiles } from './order-files.ts';
import {
  type Filled,
  isRejected,
  OrderRowReader,
  type Rejection,
  rejections,
  undatedFrom,
} from './order-row.ts';
import { ProductCatalogue } from './product-catalogue.ts';
import { readProducts } from './product-file.ts';
import { findServices, type Service } from './service-lines.ts';

export interface ImportOptions {
  readonly files: readonly string[];
  readonly products?: string | undefined;
  readonly mapping: Mapping;
  readonly delimiter?: string | undefined;
  readonly dateOrder?: 'dmy' | 'mdy' | undefined;
  /** Import nothing if any record is rejected. */
  readonly strict: boolean;
  readonly replace: boolean;
  readonly keepServices: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface RejectedRecord {
  readonly file: string;
  readonly line: number;
  readonly why: Rejection;
  readonly detail: string;
}

export interface ImportReport extends ImportedCounts {
  /** Field → column of the first file. */
  readonly columns: Readonly<Partial<Record<OrderField, string>>>;
  readonly lines_read: number;
  readonly lines: number;
  readonly rejected: Readonly<Partial<Record<Rejection, number>>>;
  readonly first_rejected: readonly RejectedRecord[];
  readonly filled: Filled;
  readonly products: number;
  readonly services: ReadonlyArray<Service & { readonly lines: number }>;
  readonly kept_services: boolean;
  readonly forgot_former_shop: boolean;
  /** Warnings about dates. */
  readonly warnings: readonly string[];
}

/** Number of rejected records shown; all are counted. */
const maxShownRejections = 10;

/**
 * Imports the files and creates the views of the preset `import`, all in one transaction.
 * @throws CoutureError `file_unreadable`, `file_invalid`, `rows_rejected`, `shop_not_empty`, `preset_conflict`
 */
export async function importOrders(
  client: Client,
  options: ImportOptions,
  progress: Progress,
): Promise<ImportReport> {
  // Report a wrong header before doing anything else.
  const sniffed = await sniffOrderFiles(options);
  const catalogue = new ProductCatalogue();
  const productHeader = options.products ? await readProducts(options.products, options, catalogue) : [];
  requireMapped(options.mapping, [...sniffed.headers, productHeader]);

  const report = await inTransaction(client, async () => {
    await createImportedTables(client, options.replace);
    // The views only need the tables, so report a conflict before minutes of reading.
    await writePreset(client, 'import', { replace: options.replace });
    const latestDay = await readLatestDay(client);
    const reader = new OrderRowReader({
      order: options.dateOrder ?? sniffed.dateOrder,
      orderIsGiven: options.dateOrder !== undefined,
      end: dateOfDay(latestDay + 1).getTime(),
    });
    const intake = new Intake(reader, catalogue);
    await copyImportedLines(client, intake.lines(options, progress));
    intake.check(options);
    await dateByOrder(client, intake);
    const services = findServices(catalogue.names());
    const flagged = new Set(options.keepServices ? [] : services.map((service) => service.productId));
    const stage = progress.stage('Products and customers');
    await copyImportedProducts(client, catalogue.rows(flagged));
    await deriveImported(client);
    const counts = await countImported(client);
    const dates = await readSourceDates(client, latestDay);
    const forgot = await forgetFormerShop(client);
    stage.end();
    return {
      columns: sniffed.columns,
      lines_read: intake.read,
      lines: intake.taken,
      rejected: Object.fromEntries(intake.rejected),
      first_rejected: intake.first,
      filled: intake.reader.filled,
      products: catalogue.size,
      services: services.map((service) => ({ ...service, lines: catalogue.linesOf(service.productId) })),
      kept_services: options.keepServices,
      forgot_former_shop: forgot,
      warnings: dateWarnings(dates, latestDay, dates.future),
      ...counts,
    };
  });
  await migrate(client);
  return report;
}

/** Dates lines without a time by their order, even if the time stands on a later line. */
async function dateByOrder(client: Client, { reader, taken }: Intake): Promise<void> {
  const { filled } = reader;
  if (filled.times === 0 || filled.times === taken) return;
  const end = new Date(undatedFrom + (reader.undatedOrders + 1) * 1000);
  const dated = await dateUndatedLines(client, new Date(undatedFrom), end);
  filled.times -= dated;
  filled.order_times += dated;
}

/** Counts accepted and rejected lines while the files are read. */
class Intake {
  read = 0;
  taken = 0;
  readonly rejected = new Map<Rejection, number>();
  readonly first: RejectedRecord[] = [];
  readonly reader: OrderRowReader;
  readonly #catalogue: ProductCatalogue;
  #batch: ImportedLineRow[] = [];

  constructor(reader: OrderRowReader, catalogue: ProductCatalogue) {
    this.reader = reader;
    this.#catalogue = catalogue;
  }

  /** Yields the lines of all files, one file chunk at a time. */
  async *lines(options: ImportOptions, progress: Progress): AsyncGenerator<readonly ImportedLineRow[]> {
    for (const file of options.files) {
      const size = await fileBytes(file);
      const before = this.read;
      const stage = progress.stage(`Reading ${path.basename(file)}`.slice(0, 24), 0, 'lines');
      const handlers = {
        header: (fields: readonly string[]) =>
          this.reader.begin(path.basename(file), fields, orderColumns(file, fields, options.mapping)),
        record: (fields: string[], line: number) => this.#take(file, line, fields),
      };
      for await (const bytes of readCsv(file, handlers, options)) {
        const lines = this.read - before;
        stage.update(lines, bytes > 0 ? Math.round((lines * size) / bytes) : 0);
        yield this.#batch;
        this.#batch = [];
      }
      if (this.#batch.length > 0) yield this.#batch;
      this.#batch = [];
      stage.update(this.read - before, this.read - before);
      stage.end();
    }
  }

  /** @throws CoutureError `rows_rejected`, `file_invalid` */
  check(options: ImportOptions): void {
    const bad = this.read - this.taken;
    if (options.strict && bad > 0) {
      throw new CoutureError(
        'rows_rejected',
        `${bad.toLocaleString('en-GB')} of ${this.read.toLocaleString('en-GB')} lines are invalid, and --strict is set:${this.#listed()}`,
        'Nothing was imported. Correct the file, or drop --strict to import the valid lines.',
      );
    }
    if (this.taken > 0) return;
    throw new CoutureError(
      'file_invalid',
      this.read === 0
        ? `${options.files.join(', ')}: no lines below the header`
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

  #take(file: string, line: number, fields: string[]): void {
    this.read++;
    const read = this.reader.read(fields);
    if (isRejected(read)) {
      this.rejected.set(read.why, (this.rejected.get(read.why) ?? 0) + 1);
      if (this.first.length < maxShownRejections) this.first.push({ file, line, ...read });
      return;
    }
    this.taken++;
    this.#catalogue.sold(read);
    this.#batch.push([
      read.orderId,
      read.customerId || null,
      read.productId,
      read.quantity,
      read.unitPrice ?? null,
      new Date(read.orderedAt).toISOString(),
      read.cancelled,
    ]);
  }

  #listed(): string {
    return this.first.map((each) => `\n  ${rejectionWords(each)}`).join('');
  }
}

/** `orders.csv, line 12: quantity is not a number: "six"`. */
export function rejectionWords({ file, line, why, detail }: RejectedRecord): string {
  return `${path.basename(file)}, line ${line}: ${rejections[why]}${detail ? `: ${detail}` : ''}`;
}
