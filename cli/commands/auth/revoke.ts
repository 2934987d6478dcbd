// `couture auth revoke SUBJECT`: tokens of somebody who has left count no more, before they expire.
import { requireMigrated } from '../../../sql/migrate.ts';
import { openClient } from '../../../sql/pool.ts';
import { restoreSubject, revokeSubject } from '../../../sql/store/chat/revoked-subjects.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';

/** With --json: {sub, revoked, changed}. */
export const authRevoke: CommandSpec<[string]> = {
  usage: 'revoke <subject>',
  summary: 'refuse all tokens of a subject, and end their open sockets, within seconds',
  settings: ['databaseUrl', 'home'],
  flags: [flag('--restore', 'take it back: their tokens count again')],
  help: `Examples:
  couture auth revoke anna@shop.example
  couture auth revoke anna@shop.example --restore

The subject is the claim "sub" of their tokens. It holds until it is restored, for new tokens too.
Exit codes: 0 done, also where it was so before; 1 failed.`,
  run,
};

async function run(
  { terminal, release, database }: CommandContext,
  flags: Record<string, unknown>,
  sub: string,
): Promise<void> {
  const client = await openClient(await database(), { applicationName: 'couture auth revoke' });
  release.defer('the connection', () => client.end());
  await requireMigrated(client);
  const restore = flags.restore === true;
  const changed = await (restore ? restoreSubject(client, sub) : revokeSubject(client, sub));
  terminal.result({ sub, revoked: !restore, changed });
  const state = restore ? 'count again' : 'are refused from now on';
  terminal.print(`Tokens of ${JSON.stringify(sub)} ${state}${changed ? '' : ', as before'}.`);
}
