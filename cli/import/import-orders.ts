// CSV files of orders → the schema `imported` and its source views, in one transaction. Memory does not grow with lines.
import { basename as baseName } from 'node:path';
import { decimalsOf } from '../../runtime/contract/money.ts';
import { CoutureError } from '../../runtime/core/errors.ts';
import { migrate, requireServer } from '../../sql/migrate.ts';
import { type Client, inTransaction } from '../../sql/pool.ts';
import { writePreset } from '../../sql/source/preset.ts';
import { forgetFormerShop } from '../../sql/store/builds/former-shop.ts';
import { createImportedTables, deriveImported, indexLines } from '../../sql/store/sample/imported.ts';
import type { ImportedCounts } from '../../sql/store/sample/imported-counts.ts';
import { copyImportedLines } from '../../sql/store/sample/imported-lines.ts';
import { copyOrderFacts, valueForeignLines } from '../../sql/store/sample/imported-orders.ts';
import { pricesOf } from '../../sql/store/sample/imported-prices.ts';
import { copyImportedProducts } from '../../sql/store/sample/imported-products.ts';
import { dropOverlappingLines } from '../../sql/store/sample/overlapping-orders.ts';
import { dateOfDay, dateWarnings, readLatestDay } from '../recs/source/order-dates.ts';
import type { Progress } from '../terminal/progress.ts';
import { type Mapping, requireMapped } from './columns.ts';
import { type CompletedOrders, completeOrders } from './complete-orders.ts';
import type { DecimalMark } from './field-values.ts';
import type { OrderField, ProductField } from './fields.ts';
import type { FormatName } from './formats.ts';
import { importWarnings, isGarbled } from './import-warnings.ts';
import { Intake, type OtherEncoding, type RejectedRecord } from './intake.ts';
import { type OrderFile, type Sniffed, sniffOrderFiles } from './order-files.ts';
import { type Filled, OrderRowReader, type Rejection } from './order-row.ts';
import { StatusBook, type StatusSeen } from './order-status.ts';
import type { DateOrder } from './parse-time.ts';
import { ProductCatalogue } from './product-catalogue.ts';
import { type ProductFile, productHeader, readProducts } from './product-file.ts';
import { ReturnedLines } from './returned-lines.ts';
import { datedIds } from './rounded-ids.ts';
import { findServices, type Service } from './service-lines.ts';
import { summarizeLines } from './summarize-lines.ts';

export interface ImportOptions {
  readonly files: readonly string[];
  readonly products?: string | undefined;
  readonly mapping: Mapping;
  /** The form of all files; undefined recognises it by their headers. */
  readonly format?: FormatName | undefined;
  readonly delimiter?: string | undefined;
  readonly encoding?: string | undefined;
  readonly decimal?: DecimalMark | undefined;
  readonly dateOrder?: DateOrder | undefined;
  /** Import nothing if any record is rejected. */
  readonly strict: boolean;
  readonly replace: boolean;
  readonly keepServices: boolean;
  /** Ids or names of products that are services. */
  readonly services?: readonly string[];
  /** Statuses that count, and that do not, whatever their words say. */
  readonly countStatuses?: readonly string[];
  readonly leaveOutStatuses?: readonly string[];
  /** Accept any share of lines without a time. */
  readonly allowUndated?: boolean;
  /** Keep orders whole whose lines lie far apart. */
  readonly keepOrderNumbers?: boolean;
  readonly shopUrl?: string | undefined;
  /** In which prices are shown. */
  readonly currency?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ImportReport extends ImportedCounts, Omit<CompletedOrders, 'as_read' | 'warnings'> {
  readonly format: FormatName;
  /** Field → column of the first file that has it. */
  readonly columns: Readonly<Partial<Record<OrderField, string>>>;
  readonly product_columns: Readonly<Partial<Record<ProductField, string>>>;
  /** Columns that were not read. */
  readonly ignored_columns: readonly string[];
  readonly ignored_product_columns: readonly string[];
  readonly lines_read: number;
  readonly lines: number;
  readonly rejected: Readonly<Partial<Record<Rejection, number>>>;
  readonly first_rejected: readonly RejectedRecord[];
  readonly filled: Filled;
  /** Lines that are no products of their own, and are not in `lines`. */
  readonly left_out: Readonly<OrderRowReader['leftOut']>;
  /** Lines that refund an order with another number, or that a file of returns names. */
  readonly refunds: number;
  /** Lines that a later file has again, and that count there. */
  readonly overlapping: number;
  /** Statuses met, the most frequent first. */
  readonly statuses: readonly StatusSeen[];
  readonly encodings: readonly OtherEncoding[];
  /** Currency → lines, the most frequent first. */
  readonly currencies: Readonly<Record<string, number>>;
  readonly products: number;
  /** Products sold that the product file lacks; they are out of stock. */
  readonly unlisted_products: number;
  readonly services: ReadonlyArray<Service & { readonly lines: number }>;
  readonly kept_services: boolean;
  readonly forgot_former_shop: boolean;
  readonly warnings: readonly string[];
}

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
  const header = options.products ? await productHeader(options.products, options) : [];
  requireMapped(options.mapping, [...sniffed.files.map((file) => file.header), header]);
  await requireServer(client);

  const report = await inTransaction(client, async () => {
    await createImportedTables(client, options.replace);
    // The views only need the tables, so report a conflict before minutes of reading.
    await writePreset(client, 'import', { replace: options.replace });
    const latestDay = await readLatestDay(client);
    const read = await readOrders(client, sniffed, options, latestDay, progress);
    const stage = progress.stage('Products and customers');
    const stored = await storeShop(client, read, options, latestDay);
    stage.end();
    return reportOf(sniffed, read, stored, options, latestDay);
  });
  await migrate(client);
  return report;
}

interface ReadOrders {
  readonly intake: Intake;
  readonly returned: ReturnedLines;
  readonly statuses: StatusBook;
  readonly catalogue: ProductCatalogue;
  /** Lines that a later file has again. */
  readonly overlapping: number;
  /** Whether orders came in a file beside their lines. */
  readonly joinOrders: boolean;
}

/** Copies the lines of all files, and what files of orders say about them. */
async function readOrders(
  client: Client,
  sniffed: Sniffed,
  options: ImportOptions,
  latestDay: number,
  progress: Progress,
): Promise<ReadOrders> {
  const statuses = new StatusBook(options.countStatuses, options.leaveOutStatuses);
  const dateRules = {
    order: options.dateOrder ?? sniffed.dateOrder,
    orderIsGiven: options.dateOrder !== undefined,
    end: dateOfDay(latestDay + 1).getTime(),
  };
  const catalogue = new ProductCatalogue();
  const returnFiles = sniffed.files.flatMap(({ path, returns }) => (returns ? [{ path, returns }] : []));
  const returned = await ReturnedLines.read(returnFiles, options);
  const intake = new Intake(new OrderRowReader(dateRules, statuses, returned), catalogue, options, progress);
  const that = (kind: OrderFile['holds']) => sniffed.files.filter(({ holds }) => holds === kind);
  await copyImportedLines(client, (write) => intake.lines(that('lines'), write));
  const overlapping = await dropOverlappingLines(client, intake.overlap?.repeated() ?? []);
  const orderFiles = that('orders');
  if (orderFiles.length > 0) {
    const reader = new OrderRowReader(dateRules, statuses);
    await copyOrderFacts(client, intake.orders(orderFiles, reader));
  }
  intake.check();
  returned.requireLines();
  return { intake, returned, statuses, catalogue, overlapping, joinOrders: orderFiles.length > 0 };
}

/** Completes orders, lists products, and derives customers, prices and figures. */
async function storeShop(
  client: Client,
  { intake, catalogue, overlapping, joinOrders }: ReadOrders,
  options: ImportOptions,
  latestDay: number,
) {
  const { warnings, as_read, ...completed } = await completeOrders(client, intake, {
    joinOrders,
    allowUndated: options.allowUndated === true,
    keepOrderNumbers: options.keepOrderNumbers === true,
  });
  const currencies = [...intake.currencies].sort((a, b) => b[1] - a[1]);
  const [main, ...others] = currencies.map(([currency]) => currency);
  const asRead = as_read && others.length === 0 && overlapping === 0;
  const unit = {
    currency: others.length > 0 ? main : undefined,
    decimals: main === undefined ? undefined : decimalsOf(main),
  };
  const medians = asRead && completed.taken_back === 0 ? catalogue.medians() : undefined;
  const prices = await pricesOf(client, unit, medians ?? []);
  // Postgres works on the lines, while services are looked for among the products.
  const indexing = indexLines(client);
  const listing = knowProducts(options, catalogue, prices);
  await Promise.allSettled([indexing, listing]);
  await indexing;
  const { file, services, flagged, rows } = await listing;
  const unlisted = catalogue.unlisted(flagged);
  await copyImportedProducts(client, rows);
  const { foreign, customers } = await deriveImported(client, unit, medians !== undefined);
  if (main && others.length > 0) await valueForeignLines(client, main);
  const { counts, dates } = await summarizeLines(client, latestDay, {
    figures: asRead ? intake.figures : undefined,
    sold: catalogue.counted(flagged),
    takenBack: completed.taken_back,
    customers,
  });
  const forgot = await forgetFormerShop(client);
  return { completed, warnings, file, services, unlisted, currencies, foreign, counts, dates, forgot };
}

/** What the product file says, which products are services, and the rows of all. */
async function knowProducts(
  options: ImportOptions,
  catalogue: ProductCatalogue,
  prices: ReadonlyMap<string, string>,
) {
  const file = options.products ? await listProducts(options.products, options, catalogue) : undefined;
  const services = findServices(catalogue.names(), options.services);
  const flagged = new Set(options.keepServices ? [] : services.map((service) => service.productId));
  return { file, services, flagged, rows: catalogue.rows(flagged, file !== undefined, prices) };
}

function reportOf(
  sniffed: Sniffed,
  { intake, returned, statuses, catalogue, overlapping }: ReadOrders,
  stored: Awaited<ReturnType<typeof storeShop>>,
  options: ImportOptions,
  latestDay: number,
): ImportReport {
  const { file, unlisted, currencies, counts, dates } = stored;
  return {
    ...stored.completed,
    format: sniffed.files.find(({ holds }) => holds === 'lines')!.format,
    columns: sniffed.columns,
    product_columns: file?.columns ?? {},
    ignored_columns: sniffed.ignored,
    ignored_product_columns: file?.ignored ?? [],
    lines_read: intake.read,
    lines: intake.taken,
    rejected: Object.fromEntries(intake.rejected),
    first_rejected: intake.first,
    filled: intake.reader.filled,
    left_out: intake.reader.leftOut,
    refunds: intake.reader.refunds + returned.lines,
    overlapping,
    statuses: statuses.seen(),
    encodings: intake.encodings,
    currencies: Object.fromEntries(currencies),
    products: catalogue.size,
    unlisted_products: file ? unlisted.unlisted : 0,
    services: stored.services.map((service) => ({ ...service, lines: catalogue.linesOf(service.productId) })),
    kept_services: options.keepServices,
    forgot_former_shop: stored.forgot,
    warnings: [
      ...dateWarnings(dates, latestDay, dates.future),
      ...stored.warnings,
      ...sniffed.files.flatMap(listWarning),
      ...sniffed.files.flatMap(documentWarning),
      ...importWarnings({
        statuses: statuses.seen(),
        lines: intake.taken,
        encodings: intake.encodings,
        currencies,
        shownIn: options.currency,
        foreign: stored.foreign,
        file,
        unlisted: file && unlisted,
        garbled: Array.from(catalogue.names(), ([, name]) => name).filter(isGarbled),
        datedIds: datedIds(catalogue.ids),
        newest: counts.last_order,
        hasStatus:
          'status' in sniffed.columns ||
          'delivery_status' in sniffed.columns ||
          'cancelled_at' in sniffed.columns ||
          counts.cancelled > 0,
        undated: intake.reader.filled.times >= intake.taken,
      }),
    ],
    ...counts,
  };
}

function documentWarning({ path, holds }: OrderFile): string[] {
  if (holds !== 'documents') return [];
  return [
    `${baseName(path)} lists credit memos, invoices or shipments without their products, and was not used. The products of credit memos are in sales_creditmemo_item.`,
  ];
}

/** A mark between names may also be a part of one. */
function listWarning({ path, columns, between }: OrderFile): string[] {
  if (!between) return [];
  const mark = between === '\n' ? 'lines' : `"${between}"`;
  return [
    `${baseName(path)}: "${columns.product_id!.name}" is read as a list of products, separated by ${mark}. If it names one product, give it another name, such as product.`,
  ];
}

/** @throws CoutureError `file_invalid` if the orders know none of the file's products */
async function listProducts(
  path: string,
  options: ImportOptions,
  catalogue: ProductCatalogue,
): Promise<ProductFile> {
  const sold = catalogue.size;
  const file = await readProducts(path, options, catalogue.ids);
  const examples = (ids: Iterable<string>) => [...ids].slice(0, 3).join(', ');
  if (sold > 0 && ![...file.products.keys()].some((id) => catalogue.ids.has(id))) {
    throw new CoutureError(
      'file_invalid',
      `No product of the orders (${examples(catalogue.ids)}) is in ${path} (${examples(file.products.keys())})`,
      'Nothing was imported. Name the column with the same ids as in the orders: --map product_id=COLUMN.',
    );
  }
  for (const [id, facts] of file.products) catalogue.list(id, facts);
  catalogue.listBundles(file.bundles);
  return file;
}
