// Campaign number from the command line → campaign.
import { CoutureError } from '../../runtime/core/errors.ts';
import { requireMigrated } from '../../sql/migrate.ts';
import { type Client, openClient } from '../../sql/pool.ts';
import { type Campaign, readCampaign } from '../../sql/store/push/campaigns.ts';
import type { CommandContext } from '../command.ts';

/** Opens a connection that is closed when the command ends. */
export async function openPush({ release, database }: CommandContext, name: string): Promise<Client> {
  const client = await openClient(await database(), { applicationName: `couture push ${name}` });
  release.defer('the connection', () => client.end());
  await requireMigrated(client);
  return client;
}

/** @throws CoutureError `campaign_unknown` */
export async function campaignOf(client: Client, text: unknown): Promise<Campaign> {
  const id = /^\d{1,9}$/.test(String(text)) ? Number(text) : 0;
  const campaign = id > 0 ? await readCampaign(client, id) : undefined;
  if (campaign?.journey === null) return campaign;
  if (campaign)
    throw new CoutureError(
      'campaign_unknown',
      `Campaign ${id} belongs to the journey ${campaign.journey}`,
      'Use "couture push journeys".',
    );
  throw new CoutureError(
    'campaign_unknown',
    `There is no campaign ${JSON.stringify(text)}`,
    'Run "couture push status" to list campaigns.',
  );
}
