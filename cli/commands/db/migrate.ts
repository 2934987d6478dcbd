// `couture db migrate`: applies pending migrations of couture's own tables.
import { migrate } from '../../../sql/migrate.ts';
import { openClient } from '../../../sql/pool.ts';
import type { CommandContext, CommandSpec } from '../../command.ts';

export const dbMigrateCommand: CommandSpec = {
  usage: 'migrate',
  summary: 'apply pending migrations to couture’s tables',
  settings: ['databaseUrl', 'home'],
  run,
};

async function run(context: CommandContext): Promise<void> {
  const { terminal } = context;
  const client = await openClient(await context.database());
  context.release.defer('the connection', () => client.end());
  const migrated = await migrate(client);
  terminal.result(migrated);
  for (const name of migrated.applied) terminal.print(`applied ${name}`);
  terminal.print(`The schema couture is at migration ${migrated.version}.`);
}
