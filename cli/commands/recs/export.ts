// `couture recs export`: writes a build's lists as CSV or JSON Lines, for spreadsheets, warehouses and other systems.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { listKinds } from '../../../runtime/core/options.ts';
import { readKeyTypes } from '../../../sql/id-types.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { chooseBuild, openBuilds } from '../../recs/builds/chosen-build.ts';
import { exportColumns, exportLists } from '../../recs/builds/export.ts';
import { parseKinds } from '../../recs/builds/list-kinds.ts';
import { count } from '../../terminal/figures.ts';

/**
 * One line per entry: kind, subject (product, customer or category; '' is the whole shop), rank, item_id, score, reason,
 * source; CSV starts with a header of these names. With --json and --output: {build_id, format, kinds, rows, file}.
 */
export const recsExport: CommandSpec = {
  usage: 'export',
  summary: 'export the lists as CSV or JSON Lines, one entry per line',
  settings: ['databaseUrl', 'home'],
  flags: [
    flag('--format <format>', 'output format').choices(['csv', 'jsonl']).default('csv'),
    flag('--kind <kinds>', 'export only these lists, comma-separated'),
    flag('--build <id>', 'export this build (default: the published one)'),
    flag('--output <file>', 'file to write, compressed if it ends in .gz (default: stdout)'),
  ],
  help: `Examples:
  couture recs export --output lists.csv.gz
  couture recs export --format jsonl --kind similar,bundle | head

Columns: ${exportColumns.join(', ')}. The output file appears only once it is complete.
Exit codes: 0 written, 1 failed, 2 no such build, or the file cannot be written.`,
  run,
};

const exportedKinds = [...listKinds, 'bestseller'] as const;

async function run(context: CommandContext, flags: Record<string, unknown>): Promise<void> {
  const { terminal, release, signal } = context;
  const kinds = parseKinds(flags.kind, exportedKinds);
  const file = flags.output as string | undefined;
  if (file === undefined && terminal.json) {
    throw new CoutureError(
      'bad_option',
      '--json cannot be combined with an export to stdout.',
      'Use --output FILE, or drop --json; --format jsonl prints JSON.',
    );
  }
  const client = await openBuilds(await context.database(), 'couture export');
  release.defer('the connection', () => client.end());
  const build = await chooseBuild(client, flags.build as string | undefined);
  const format = flags.format as 'csv' | 'jsonl';
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
