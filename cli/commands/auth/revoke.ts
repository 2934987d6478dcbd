// `couture auth revoke SUBJECT`: invalidates the tokens of a subject before they expire, for example of a former employee.
import { auditTrail, commandUser } from '../../../runtime/auth/audit.ts';
import { requireMigrated } from '../../../sql/migrate.ts';
import { openClient } from '../../../sql/pool.ts';
import { restoreSubject, revokeSubject } from '../../../sql/store/chat/revoked-subjects.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';

/** With --json: {sub, revoked, changed}. */
export const authRevoke: CommandSpec<[string]> = {
  usage: 'revoke <subject>',
  summary: 'revoke all tokens of a subject and close their sockets within seconds',
  settings: ['databaseUrl', 'home'],
  flags: [flag('--restore', 'undo: accept the subject’s tokens again')],
  help: `Examples:
  couture auth revoke anna@shop.example
  couture auth revoke anna@shop.example --restore

The subject is the "sub" claim of the tokens. A revocation also covers tokens issued later, until it is restored.
Exit codes: 0 revoked or restored (or already so), 1 failed.`,
  run,
};

async function run(
  { terminal, release, database, log }: CommandContext,
  flags: Record<string, unknown>,
  sub: string,
): Promise<void> {
  const client = await openClient(await database(), { applicationName: 'couture auth revoke' });
  release.defer('the connection', () => client.end());
  await requireMigrated(client);
  const restore = flags.restore === true;
  const changed = await (restore ? restoreSubject(client, sub) : revokeSubject(client, sub));
  const event = restore ? 'subject_restored' : 'subject_revoked';
  auditTrail(log)(event, { sub: commandUser(), object: sub });
  terminal.result({ sub, revoked: !restore, changed });
  const state = restore ? 'are accepted again' : 'are revoked';
  terminal.print(`Tokens of ${JSON.stringify(sub)} ${state}${changed ? '' : ' (no change)'}.`);
}
