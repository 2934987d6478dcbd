// Sniffs order files: their form, their columns, how they write decimals, and whether 3/4/2024 is 3 April or 4 March.
import { CoutureError } from '../../runtime/core/errors.ts';
import {
  type ColumnMap,
  chain,
  ignoredColumns,
  lineColumns,
  type Mapping,
  namesakes,
  orderColumns,
  plainName,
  preferFilled,
} from './columns.ts';
import { readCsv } from './csv-file.ts';
import { DecimalEvidence, type DecimalMark, signOf, textOf } from './field-values.ts';
import type { OrderField } from './fields.ts';
import { type FormatName, formatOf } from './formats.ts';
import { type DateOrder, dateOrderOf, isLocalDate, parseTime } from './parse-time.ts';
import { isProductList } from './product-list-cell.ts';

export interface SniffOptions {
  readonly files: readonly string[];
  readonly mapping: Mapping;
  readonly format?: FormatName | undefined;
  readonly delimiter?: string | undefined;
  readonly encoding?: string | undefined;
  readonly decimal?: DecimalMark | undefined;
  readonly dateOrder?: DateOrder | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What is known of a file before its lines are read. */
export interface OrderFile {
  readonly path: string;
  readonly header: readonly string[];
  readonly format: FormatName;
  readonly columns: ColumnMap<OrderField>;
  /** `orders`: one row for each order, without products, to be joined to the lines of other files. */
  readonly holds: 'lines' | 'orders';
  /** The product column holds whole lists: `1× Mug, 2× Lamp`. */
  readonly listed: boolean;
  readonly decimal: DecimalMark | undefined;
  /** The file has no column for the currency, and prices with different signs: `€5`, `¥800`. */
  readonly signed: boolean;
}

export interface Sniffed {
  readonly files: readonly OrderFile[];
  /** Field → column name of the first file that has one. */
  readonly columns: Partial<Record<OrderField, string>>;
  /** Columns that no field reads. */
  readonly ignored: readonly string[];
  /** Undefined if the dates are unambiguous, or if there are none. */
  readonly dateOrder: DateOrder | undefined;
}

/** Hint for files that mix both date orders. */
export const sayDateOrder =
  'If that is a mistake, use --date-order dmy or --date-order mdy. Otherwise rewrite the dates as 2024-04-13.';

/** Records that show which columns are filled and how numbers are written. */
const sampleRecords = 2_000;

/**
 * Reads the headers and a sample of each file, and dates until the order of day and month is known.
 * @throws CoutureError `file_unreadable`, `file_invalid`
 */
export async function sniffOrderFiles(options: SniffOptions): Promise<Sniffed> {
  const files: OrderFile[] = [];
  const samples: Sample[] = [];
  let decided: { readonly order: DateOrder; readonly file: string; readonly text: string } | undefined;
  let doubtful: string | undefined;
  for (const path of options.files) {
    const sample = new Sample(path, options);
    samples.push(sample);
    const dates = new DateSample(options.dateOrder);
    const handlers = {
      dialect: ({ delimiter }: { delimiter: string }) => (sample.delimiter = delimiter),
      header: (fields: readonly string[]) => sample.header(fields),
      record(fields: string[]) {
        if (sample.records < sampleRecords) sample.see(fields);
        dates.see(textOf(fields[sample.timeAt ?? -1]));
      },
    };
    for await (const _ of readCsv(path, handlers, options)) {
      if (sample.records >= sampleRecords && (sample.timeAt === undefined || dates.clear)) break;
    }
    files.push(sample.file());
    doubtful ??= dates.doubtful;
    if (!dates.order) continue;
    if (decided && decided.order !== dates.order)
      throw ordersDiffer(decided, { file: path, text: dates.deciding });
    decided ??= { order: dates.order, file: path, text: dates.deciding };
  }
  const dateOrder = decided?.order;
  if (doubtful && !dateOrder) {
    throw new CoutureError(
      'file_invalid',
      `The dates, such as "${doubtful}", are ambiguous: day and month cannot be told apart`,
      'Use --date-order dmy or --date-order mdy.',
    );
  }
  requireLines(files, options.mapping);
  // Items and their orders may stand in two files, and the time in one of them.
  const hasTimes = samples.some((sample) => sample.hasTimes);
  if (!hasTimes && options.mapping.get('ordered_at') !== '')
    for (const sample of samples) sample.requireNoTime();
  const columns: Partial<Record<OrderField, string>> = {};
  for (const file of files) {
    for (const [field, { name }] of Object.entries(file.columns)) columns[field as OrderField] ??= name;
  }
  return {
    files,
    columns,
    ignored: [...new Set(files.flatMap(({ header, columns }) => ignoredColumns(header, columns)))],
    dateOrder,
  };
}

/** The first records of a file. */
class Sample {
  records = 0;
  delimiter = ',';
  timeAt: number | undefined;
  readonly #path: string;
  readonly #options: SniffOptions;
  #header: readonly string[] | undefined;
  #format: ReturnType<typeof formatOf> | undefined;
  #columns: ColumnMap<OrderField> = {};
  readonly #filled: number[] = [];
  readonly #dated: number[] = [];
  #lists = 0;
  #namesakes: ReadonlyMap<OrderField, readonly number[]> = new Map();
  #contradiction: CoutureError | undefined;
  readonly #decimals = new DecimalEvidence();
  readonly #signs = new Map<string, number>();

  constructor(path: string, options: SniffOptions) {
    this.#path = path;
    this.#options = options;
  }

  header(fields: readonly string[]): void {
    this.#header = fields;
    this.#format = formatOf('orders', fields.map(plainName), this.#options.format);
    this.#columns = lineColumns(fields, this.#options.mapping, this.#format);
    this.timeAt = this.#columns.ordered_at?.index;
    this.#namesakes = namesakes(fields, this.#columns, this.#options.mapping);
  }

  see(fields: readonly string[]): void {
    this.records++;
    for (let at = 0; at < fields.length; at++) {
      const text = textOf(fields[at]);
      if (!text) continue;
      this.#filled[at] = (this.#filled[at] ?? 0) + 1;
      if (at !== this.timeAt && looksLikeTime(text)) this.#dated[at] = (this.#dated[at] ?? 0) + 1;
    }
    for (const [field, columns] of this.#namesakes) this.#compare(field, columns, fields);
    const { product_id, quantity, unit_price, line_total } = this.#columns;
    if (isProductList(textOf(fields[product_id?.index ?? -1]))) this.#lists++;
    const sign = signOf(textOf(fields[(unit_price ?? line_total)?.index ?? -1]));
    if (sign) this.#signs.set(sign, (this.#signs.get(sign) ?? 0) + 1);
    for (const column of [quantity, unit_price, line_total])
      this.#decimals.see(textOf(fields[column?.index ?? -1]));
  }

  /** @throws CoutureError `file_invalid` */
  file(): OrderFile {
    const { mapping, decimal } = this.#options;
    if (!this.#header)
      throw new CoutureError(
        'file_invalid',
        `${this.#path} is empty`,
        'The first line must name the columns.',
      );
    if (this.#contradiction) throw this.#contradiction;
    const holds = this.#columns.product_id ? 'lines' : 'orders';
    if (holds === 'lines') orderColumns(this.#path, this.#header, mapping, this.#format);
    const { ordered_at, ...others } = preferFilled(this.#columns, this.#filled);
    return {
      path: this.#path,
      header: this.#header,
      format: this.#format!.name,
      columns: ordered_at ? { ...others, ordered_at } : others,
      holds,
      listed: this.#lists > 0 && this.#lists >= 0.9 * (this.#filled[others.product_id?.index ?? -1] ?? 0),
      decimal: decimal ?? this.#decimals.decide(this.delimiter),
      signed: this.#hasTwoSigns && !others.currency,
    };
  }

  /** Columns of one name may repeat a value, as a join of two tables does, but not contradict each other. */
  #compare(field: OrderField, columns: readonly number[], fields: readonly string[]): void {
    if (this.#contradiction) return;
    const [one, other] = new Set(columns.map((at) => textOf(fields[at])).filter(Boolean));
    if (other === undefined) return;
    const name = this.#header![columns[0]!]!.trim();
    this.#contradiction = new CoutureError(
      'file_invalid',
      `${this.#path} has ${columns.length} columns "${name}", with different values such as "${one}" and "${other}"`,
      `Say which of them is the ${field}: --map ${field}="${name}#1" or --map ${field}="${name}#${columns.length}".`,
    );
  }

  /** A sign on a few prices only may be a slip. */
  get #hasTwoSigns(): boolean {
    const least = Math.max(3, 0.05 * this.records);
    return [...this.#signs.values()].filter((prices) => prices >= least).length > 1;
  }

  get hasTimes(): boolean {
    return (this.#filled[this.timeAt ?? -1] ?? 0) > 0;
  }

  /** @throws CoutureError `file_invalid` if a column that no field reads holds times */
  requireNoTime(): void {
    const used = new Set(
      Object.values(this.#columns).flatMap((column) => chain(column).map(({ index }) => index)),
    );
    // Some files say the time, like the order, on the first line of an order only.
    const orders = this.#filled[this.#columns.order_id?.index ?? -1] || this.records;
    const at = this.#dated.findIndex((dated, index) => dated > 0.9 * orders && !used.has(index));
    if (at < 0) return;
    const name = this.#header![at]!.trim();
    throw new CoutureError(
      'file_invalid',
      `${this.#path} has no column for the time of an order, but "${name}" holds dates`,
      `Use --map ordered_at="${name}", or --map ordered_at= to import the orders without dates.`,
    );
  }
}

/** Finds the order of day and month in the dates of a file. */
class DateSample {
  order: DateOrder | undefined;
  deciding = '';
  doubtful: string | undefined;
  #doubt: boolean | undefined;

  constructor(given: DateOrder | undefined) {
    this.order = given;
  }

  /** Nothing more can be learnt. */
  get clear(): boolean {
    return this.order !== undefined || this.#doubt !== true;
  }

  see(text: string): void {
    if (!text || this.order) return;
    // The first date shows the format of the file.
    this.#doubt ??= isLocalDate(text) && !text.includes('.');
    if (!this.#doubt) return;
    this.doubtful ??= text;
    this.order = dateOrderOf(text);
    this.deciding = text;
  }
}

function looksLikeTime(text: string): boolean {
  return (
    /\d/.test(text) &&
    /[-/.:]/.test(text) &&
    parseTime(text, 'dmy') !== undefined &&
    !/^\d+[.,]\d+$/.test(text)
  );
}

/** @throws CoutureError `file_invalid` unless a file has order lines, and the others can be joined to it */
function requireLines(files: readonly OrderFile[], mapping: Mapping): void {
  const lines = files.filter(({ holds }) => holds === 'lines');
  for (const { path, header, columns } of files) {
    if (lines.length > 0 && columns.order_id) continue;
    if (lines.length === 0 || !columns.customer_id) orderColumns(path, header, mapping);
  }
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
