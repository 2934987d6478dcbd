// `couture import products`: updates prices and stock of imported products, as a nightly job does.
import { openClient } from '../../sql/pool.ts';
import { type CommandContext, type CommandSpec, flag } from '../command.ts';
import { fileFlags, fileOptions } from '../import/file-flags.ts';
import { importProducts } from '../import/import-products.ts';
import { spoolFiles } from '../import/spooled-files.ts';
import { count, seconds } from '../terminal/figures.ts';

export const importProductsCommand: CommandSpec<[string]> = {
  usage: 'products <file>',
  summary: 'update prices, stock and other data of imported products from a CSV file',
  settings: ['databaseUrl', 'home', 'shopUrl'],
  flags: [
    ...fileFlags,
    flag('--complete', 'mark products missing from the file as out of stock (default: keep them unchanged)'),
  ],
  help: `Examples:
  couture import products products_export.csv --complete
  couture import products stock.csv --map product_id=SKU,inventory=Qty

Updates the columns that the file has, keeps all others, and adds new products. Columns are matched by field name or by common names: product_id,
name, description, category, price, discounted_price, on_sale, inventory, image_url, rating, review_count, tags, featured,
group_id, handle, url, brand, cost, created_at. Product lists follow within a second, without a build; new products appear in
lists after the next build.`,
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>, file: string): Promise<void> {
  const { terminal, config, signal, release } = context;
  const started = performance.now();
  const client = await openClient(await context.database(), { applicationName: 'couture import' });
  release.defer('the connection', () => client.end());
  const spooled = await spoolFiles([file], { signal });
  release.defer('temporary files', () => spooled.remove());
  const report = await importProducts(client, {
    ...fileOptions(flags),
    file: spooled.paths[0]!,
    complete: flags.complete === true,
    shopUrl: config.shopUrl,
    signal,
  });
  const milliseconds = performance.now() - started;
  terminal.result({ ...report, ms: Math.round(milliseconds) });
  terminal.heading('Products');
  const absent =
    flags.complete === true ? `${count(report.sold_out)} went out of stock` : 'kept (see --complete)';
  terminal.table(
    [{ title: 'What' }, { title: 'Count', align: 'right' }, { title: 'Note', shrink: true }],
    [
      ['listed', count(report.listed), `in ${seconds(milliseconds)}`],
      ['changed', count(report.changed), ''],
      ['added', count(report.added), report.added > 0 ? 'in lists after the next build' : ''],
      ['unchanged', count(report.unchanged), ''],
      ['not in the file', count(report.absent), report.absent > 0 ? absent : ''],
    ],
  );
  terminal.note(`Columns set: ${report.sets.join(', ') || 'none; the file has ids only'}.`);
  if (report.format !== 'plain') terminal.note(`Format: ${report.format} (override it with --format).`);
  if (report.ignored_columns.length > 0)
    terminal.note(`Columns not used: ${report.ignored_columns.slice(0, 20).join(', ')}.`);
  if (report.without_id > 0)
    terminal.warn(
      `${count(report.without_id)} ${report.without_id === 1 ? 'row has' : 'rows have'} no product id and ${report.without_id === 1 ? 'is' : 'are'} skipped`,
    );
  if (report.encoding === 'windows-1252')
    terminal.warn(`The file was read as ${report.encoding}. If names look wrong, set --encoding.`);
}
