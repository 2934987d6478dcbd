// `couture db init`: the source views of a shop whose shape is known, and couture's own tables.
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
  summary: 'write the source views for a known kind of shop, and make couture’s tables',
  settings: ['databaseUrl', 'home'],
  flags: [
    flag('--preset <name>', 'kind of shop')
      .choices([...presetNames])
      .makeOptionMandatory(),
    flag('--replace', 'overwrite source views of another making'),
  ],
  help: `Presets:
  sample   the tables of the sample shop and of generated shops (schema shop)
  django   api_product, api_order, … and auth_user, as a Django shop has them (schema public)

For any other shop, write the four views of the schema couture_source yourself; "couture doctor" checks them.`,
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
  const words = {
    created: 'written',
    replaced: 'replaced',
    unchanged: 'there already, as the preset has them',
  };
  terminal.print(`Source views: ${words[views]}.`);
  terminal.print(`Migrations: ${applied.length ? `applied ${applied.join(', ')}` : 'up to date'}.`);
  if (statuses) printStatuses(terminal, statuses);
  terminal.print('\nNext: couture doctor, then couture recs build');
}

/** Which orders count is the one thing of a preset that an owner should look at. */
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
    terminal.note('If that is not how your shop means it, change the function couture_source.order_counts.');
  } else {
    terminal.warn(
      'No order counts. Change the function couture_source.order_counts to the words of your shop.',
    );
  }
}
