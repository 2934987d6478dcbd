// `couture chat purge --older-than 400d`: permanently deletes old chats with their messages, files and notes.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { durationDays } from '../../../runtime/core/quantities.ts';
import { requireMigrated } from '../../../sql/migrate.ts';
import { openClient } from '../../../sql/pool.ts';
import { countOldChats, purgeOldChats } from '../../../sql/store/chat/retention.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { several } from '../../terminal/figures.ts';

/** With --json: {older_than_days, dry_run, sessions, messages, attachments, removed}. */
export const chatPurge: CommandSpec = {
  usage: 'purge',
  summary: 'delete chats without a message for a given time',
  settings: ['databaseUrl', 'home'],
  flags: [
    flag('--older-than <span>', 'minimum time since the last message: 400d, 2y').makeOptionMandatory(),
    flag('--dry-run', 'count the chats without deleting them'),
  ],
  help: `Examples:
  couture chat purge --older-than 400d --dry-run
  couture chat purge --older-than 400d

Deletes each chat with its messages, files and private notes, in batches of a few hundred chats, so the command can be
stopped and run again. Exit codes: 0 done, 1 failed, 2 wrong use.`,
  run,
};

async function run(
  { terminal, release, database, signal }: CommandContext,
  flags: Record<string, unknown>,
): Promise<void> {
  const days = spanOf(flags.olderThan);
  const dryRun = flags.dryRun === true;
  const client = await openClient(await database(), { applicationName: 'couture chat purge' });
  release.defer('the connection', () => client.end());
  await requireMigrated(client);
  const found = await countOldChats(client, days);
  const stage = dryRun ? undefined : terminal.progress.stage('delete chats', found.sessions, 'chats');
  const removed = stage
    ? await purgeOldChats(client, days, (done) => {
        stage.update(done);
        signal.throwIfAborted();
      })
    : 0;
  stage?.end();
  terminal.result({ older_than_days: days, dry_run: dryRun, ...found, removed });
  const what = `${several(dryRun ? found.sessions : removed, 'chat')} with ${several(found.messages, 'message')} and ${several(found.attachments, 'file')}`;
  terminal.print(dryRun ? `${what} would be deleted.` : `Deleted ${what}.`);
}

function spanOf(value: unknown): number {
  const parsed = durationDays.safeParse(value);
  if (parsed.success && parsed.data >= 1) return parsed.data;
  throw new CoutureError(
    'bad_option',
    `--older-than is ${JSON.stringify(value)}: expected at least one day, such as 400d`,
    'Close recent chats in the console instead.',
  );
}
