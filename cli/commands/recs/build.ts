// `couture recs build`: order history → published recommendation lists.
import type { CommandSpec } from '../../command.ts';
import { flag } from '../../command.ts';
import { planOnly } from '../../recs/builds/dry-run.ts';
import { buildRecommendations } from '../../recs/pipeline.ts';
import { printBuildSummary } from '../../terminal/build-report.ts';
import { buildSettings } from './build-settings.ts';

export const recsBuild: CommandSpec = {
  usage: 'build',
  summary: 'build all lists from the order history and publish them',
  settings: ['databaseUrl', 'sourceUrl', 'home', ...buildSettings, 'incremental'],
  flags: [
    flag('--dry-run', 'print the plan without building'),
    flag('--no-publish', 'build and keep the lists, but keep serving the published build'),
    flag('--force', 'publish even if the quality gate rejects the build'),
  ],
  help: `Examples:
  couture recs build
  couture recs build --since 365d --half-life 60d --memory 8g
  couture recs build --incremental
  couture recs build --no-publish && couture recs inspect 1042 --build 17

With --incremental, order lines are kept below COUTURE_HOME. Postgres compares counts and checksums of ranges of orders with
those of the kept lines, and only ranges with new, edited, cancelled or deleted orders are read. If no order, product, watch
list or setting has changed, the published build stays. If the kept lines cannot be used, the build says why and reads all.

Orders dated after tomorrow, and a few outliers more than a year newer than all others, are skipped and counted.
Exit codes: 0 published, 1 failed, 2 wrong use, 3 rejected by the quality gate, 4 another build is running.`,
  async run({ config, database, source, terminal, signal }, flags) {
    const [databaseUrl, sourceUrl] = [await database(), await source()];
    if (flags.dryRun === true) return planOnly({ config, sourceUrl, terminal });
    const summary = await buildRecommendations({
      config,
      databaseUrl,
      sourceUrl,
      publish: flags.publish !== false,
      force: flags.force === true,
      display: terminal.progress,
      note: (line) => terminal.note(line),
      signal,
    });
    printBuildSummary(terminal, summary);
    terminal.result(summary);
    return 0;
  },
};
