// `couture recs export`: writes a build's lists as CSV or JSON Lines, for spreadsheets, warehouses and other systems, links to
// them for newsletters, or the shop's products as a feed.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { listKinds } from '../../../runtime/core/options.ts';
import { readKeyTypes } from '../../../sql/id-types.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { chooseBuild, openBuilds } from '../../recs/builds/chosen-build.ts';
import { exportColumns, exportLists } from '../../recs/builds/export.ts';
import { parseKinds } from '../../recs/builds/list-kinds.ts';
import { mailLinkColumns } from '../../recs/builds/mail-links.ts';
import { count } from '../../terminal/figures.ts';
import { feedFormats, isFeedFormat, writeMailLinks, writeProductFeed } from './export-feed.ts';

/**
 * One line per entry: kind, subject (product, customer or category; '' is the whole shop), rank, item_id, score, reason,
 * source; CSV starts with a header of these names. With --json and --output: {build_id, format, kinds, rows, file}. Of links:
 * {build_id, format, rows, file, expires_at}; of products: {format, rows, left_out, file}.
 */
export const recsExport: CommandSpec = {
  usage: 'export',
  summary: 'export the lists as CSV or JSON Lines, links to them for newsletters, or the products as a feed',
  settings: ['databaseUrl', 'sourceUrl', 'home', 'publicUrl', 'shopUrl', 'currency'],
  flags: [
    flag(
      '--format <format>',
      'csv and jsonl: the lists; feed: a link for each customer; products-…: a product feed',
    )
      .choices(['csv', 'jsonl', 'feed', ...feedFormats])
      .default('csv'),
    flag('--kind <kinds>', 'export only these lists, comma-separated'),
    flag('--build <id>', 'export this build (default: the published one)'),
    flag('--valid <span>', 'with feed: how long the links are valid').default('60d'),
    flag('--no-tracking', 'with feed: links whose clicks are not counted'),
    flag('--output <file>', 'file to write, compressed if it ends in .gz (default: stdout)'),
  ],
  help: `Examples:
  couture recs export --output lists.csv.gz
  couture recs export --format jsonl --kind similar,bundle | head
  couture recs export --format feed --output links.csv
  couture recs export --format products-xml --output products.xml.gz

Columns of lists: ${exportColumns.join(', ')}. The output file appears only once it is complete.

feed writes one line for each customer with a list: ${mailLinkColumns.join(', ')}.
The links show what the customer can buy when they are followed; they need COUTURE_MAIL_LIST_SECRET and COUTURE_PUBLIC_URL, and end with
--valid, another secret, or "couture auth revoke". Anyone who has a link sees the list, and nothing else. products-xml and products-tsv
are for Google Merchant Center and others that read its format.

Exit codes: 0 written, 1 failed, 2 no such build, or the file cannot be written.`,
  run,
};

const exportedKinds = [...listKinds, 'bestseller'] as const;

async function run(context: CommandContext, flags: Record<string, unknown>): Promise<void> {
  const { terminal, release, signal } = context;
  const kinds = parseKinds(flags.kind, exportedKinds);
  const format = String(flags.format);
  const isList = format === 'csv' || format === 'jsonl';
  // Links are to personalized lists; products are of no build.
  const other = isList
    ? undefined
    : ['kind', ...(isFeedFormat(format) ? ['build'] : [])].find((name) => flags[name] !== undefined);
  if (other !== undefined)
    throw new CoutureError(
      'bad_option',
      `--${other} cannot be combined with --format ${format}.`,
      `Drop --${other}.`,
    );
  const file = flags.output as string | undefined;
  if (file === undefined && terminal.json) {
    throw new CoutureError(
      'bad_option',
      '--json cannot be combined with an export to stdout.',
      'Use --output FILE, or drop --json; --format jsonl prints JSON.',
    );
  }
  if (isFeedFormat(format)) return writeProductFeed(context, format, file);
  const client = await openBuilds(await context.database(), 'couture export');
  release.defer('the connection', () => client.end());
  const build = await chooseBuild(client, flags.build as string | undefined);
  if (!isList) return writeMailLinks(context, flags, { client, buildId: build.build_id, file });
  const ids = await readKeyTypes(client);
  const stage = file === undefined ? undefined : terminal.progress.stage('export', 0, 'entries');
  const rows = await exportLists({
    client,
    buildId: build.build_id,
    kinds,
    format,
    ids,
    file,
    onProgress: (done) => stage?.update(done),
    signal,
  });
  stage?.end();
  terminal.result({ build_id: build.build_id, format, kinds, rows, file });
  if (file !== undefined)
    terminal.print(`Wrote ${count(rows)} entries of build ${build.build_id} to ${file}.`);
}
