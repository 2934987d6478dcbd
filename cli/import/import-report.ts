// The report of an import: tables for people, one JSON object for programs.
import { count, seconds } from '../terminal/figures.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { ImportReport } from './import-orders.ts';
import { rejectionWords } from './intake.ts';
import { type Rejection, rejections, undatedFrom } from './order-row.ts';

/** Number of service products listed; the others are only counted. */
const maxShownServices = 20;
/** Number of statuses listed. */
const maxShownStatuses = 15;
/** Number of ignored columns named. */
const maxShownColumns = 20;

/** Prints the report: rejected lines, services, counts, the next step. */
export function printImport(terminal: Terminal, report: ImportReport, milliseconds: number): void {
  terminal.result({ ...report, ms: Math.round(milliseconds) });
  printRejected(terminal, report);
  printServices(terminal, report);
  printStatuses(terminal, report);
  terminal.heading('Imported');
  terminal.table(
    [{ title: 'What' }, { title: 'Count', align: 'right' }, { title: 'Note', shrink: true }],
    figureRows(report, milliseconds),
  );
  for (const note of notes(report)) terminal.note(note);
  for (const warning of warnings(report)) terminal.warn(warning);
  if (report.counted.lines === 0) {
    terminal.warn('No line counts as a sale, so there is nothing to build from. See the notes in the table.');
  } else {
    terminal.print('\nNext: couture recs build');
  }
}

function printRejected(terminal: Terminal, { rejected, first_rejected }: ImportReport): void {
  const rows = Object.entries(rejected) as Array<[Rejection, number]>;
  if (rows.length === 0) return;
  terminal.heading('Skipped lines');
  terminal.table(
    [{ title: 'Reason' }, { title: 'Lines', align: 'right' }],
    rows.sort((a, b) => b[1] - a[1]).map(([why, lines]) => [rejections[why], count(lines)]),
  );
  const total = rows.reduce((sum, [, lines]) => sum + lines, 0);
  terminal.print(total > first_rejected.length ? `\nThe first ${first_rejected.length}:` : '');
  for (const each of first_rejected) terminal.print(`  ${rejectionWords(each)}`);
}

function printServices(terminal: Terminal, { services, kept_services }: ImportReport): void {
  if (services.length === 0) return;
  terminal.heading(
    kept_services
      ? 'Look like services, but kept as products'
      : 'Treated as services: neither counted nor recommended',
  );
  const rows = services.toSorted((a, b) => b.lines - a.lines);
  terminal.table(
    [
      { title: 'Id' },
      { title: 'Name', shrink: true },
      { title: 'Looks like' },
      { title: 'Lines', align: 'right' },
    ],
    rows
      .slice(0, maxShownServices)
      .map((each) => [each.productId, each.name || null, each.why, count(each.lines)]),
  );
  if (rows.length > maxShownServices) terminal.print(`… and ${rows.length - maxShownServices} more`);
  if (!kept_services) terminal.note('If these are products, import again with --keep-services --replace.');
}

function printStatuses(terminal: Terminal, { statuses }: ImportReport): void {
  if (statuses.length === 0) return;
  terminal.heading('Statuses');
  terminal.table(
    [{ title: 'Status', shrink: true }, { title: 'Lines', align: 'right' }, { title: 'Counts' }],
    statuses
      .slice(0, maxShownStatuses)
      .map(({ status, lines, counts }) => [status, count(lines), counts ? 'yes' : 'no']),
  );
  if (statuses.length > maxShownStatuses) terminal.print(`… and ${statuses.length - maxShownStatuses} more`);
  terminal.note('If this is wrong, import again with --replace and --count-status or --leave-out-status.');
}

function figureRows(report: ImportReport, milliseconds: number): unknown[][] {
  const { counted } = report;
  const serviceLines = report.services.reduce((sum, each) => sum + each.lines, 0);
  const day = (date: Date | null) => date?.toISOString().slice(0, 10);
  const undated = report.filled.times >= report.lines;
  const rows: Array<[string, number, string]> = [
    ['lines read', report.lines_read, `in ${seconds(milliseconds)}`],
    ['  skipped', report.lines_read - report.lines, 'see above'],
    ['  parts of products', report.left_out.parts, 'of configurable products and bundles; not counted'],
    ['  charges', report.left_out.charges, 'shipping, discounts and payments by their type; not counted'],
    ['  refunds', report.refunds, 'of credit memos or other orders; taken off the orders they name'],
    ['  also in a later file', report.overlapping, 'the later one counts'],
    ['  cancelled', report.cancelled, 'not counted'],
    ['  returned', report.taken_back, 'in the same order; not counted'],
    ['  quantity 0 or less', report.quantity_not_positive, 'not counted'],
    ['  price 0 or less', report.price_not_positive, 'not counted'],
    ['  services', serviceLines, report.kept_services ? 'counted (--keep-services)' : 'not counted'],
    ['  exact duplicates', report.duplicates, 'counted; a product counts once per order anyway'],
    ['  without a customer', report.without_customer, 'counted for bought-together lists only'],
    ['lines that count', counted.lines, 'a line may be in several rows above'],
    [
      'orders',
      counted.orders,
      undated ? 'without dates' : `${day(report.first_order)} to ${day(report.last_order)}`,
    ],
    ['products sold', counted.products, `of ${count(report.products)} known`],
    ['  not in the product file', report.unlisted_products, 'out of stock, never recommended'],
    ['customers', counted.customers, ''],
  ];
  const always = (name: string) => !name.startsWith('  ');
  return rows
    .filter(([name, figure]) => always(name) || figure > 0)
    .map(([name, figure, note]) => [name, count(figure), note]);
}

function warnings({ rejected, warnings: remarks }: ImportReport): string[] {
  const future = rejected.future ?? 0;
  return [
    ...(future > 0
      ? [`${count(future)} ${future === 1 ? 'line is' : 'lines are'} dated in the future and skipped`]
      : []),
    ...remarks,
  ];
}

function notes(report: ImportReport): string[] {
  const { columns, filled, lines, forgot_former_shop, joined } = report;
  const read = Object.entries(columns).filter(([field, name]) => field !== name);
  const of = (figure: number) => (figure === lines ? 'All lines are' : `${count(figure)} lines are`);
  const date = new Date(undatedFrom).toISOString().slice(0, 10);
  const ignored = (what: string, names: readonly string[]) =>
    names.length > 0
      ? [
          `${what} not used: ${names.slice(0, maxShownColumns).join(', ')}${names.length > maxShownColumns ? ` and ${names.length - maxShownColumns} more` : ''}.`,
        ]
      : [];
  const products = Object.entries(report.product_columns).filter(([field, name]) => field !== name);
  return [
    ...(report.format === 'plain' ? [] : [`Format: ${report.format} (override it with --format).`]),
    ...(read.length ? [`Columns: ${read.map(([field, name]) => `${field} ← ${name}`).join(', ')}.`] : []),
    ...(products.length
      ? [`Product columns: ${products.map(([field, name]) => `${field} ← ${name}`).join(', ')}.`]
      : []),
    ...ignored('Columns', report.ignored_columns),
    ...ignored('Product columns', report.ignored_product_columns),
    ...(joined
      ? [
          `${count(joined.orders)} orders of files without products are joined to ${count(joined.lines)} lines.`,
        ]
      : []),
    ...(filled.orders
      ? [`${of(filled.orders)} without an order id: they belong to the order above them.`]
      : []),
    ...(filled.customers
      ? [`${of(filled.customers)} without a customer: they use that of other lines of the same order.`]
      : []),
    ...(filled.statuses
      ? [`${of(filled.statuses)} without a status: they use that of other lines of the same order.`]
      : []),
    ...(filled.baskets
      ? [`${of(filled.baskets)} without an order id: each customer’s purchases are treated as one basket.`]
      : []),
    ...(filled.order_times
      ? [`${of(filled.order_times)} without a time: they use the time of other lines of the same order.`]
      : []),
    ...(filled.excel_days
      ? [
          `${count(filled.excel_days)} ${filled.excel_days === 1 ? 'time is a number that looks' : 'times are numbers that look'} like Excel day numbers and ${filled.excel_days === 1 ? 'is' : 'are'} read as dates: 45352 is 2024-03-01.`,
        ]
      : []),
    ...(filled.times
      ? [
          `${of(filled.times)} without a time: they are dated ${date}, one second later for each order, in file order.`,
        ]
      : []),
    ...(filled.quantities ? [`${of(filled.quantities)} without a quantity: counted as 1.`] : []),
    ...(filled.prices ? [`${of(filled.prices)} without a price: counted at 1.00.`] : []),
    ...(forgot_former_shop
      ? ['The database held a different shop with no product in common; its builds were deleted.']
      : []),
  ];
}
