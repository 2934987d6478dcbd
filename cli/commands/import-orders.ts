// `couture import orders`: loads order files with COPY and prints a report.
import process from 'node:process';
import { configFile } from '../../runtime/core/config.ts';
import { CoutureError } from '../../runtime/core/errors.ts';
import { openClient } from '../../sql/pool.ts';
import { type CommandContext, type CommandSpec, flag } from '../command.ts';
import { mergeSettings } from '../config-file.ts';
import { fileFlags, fileOptions, list } from '../import/file-flags.ts';
import { type ImportReport, importOrders } from '../import/import-orders.ts';
import { printImport } from '../import/import-report.ts';
import type { DateOrder } from '../import/parse-time.ts';
import { spoolFiles } from '../import/spooled-files.ts';

export const importOrdersCommand: CommandSpec<[string[]]> = {
  usage: 'orders <files...>',
  summary: 'import orders from CSV files, plain or gzipped',
  settings: ['databaseUrl', 'home', 'shopUrl', 'currency'],
  flags: [
    flag('--products <file>', 'CSV file with product names, categories, prices and stock'),
    ...fileFlags,
    flag('--date-order <order>', 'how to read dates such as 3/4/2024 or 24/03/01').choices([
      'dmy',
      'mdy',
      'ymd',
    ]),
    flag('--count-status <words>', 'statuses that count as sales, separated by commas'),
    flag('--leave-out-status <words>', 'statuses that do not count as sales, separated by commas'),
    flag('--services <list>', 'ids or names of products that are services, separated by commas'),
    flag('--keep-services', 'keep postage, vouchers and similar items as products'),
    flag('--keep-order-numbers', 'treat an order number as one order, even if its lines are weeks apart'),
    flag('--allow-undated', 'import any number of lines without a time; they are dated 2000-01-01'),
    flag('--strict', 'import nothing if any line cannot be parsed'),
    flag('--replace', 'replace previously imported orders and the source views'),
  ],
  help: `Examples:
  couture import orders orders.csv.gz --products products.csv
  couture import orders orders_export.csv --products products_export.csv     # Shopify's own files
  couture import orders 2023.csv 2024.csv --map order_id=InvoiceNo,product_id=StockCode
  couture import orders orders.csv order_items.csv      # orders in one file, their lines in the other
  unzip -p export.zip orders.csv | couture import orders -

Exports of Shopify, WooCommerce, Magento, Etsy, Amazon, Square, Lightspeed and eBay are detected by their headers. In other files,
columns are matched by field name (order_id, customer_id, product_id, ordered_at, quantity, returned_quantity, unit_price,
line_total, currency, category, name, status, delivery_status, cancelled_at, changed_at, refund_of, line_type, parent_line) or by common names in several
languages (InvoiceNo, StockCode, Bestelldatum, …). Required: product_id, and order_id or customer_id. The time, status and customer
of an order can be on any of its lines; a product column can list all products of an order.
Of several columns with one name, --map name="Name#2" reads the second.
Times without a zone are read as UTC; orders dated after tomorrow are skipped.`,
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>, files: string[]): Promise<void> {
  const { terminal, config, loaded, signal, release } = context;
  const isCurrencyKnown = loaded.origins.currency !== 'default';
  const started = performance.now();
  const { products } = flags as { products?: string };
  const spooled = await spoolFiles([...files, ...(products === undefined ? [] : [products])], { signal });
  release.defer('temporary files', () => spooled.remove());
  const options = {
    ...fileOptions(flags),
    files: spooled.paths.slice(0, files.length),
    products: products === undefined ? undefined : spooled.paths.at(-1),
    dateOrder: flags.dateOrder as DateOrder | undefined,
    countStatuses: list(flags.countStatus),
    leaveOutStatuses: list(flags.leaveOutStatus),
    services: list(flags.services),
    keepServices: flags.keepServices === true,
    keepOrderNumbers: flags.keepOrderNumbers === true,
    allowUndated: flags.allowUndated === true,
    strict: flags.strict === true,
    replace: flags.replace === true,
    shopUrl: config.shopUrl,
    currency: isCurrencyKnown ? config.currency : undefined,
    signal,
  };
  const client = await openClient(await context.database(), { applicationName: 'couture import' });
  release.defer('the connection', () => client.end());
  const report = await importOrders(client, options, terminal.progress);
  printImport(terminal, report, performance.now() - started);
  if (!isCurrencyKnown) saveCurrency(terminal, report, config.currency);
  if (config.shopName === undefined && config.shopUrl === undefined)
    terminal.note(
      'Pages show the name "Shop" until you set COUTURE_SHOP_NAME, or "shopName" in couture.config.json.',
    );
}

/** Nobody has said in which currency prices are, but the files have: otherwise a shop in dollars would show euros. */
function saveCurrency(
  terminal: CommandContext['terminal'],
  { currencies }: ImportReport,
  usual: string,
): void {
  const [main] = Object.keys(currencies);
  if (main === undefined || main === usual) return;
  try {
    mergeSettings(process.cwd(), { currency: main });
    terminal.note(`Amounts are in ${main}: saved as "currency" in ${configFile}.`);
  } catch (error) {
    if (!(error instanceof CoutureError)) throw error;
    terminal.warn(
      `Amounts are in ${main}, and prices will be shown in ${usual}. Set COUTURE_CURRENCY=${main}: ${error.message}`,
    );
  }
}
