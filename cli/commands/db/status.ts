// `couture db status`: summarises server, migrations, source views, builds and table sizes; read-only.

import { redactUrl } from '../../../sql/errors.ts';
import { migrationState } from '../../../sql/migrate.ts';
import { openClient } from '../../../sql/pool.ts';
import { sourceViewNames } from '../../../sql/source/source-contract.ts';
import { inspectSource } from '../../../sql/source/source-views.ts';
import { buildsInBrief, serverFacts, tableSizes } from '../../../sql/store/builds/database-status.ts';
import type { CommandContext, CommandSpec } from '../../command.ts';
import { bytes, count } from '../../terminal/figures.ts';
import { moment } from '../../terminal/times.ts';

export const dbStatusCommand: CommandSpec = {
  usage: 'status',
  summary: 'show server, migrations, source views, builds and table sizes',
  settings: ['databaseUrl', 'sourceUrl', 'home'],
  run,
};

async function run(context: CommandContext): Promise<void> {
  const { terminal, config, release } = context;
  const url = await context.database();
  const client = await openClient(url);
  release.defer('the connection', () => client.end());
  const sourceUrl = await context.source();
  const source = sourceUrl === url ? client : await openClient(sourceUrl);
  if (source !== client) release.defer('the source connection', () => source.end());

  const server = await serverFacts(client);
  const migrations = await migrationState(client);
  const report = await inspectSource(source);
  const { builds, published } = await buildsInBrief(client);
  const sizes = await tableSizes(client);
  const views = sourceViewNames.filter((name) => report.views[name].exists);
  terminal.result({
    url: redactUrl(url),
    embedded: !config.databaseUrl,
    server: server.version,
    migrations: { applied: migrations.applied.map((each) => each.name), pending: migrations.pending },
    views: { present: views, problems: report.problems.map((each) => each.message), ids: report.ids },
    builds,
    published,
    tables: sizes,
  });

  const newest = migrations.applied.at(-1);
  const { pending } = migrations;
  terminal.table(
    [{ title: 'What' }, { title: 'State', shrink: true }],
    [
      ['server', `Postgres ${server.version}${config.databaseUrl ? '' : ', embedded'}`],
      ['database', redactUrl(url)],
      ...(sourceUrl === url ? [] : [['orders read from', redactUrl(sourceUrl)]]),
      [
        'migrations',
        !newest
          ? 'none yet: the first build applies them'
          : pending.length
            ? `${pending.length} pending: run couture db migrate`
            : `up to date (${newest.name})`,
      ],
      ['source views', viewWords(views.length, report.problems.length)],
      [
        'ids',
        views.length
          ? `products ${report.ids.product}, customers ${report.ids.customer}, orders ${report.ids.order}`
          : null,
      ],
      ['builds', count(builds)],
      [
        'published',
        published ? `build ${published.build_id}, since ${moment(published.published_at)}` : 'none',
      ],
    ],
  );
  if (sizes.length > 0) {
    terminal.heading('Tables of the schema couture');
    terminal.table(
      [{ title: 'Table' }, { title: 'Rows (estimate)', align: 'right' }, { title: 'Size', align: 'right' }],
      sizes.map((each) => [each.table, count(each.rows), bytes(each.bytes)]),
    );
  }
  const next = nextStep(views.length === 0, report.problems.length > 0, published !== null);
  if (next) terminal.print(`\nNext: ${next}`);
}

function viewWords(present: number, problems: number): string {
  if (present === 0) return 'none';
  return problems === 0
    ? 'all four valid'
    : `${present} of 4 exist, ${problems} problems: run couture doctor`;
}

function nextStep(noViews: boolean, problems: boolean, published: boolean): string | undefined {
  if (noViews) return 'couture db init, or couture import orders FILE';
  if (problems) return 'couture doctor';
  return published ? undefined : 'couture recs build';
}
