// `couture chat export SESSION`: prints a complete chat, for a data access request or a dispute.

import { auditTrail, commandUser } from '../../../runtime/auth/audit.ts';
import { transcriptOf } from '../../../runtime/chat/routes/transcript.ts';
import { CoutureError } from '../../../runtime/core/errors.ts';
import { requireMigrated } from '../../../sql/migrate.ts';
import { openClient } from '../../../sql/pool.ts';
import { readWholeChat, type WholeChat } from '../../../sql/store/chat/retention.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';

/** With `--format json`, and with --json: {session, messages, attachments, notes?}. */
export const chatExport: CommandSpec<[string]> = {
  usage: 'export <session>',
  summary: 'print a complete chat with its participants and messages',
  settings: ['databaseUrl', 'home'],
  flags: [
    flag('--format <format>', 'output format').choices(['text', 'json']).default('text'),
    flag('--notes', 'include the private notes of agents (json only)'),
  ],
  help: `Examples:
  couture chat export 6f0c5c2e-4b1e-4f4e-9a53-0f3c1f4f6a10
  couture chat export 6f0c5c2e-4b1e-4f4e-9a53-0f3c1f4f6a10 --format json > chat.json

Attached files are listed with their name and size; their content is not exported.
Exit codes: 0 printed, 1 failed, 2 no such chat.`,
  run,
};

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

async function run(
  { terminal, release, database, log }: CommandContext,
  flags: Record<string, unknown>,
  id: string,
): Promise<void> {
  const client = await openClient(await database(), { applicationName: 'couture chat export' });
  release.defer('the connection', () => client.end());
  await requireMigrated(client);
  const chat = uuid.test(id) ? await readWholeChat(client, id.toLowerCase()) : undefined;
  if (!chat) {
    throw new CoutureError(
      'chat_unknown',
      `There is no chat ${JSON.stringify(id.slice(0, 60))}`,
      'Find the id in a transcript or in the table couture.chat_session.',
    );
  }
  auditTrail(log)('chat_exported', { sub: commandUser(), object: id.toLowerCase() });
  const whole = exported(chat, flags.notes === true);
  terminal.result(whole);
  if (flags.format === 'json') terminal.print(JSON.stringify(whole, null, 2));
  else terminal.print(transcriptOf(chat.session, chat.messages).trimEnd());
}

/** Everything but the hash that identifies a guest's browser. */
function exported({ session, messages, attachments, notes }: WholeChat, withNotes: boolean) {
  const { visitor_key, version: _version, ...facts } = session;
  return {
    session: { ...facts, visitor: visitor_key.startsWith('guest:') ? 'guest' : visitor_key },
    messages,
    attachments,
    ...(withNotes ? { notes } : {}),
  };
}
