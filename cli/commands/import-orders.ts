// `couture import orders`: loads order files with COPY and prints a report.
import { CoutureError } from '../../runtime/core/errors.ts';
import { openClient } from '../../sql/pool.ts';
import { type CommandContext, type CommandSpec, flag } from '../command.ts';
import { parseMapping } from '../import/columns.ts';
import { importOrders } from '../import/import-orders.ts';
import { printImport } from '../import/import-report.ts';

export const importOrdersCommand: CommandSpec<[string[]]> = {
  usage: 'orders <files...>',
  summary: 'import orders from CSV files, plain or gzipped',
  settings: ['databaseUrl', 'home'],
  flags: [
    flag('--products <file>', 'CSV file with product names, categories and prices'),
    flag(
      '--map <pairs>',
      'map fields to columns: order_id=InvoiceNo,product_id=StockCode; field= ignores a field',
    ),
    flag('--delimiter <character>', 'field separator (default: detected from the header)'),
    flag('--date-order <order>', 'how to read dates such as 3/4/2024').choices(['dmy', 'mdy']),
    flag('--strict', 'import nothing if any line cannot be parsed'),
    flag('--replace', 'replace previously imported orders and the source views'),
    flag('--keep-services', 'keep postage, vouchers and similar items as products'),
  ],
  help: `Examples:
  couture import orders orders.csv.gz --products products.csv
  couture import orders 2023.csv 2024.csv --map order_id=InvoiceNo,product_id=StockCode

Columns are matched by field name (order_id, customer_id, product_id, ordered_at, quantity, unit_price, category,
name, status) or by common aliases (InvoiceNo, StockCode, Qty, …). Required: product_id, and order_id or customer_id.
Times without a zone are read as UTC; orders dated after tomorrow are skipped.`,
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>, files: string[]): Promise<void> {
  const { terminal, signal, release } = context;
  const started = performance.now();
  const options = {
    files,
    products: flags.products as string | undefined,
    mapping: parseMapping((flags.map as string | undefined) ?? ''),
    delimiter: separator(flags.delimiter as string | undefined),
    dateOrder: flags.dateOrder as 'dmy' | 'mdy' | undefined,
    strict: flags.strict === true,
    replace: flags.replace === true,
    keepServices: flags.keepServices === true,
    signal,
  };
  const client = await openClient(await context.database(), { applicationName: 'couture import' });
  release.defer('the connection', () => client.end());
  const report = await importOrders(client, options, terminal.progress);
  printImport(terminal, report, performance.now() - started);
}

function separator(mark: string | undefined): string | undefined {
  if (mark === undefined) return undefined;
  const plain = mark === 'tab' || mark === '\\t' ? '\t' : mark;
  if (plain.length === 1 && !/["\r\n\w]/.test(plain)) return plain;
  throw new CoutureError(
    'bad_option',
    `--delimiter is ${JSON.stringify(mark)}: expected a single character`,
    'For example --delimiter ";" or --delimiter tab.',
  );
}
