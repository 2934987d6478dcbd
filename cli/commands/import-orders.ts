// `couture import orders`: order files in, by COPY, and what came of them as tables.
import { CoutureError } from '../../runtime/core/errors.ts';
import { openClient } from '../../sql/pool.ts';
import { type CommandContext, type CommandSpec, flag } from '../command.ts';
import { parseMapping } from '../import/columns.ts';
import { importOrders } from '../import/import-orders.ts';
import { printImport } from '../import/import-report.ts';

export const importOrdersCommand: CommandSpec<[string[]]> = {
  usage: 'orders <files...>',
  summary: 'bring orders in from CSV files, plain or gzip',
  settings: ['databaseUrl', 'home'],
  flags: [
    flag('--products <file>', 'names, categories and prices of the products, as CSV'),
    flag(
      '--map <pairs>',
      'columns by field, as order_id=InvoiceNo,product_id=StockCode; field= leaves it out',
    ),
    flag('--delimiter <mark>', 'separator of fields (default: that of the header)'),
    flag('--date-order <order>', 'how dates such as 3/4/2024 are meant').choices(['dmy', 'mdy']),
    flag('--strict', 'import nothing when a line does not parse'),
    flag('--replace', 'replace orders that were imported before, and the source views'),
    flag('--keep-services', 'treat postage, vouchers and the like as products'),
  ],
  help: `Examples:
  couture import orders orders.csv.gz --products products.csv
  couture import orders 2023.csv 2024.csv --map order_id=InvoiceNo,product_id=StockCode

The columns order_id, customer_id, product_id, ordered_at, quantity, unit_price, category, name and status
are found by these names or by those that shops use (InvoiceNo, StockCode, Qty, …). Only product_id and one of
order_id and customer_id are needed. Times without a zone are UTC; orders dated after tomorrow are left out.`,
  run: run,
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
    `--delimiter is ${JSON.stringify(mark)}: expected one mark`,
    'For example --delimiter ";" or --delimiter tab.',
  );
}
