// Sniffs order files: their form, their columns, how they write decimals, and whether 3/4/2024 is 3 April or 4 March.
import { CoutureError } from '../../runtime/core/errors.ts';
import { columnPlaces } from './column-places.ts';
import {
  type Column,
  type ColumnMap,
  chain,
  ignoredColumns,
  lineColumns,
  linked,
  type Mapping,
  namesakes,
  orderColumns,
  plainName,
  preferFilled,
  requireOrderColumns,
} from './columns.ts';
import { readCsv } from './csv-file.ts';
import { DateSample, ordersDiffer, sayOrder } from './date-sample.ts';
import { DecimalEvidence, type DecimalMark, signOf, textOf } from './field-values.ts';
import type { OrderField } from './fields.ts';
import { type FormatName, formatOf } from './formats.ts';
import { type DateOrder, parseTime } from './parse-time.ts';
import {
  isProductList,
  listColumnNames,
  type NameSeparator,
  nameSeparators,
  namesColumnNames,
} from './product-list-cell.ts';
import { isDocuments, type ReturnColumns, returnColumns } from './returned-lines.ts';

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
  /**
   * `orders`: one row for each order, without products, to be joined to the lines of other files. `returns`: what was given back of lines.
   * `documents`: credit memos without products, which say nothing more.
   */
  readonly holds: 'lines' | 'orders' | 'returns' | 'documents';
  /** Of a file of returns. */
  readonly returns?: ReturnColumns | undefined;
  /** The product column holds whole lists: `1× Mug, 2× Lamp`. */
  readonly listed: boolean;
  /** The mark between the names of products that a cell of the product column has. */
  readonly between?: NameSeparator | undefined;
  /** The columns of each product, where a row has several: item1, qty1, item2, qty2. */
  readonly places?: ReadonlyArray<ColumnMap<OrderField>> | undefined;
  /** Of a file of orders: columns with ids by which lines of other files may know an order. */
  readonly keys?: readonly Column[] | undefined;
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
      throw ordersDiffer(decided, { file: path, text: dates.deciding, order: dates.order });
    decided ??= { order: dates.order, file: path, text: dates.deciding };
  }
  const dateOrder = decided?.order;
  if (doubtful && !dateOrder) {
    throw new CoutureError(
      'file_invalid',
      `The dates, such as "${doubtful}", are ambiguous: day and month cannot be told apart`,
      sayOrder,
    );
  }
  requireLines(files, options.mapping);
  // Items and their orders may stand in two files, and the time in one of them.
  const hasTimes = samples.some((sample) => sample.hasTimes);
  if (!hasTimes && options.mapping.get('ordered_at') !== '')
    for (const sample of samples) sample.requireNoTime();
  const columns: Partial<Record<OrderField, string>> = {};
  for (const file of files) {
    if (file.holds === 'returns' || file.holds === 'documents') continue;
    for (const [field, { name }] of Object.entries(file.columns)) columns[field as OrderField] ??= name;
  }
  return {
    files,
    columns,
    ignored: [
      ...new Set(files.filter(({ holds }) => holds === 'lines' || holds === 'orders').flatMap(ignoredOf)),
    ],
    dateOrder,
  };
}

function ignoredOf({ header, columns, places = [] }: OrderFile): string[] {
  const read = places.map((place) => new Set(ignoredColumns(header, place)));
  return ignoredColumns(header, columns).filter((name) => read.every((ignored) => ignored.has(name)));
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
  /** Number of cells such as 3, by column: of a switch they make a count. */
  readonly #counts: number[] = [];
  /** Number of cells that list products, by column. */
  readonly #lists: number[] = [];
  #listColumns: readonly number[] = [];
  /** Number of cells with the mark, in the column of the products. */
  readonly #marks = new Map<NameSeparator, number>();
  #places: ReadonlyArray<ColumnMap<OrderField>> | undefined;
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
    this.#places = this.#columns.product_id ? undefined : columnPlaces(fields, this.#columns);
    if (this.#places) this.#columns = { ...this.#columns, product_id: this.#places[0]!.product_id! };
    const names = fields.map(plainName);
    this.#listColumns = names.flatMap((name, at) =>
      listColumnNames.has(name) || at === this.#columns.product_id?.index ? [at] : [],
    );
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
    for (const { index } of chain(this.#columns.cancelled_at))
      if (/^[1-9]\d{1,2}$|^[2-9]$/.test(textOf(fields[index])))
        this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    for (const [field, columns] of this.#namesakes) this.#compare(field, columns, fields);
    const { quantity, unit_price, line_total } = this.#columns;
    for (const at of this.#listColumns) {
      const text = textOf(fields[at]);
      if (text && isProductList(text)) this.#lists[at] = (this.#lists[at] ?? 0) + 1;
    }
    const product = textOf(fields[this.#columns.product_id?.index ?? -1]);
    for (const mark of nameSeparators)
      if (product.includes(mark)) this.#marks.set(mark, (this.#marks.get(mark) ?? 0) + 1);
    const sign = signOf(textOf(fields[(unit_price ?? line_total)?.index ?? -1]));
    if (sign) this.#signs.set(sign, (this.#signs.get(sign) ?? 0) + 1);
    this.#decimals.seeQuantity(textOf(fields[quantity?.index ?? -1]));
    for (const column of [unit_price, line_total]) this.#decimals.see(textOf(fields[column?.index ?? -1]));
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
    const isList = (at: number | undefined) =>
      (this.#lists[at ?? -1] ?? 0) > 0 && this.#lists[at!]! >= 0.9 * (this.#filled[at!] ?? 0);
    // A column "items" may count them, or list them.
    const list = this.#listColumns.find(isList);
    if (
      list !== undefined &&
      !isList(this.#columns.product_id?.index) &&
      mapping.get('product_id') === undefined
    ) {
      if (!this.#columns.product_id || listColumnNames.has(plainName(this.#columns.product_id.name)))
        this.#columns = { ...this.#columns, product_id: { index: list, name: this.#header[list]!.trim() } };
    }
    const returns = returnColumns(this.#header, this.#columns);
    const holds = returns
      ? 'returns'
      : this.#columns.product_id
        ? 'lines'
        : isDocuments(this.#header)
          ? 'documents'
          : 'orders';
    if (!mapping.has('cancelled_at')) this.#columns = this.#withPieces(this.#columns);
    if (holds === 'lines') requireOrderColumns(this.#path, this.#header, mapping, this.#columns);
    const { ordered_at, changed_at, ...others } = preferFilled(this.#columns, this.#filled);
    return {
      path: this.#path,
      header: this.#header,
      format: this.#format!.name,
      columns: {
        ...others,
        ...(ordered_at && { ordered_at }),
        ...(changed_at && holds === 'orders' && { changed_at }),
      },
      holds,
      returns,
      listed: isList(others.product_id?.index),
      between: this.#between,
      places: this.#places,
      keys: holds === 'orders' ? keyColumns(this.#header, this.#columns.order_id, mapping) : undefined,
      decimal: decimal ?? this.#decimals.decide(this.delimiter),
      signed: this.#hasTwoSigns && !others.currency,
    };
  }

  /** "Cancelled" may be the number of pieces of a line that were. */
  #withPieces({ cancelled_at, ...others }: ColumnMap<OrderField>): ColumnMap<OrderField> {
    const all = chain(cancelled_at);
    const switches = linked(all.filter(({ index }) => !this.#counts[index]));
    const pieces =
      others.returned_quantity ?? linked(all.filter(({ index }) => this.#counts[index]).slice(0, 1));
    return {
      ...others,
      ...(switches && { cancelled_at: switches }),
      ...(pieces && { returned_quantity: pieces }),
    };
  }

  /** Only in a column whose name is a plural: a name of one product may have a comma. */
  get #between(): NameSeparator | undefined {
    const column = this.#columns.product_id;
    if (!column || !namesColumnNames.has(plainName(column.name))) return undefined;
    const filled = this.#filled[column.index] ?? 0;
    return nameSeparators.find((mark) => (this.#marks.get(mark) ?? 0) >= 0.2 * filled && filled > 0);
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

/** The order's number first, then other columns with ids of the order: platforms join lines to its row, not to its number. */
function keyColumns(header: readonly string[], order: Column | undefined, mapping: Mapping): Column[] {
  const names = header.map(plainName);
  const others = mapping.has('order_id')
    ? []
    : ['id', 'entityid', 'orderid', 'idorder', 'uuid'].flatMap((name) => {
        const index = names.indexOf(name);
        return index < 0 || index === order?.index ? [] : [{ index, name: header[index]!.trim() }];
      });
  return [...(order ? [order] : []), ...others];
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
  for (const { path, header, columns, keys, holds } of files) {
    if (lines.length > 0 && (holds === 'returns' || holds === 'documents')) continue;
    if (lines.length > 0 && (columns.order_id || (keys?.length ?? 0) > 0)) continue;
    if (lines.length === 0 || !columns.customer_id) orderColumns(path, header, mapping);
  }
}
