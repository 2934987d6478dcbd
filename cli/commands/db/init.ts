// `couture db init`: creates the source views of a known shop platform and couture's own tables.
import { migrate } from '../../../sql/migrate.ts';
import { openClient } from '../../../sql/pool.ts';
import {
  initPreset,
  orderStatuses,
  type PresetName,
  presetNames,
  type StatusCount,
} from '../../../sql/source/preset.ts';
import { requireSource } from '../../../sql/source/source-views.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { count } from '../../terminal/figures.ts';
import type { Terminal } from '../../terminal/terminal.ts';

export const dbInitCommand: CommandSpec = {
  usage: 'init',
  summary: 'create the source views of a known shop platform, and couture’s tables',
  settings: ['databaseUrl', 'home'],
  flags: [
    flag('--preset <name>', 'shop platform')
      .choices([...presetNames])
      .makeOptionMandatory(),
    flag('--replace', 'overwrite source views that this preset did not create'),
  ],
  help: `Presets:
  sample   the sample shop and generated shops (schema shop)
  django   a Django shop with api_product, api_order, … and auth_user (schema public)

For any other shop, write the four views of the schema couture_source yourself and run "couture doctor" to check them.`,
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>): Promise<void> {
  const { terminal } = context;
  const preset = flags.preset as PresetName;
  const client = await openClient(await context.database());
  context.release.defer('the connection', () => client.end());
  const views = await initPreset(client, preset, { replace: flags.replace === true });
  await requireSource(client);
  const { applied, version } = await migrate(client);
  const statuses = preset === 'django' ? await orderStatuses(client) : undefined;
  terminal.result({ preset, views, applied, version, ...(statuses ? { statuses } : {}) });
  const outcomes = {
    created: 'created',
    replaced: 'replaced',
    unchanged: 'up to date',
  };
  terminal.print(`Source views: ${outcomes[views]}.`);
  terminal.print(`Migrations: ${applied.length ? `applied ${applied.join(', ')}` : 'up to date'}.`);
  if (statuses) printStatuses(terminal, statuses);
  terminal.print('\nNext: couture doctor, then couture recs build');
}

/** Which orders count is the one part of a preset that the shop's owner has to confirm. */
function printStatuses(terminal: Terminal, statuses: readonly StatusCount[]): void {
  if (statuses.length === 0) {
    terminal.warn('There are no orders yet.');
    return;
  }
  terminal.heading('Orders by status');
  terminal.table(
    [{ title: 'Status' }, { title: 'Orders', align: 'right' }, { title: 'Counts' }],
    statuses.map((each) => [each.status, count(each.orders), each.counts ? 'yes' : 'no']),
  );
  if (statuses.some((each) => each.counts)) {
    terminal.note(
      'If your shop uses these statuses differently, change the function couture_source.order_counts.',
    );
  } else {
    terminal.warn(
      'No order counts. Change the function couture_source.order_counts to match the statuses of your shop.',
    );
  }
}
