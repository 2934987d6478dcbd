// `couture push segments`: lists audience segments with their current sizes.
import { segmentSize, segments } from '../../../sql/store/push/segments.ts';
import { checkWatched } from '../../../sql/store/push/watched.ts';
import type { CommandContext, CommandSpec } from '../../command.ts';
import { openPush } from '../../push/campaign-argument.ts';
import { count } from '../../terminal/figures.ts';

/** With --json: {segments: [{segment, summary, customers, subscribed}]}; null if a segment needs an argument. */
export const pushSegments: CommandSpec = {
  usage: 'segments',
  summary: 'list audience segments with their current sizes',
  settings: ['databaseUrl', 'home'],
  run,
};

async function run(context: CommandContext): Promise<void> {
  const client = await openPush(context, 'segments');
  await checkWatched(client);
  const found = [];
  for (const [name, { argument, summary }] of Object.entries(segments)) {
    const size = await segmentSize(client, name);
    const shown = argument ? `${name}:${argument.default ?? `<${argument.name}>`}` : name;
    found.push({
      segment: shown,
      summary,
      customers: size?.customers ?? null,
      subscribed: size?.subscribed ?? null,
    });
  }
  context.terminal.result({ segments: found });
  context.terminal.table(
    [
      { title: 'segment' },
      { title: 'customers who' },
      { title: 'customers', align: 'right' },
      { title: 'subscribed', align: 'right' },
    ],
    found.map(({ segment, summary, customers, subscribed }) => [
      segment,
      summary,
      customers === null ? '–' : count(customers),
      subscribed === null ? '–' : count(subscribed),
    ]),
  );
  context.terminal.print('To try a segment: couture push send … --segment inactive:90 --dry-run');
}
