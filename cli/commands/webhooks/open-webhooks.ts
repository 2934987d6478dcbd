// What the commands of `couture webhooks` share: the connection, and the number of a receiver from the command line.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { requireMigrated } from '../../../sql/migrate.ts';
import { type Client, openClient } from '../../../sql/pool.ts';
import type { CommandContext } from '../../command.ts';

/** Opens a connection that is closed when the command ends. */
export async function openWebhooks({ database, release }: CommandContext): Promise<Client> {
  const client = await openClient(await database(), { applicationName: 'couture webhooks' });
  release.defer('the connection', () => client.end());
  await requireMigrated(client);
  return client;
}

/** @throws CoutureError `webhook_unknown` if the text is no number */
export function receiverNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw unknownReceiver(text);
}

export function unknownReceiver(text: string): CoutureError {
  return new CoutureError(
    'webhook_unknown',
    `There is no receiver ${JSON.stringify(text.slice(0, 60))}`,
    'Run "couture webhooks list".',
  );
}
