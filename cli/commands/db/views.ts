// `couture db views drop|restore`: take the source views out of the way of the shop's own migrations, and bring them back.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { requireMigrated } from '../../../sql/migrate.ts';
import { type Client, openClient } from '../../../sql/pool.ts';
import { dropViews, restoreViews } from '../../../sql/source/saved-views.ts';
import type { CommandContext, CommandSpec } from '../../command.ts';

const settings = ['databaseUrl', 'home'] as const;

const help = `Example, around a deploy of the shop:
  couture db views drop
  ./manage.py migrate          # or TypeORM, Knex, …
  couture db views restore

Postgres refuses to change the type of a column that a view reads, and DROP COLUMN … CASCADE drops the view. In between,
"couture serve" answers from what it last read. "couture db init --as-migration" writes the same as a migration of the shop.`;

export const dbViewsDropCommand: CommandSpec = {
  usage: 'drop',
  summary: 'save and drop the source views before a migration of the shop',
  settings: [...settings],
  help,
  async run(context) {
    const { terminal } = context;
    const views = await dropViews(await open(context));
    terminal.result({ dropped: views });
    terminal.print(
      views.length > 0
        ? `Dropped and saved: ${views.join(', ')}.\n\nNext: migrate the shop, then couture db views restore`
        : 'There are no views in couture_source.',
    );
  },
};

export const dbViewsRestoreCommand: CommandSpec = {
  usage: 'restore',
  summary: 'create the dropped source views again, and name those that no longer fit',
  settings: [...settings],
  help,
  async run(context) {
    const { terminal } = context;
    const { restored, failed } = await restoreViews(await open(context));
    terminal.result({ restored, failed });
    if (restored.length > 0) terminal.print(`Restored: ${restored.join(', ')}.`);
    else if (failed.length === 0) terminal.print('No view was dropped by "couture db views drop".');
    if (failed.length === 0) return;
    throw new CoutureError(
      'source_invalid',
      `${failed.length} of the saved views no longer ${failed.length === 1 ? 'fits' : 'fit'} the tables of the shop:${failed.map(({ name, reason }) => `\n  - couture_source.${name}: ${reason}`).join('')}`,
      'For a known platform, "couture db init --replace" writes views for the tables as they are now; otherwise write these views again. They stay saved in couture.saved_view.',
    );
  },
};

async function open(context: CommandContext): Promise<Client> {
  const client = await openClient(await context.database());
  context.release.defer('the connection', () => client.end());
  await requireMigrated(client);
  return client;
}
